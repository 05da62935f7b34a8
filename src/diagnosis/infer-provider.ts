import { headerValue, type RawRequest } from '../model/request.ts';
import { detect } from '../providers/detect.ts';
import { parseJsonBody } from '../providers/identify.ts';
import type { Provider } from '../providers/provider.ts';
import { isOneOf } from './budget.ts';
import type { DiagnosisContext } from './context.ts';
import { readSignatures } from './readings.ts';
import type { Notes } from './trials.ts';

/** Larger bodies are not parsed to find out whose they are: the headers tell, too. */
const LARGEST_PARSED = 256 * 1024;
const MOST_PROVIDERS = 3;
const MOST_SECRETS = 4;

/** Whether the request says that it comes from another provider. */
export function inferOther(
  request: RawRequest,
  provider: Provider,
  context: DiagnosisContext,
  { tried, add, budget }: Notes,
): void {
  const { providers = [] } = context;
  if (providers.length === 0) return;
  tried.add('provider-other');
  const isOwn = headerValue(request.headers, provider.signature.value.header) !== undefined;
  const json = request.body.length > LARGEST_PARSED ? undefined : parseJsonBody(request.body);
  const others = detect(providers, request, json).filter(({ provider: id }) => id !== provider.id);
  for (const { provider: id, evidence } of others.slice(0, MOST_PROVIDERS)) {
    const other = providers.find((candidate) => candidate.id === id)!;
    const { header } = other.signature.value;
    const says = `this looks like a request of ${other.name} (${evidence.join(', ')})`;
    if (verifies(request, other, context, budget)) {
      return add(
        'provider-other',
        'certain',
        `${says} and verifies as one: use --provider ${id} or the path /${id}`,
      );
    }
    if (isOwn || headerValue(request.headers, header) === undefined) continue;
    const sharing = providers.filter(
      (one) => one.signature.value.header.toLowerCase() === header.toLowerCase(),
    );
    const alike = sharing.length > 1 ? ` (${sharing.map((one) => one.id).join(', ')})` : '';
    const shared = header.toLowerCase().includes(id)
      ? ''
      : `; ${header} is a name that other services use too${alike}`;
    return add('provider-other', 'likely', `${says}${shared}: use --provider ${id} with its secret`);
  }
}

/** As `verify` has it, within the budget. */
function verifies(
  request: RawRequest,
  { id, signature: { value: scheme } }: Provider,
  { secretsFor = () => [] }: DiagnosisContext,
  budget: Notes['budget'],
): boolean {
  const digests = readSignatures(scheme, request.headers)
    .filter(({ change }) => change === null)
    .map(({ digest }) => digest);
  if (digests.length === 0) return false;
  return secretsFor(id)
    .filter((secret) => secret.length > 0)
    .slice(0, MOST_SECRETS)
    .some((secret) => {
      const expected = budget.digest(scheme.hash, secret, [request.body]);
      return expected !== null && isOneOf(expected, digests);
    });
}

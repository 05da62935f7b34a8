import { headerValue, type RawRequest } from '../model/request.ts';
import { hasContent, signatureHeader, signatureHeaders, signsUrl } from '../signing/describe.ts';
import { isSigned } from '../signing/extract.ts';
import { readRequest } from '../signing/signed-request.ts';
import { detect } from '../providers/detect.ts';
import { parseJsonBody } from '../providers/identify.ts';
import type { Provider } from '../providers/provider.ts';
import type { DiagnosisContext } from './context.ts';
import { createProver, keyOf } from './prover.ts';
import { readSignatures } from './readings.ts';
import { holdsToken } from './tokens.ts';
import type { Notes } from './trials.ts';
import { likelyUrls } from './urls.ts';

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
  const isOwn = isSigned(provider.signature.value, readRequest(request));
  const json = request.body.length > LARGEST_PARSED ? undefined : parseJsonBody(request.body);
  const others = detect(providers, request, json).filter(({ provider: id }) => id !== provider.id);
  for (const { provider: id, evidence } of others.slice(0, MOST_PROVIDERS)) {
    const other = providers.find((candidate) => candidate.id === id)!;
    const header = signatureHeader(other.signature.value);
    const says = `this looks like a request of ${other.name} (${evidence.join(', ')})`;
    if (verifies(request, other, context, budget)) {
      return add(
        'provider-other',
        'certain',
        `${says} and verifies as one: use --provider ${id} or the path /${id}`,
      );
    }
    if (isOwn || header === null || headerValue(request.headers, header) === undefined) continue;
    if (hasHeader(provider, header)) continue;
    const sharing = providers.filter(({ signature: { value } }) =>
      signatureHeaders(value).some((name) => name.toLowerCase() === header.toLowerCase()),
    );
    const alike = sharing.length > 1 ? ` (${sharing.map((one) => one.id).join(', ')})` : '';
    const shared = header.toLowerCase().includes(id)
      ? ''
      : `; ${header} is a name that other services use too${alike}`;
    return add('provider-other', 'likely', `${says}${shared}: use --provider ${id} with its secret`);
  }
}

/** Whether a header is of another of the provider's own signatures. */
function hasHeader({ otherSignatures }: Provider, header: string): boolean {
  return otherSignatures
    .flatMap(({ scheme }) => signatureHeaders(scheme))
    .some((name) => name.toLowerCase() === header.toLowerCase());
}

/** As `verify` has it, within the budget. */
function verifies(
  request: RawRequest,
  { id, signature: { value: scheme } }: Provider,
  { secretsFor = () => [], urls }: DiagnosisContext,
  budget: Notes['budget'],
): boolean {
  const secrets = secretsFor(id)
    .filter((secret) => secret.length > 0)
    .slice(0, MOST_SECRETS);
  if (scheme.kind === 'token') return secrets.some((secret) => holdsToken(scheme, request, secret));
  if (!hasContent(scheme)) return false;
  const prover = createProver(scheme, request, urls, budget);
  const readings = readSignatures(scheme, prover.reader).filter(({ change }) => change === null);
  if (readings.length === 0) return false;
  const change = signsUrl(scheme) ? { urls: likelyUrls(request, urls) } : {};
  return secrets.some((secret) => {
    const key = keyOf(scheme, secret);
    return key !== null && (prover.fitting(key, change, readings) ?? []).length > 0;
  });
}

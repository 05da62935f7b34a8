import { diagnose } from '../diagnosis/diagnose.ts';
import { explained } from '../diagnosis/explained.ts';
import { nearestNames } from '../model/nearest.ts';
import type { Header, RawRequest } from '../model/request.ts';
import { withoutOrigin } from '../model/target.ts';
import { detectOne, providerOfPath } from '../providers/detect.ts';
import { parseJsonBody } from '../providers/identify.ts';
import { builtIn } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import { verifyRequest } from '../providers/signatures.ts';
import type { Secret } from '../signing/scheme.ts';
import type { MatcherContext, MatcherResult } from './matcher-context.ts';
import { secretList } from './options.ts';
import { located } from './verify.ts';

/** Whether a request carries a signature made with a secret. A WHATWG Request's body is read first, so that has to be awaited. */
export function toBeSignedBy(
  this: MatcherContext,
  received: unknown,
  secret: Secret | readonly Secret[],
  provider?: string | Provider,
): MatcherResult | Promise<MatcherResult> {
  const secrets = secretList(secret);
  if (secrets.length === 0) throw new TypeError('toBeSignedBy takes a secret');
  if (isWhatwgRequest(received))
    return readRequest(received).then((request) => judge(request, secrets, provider));
  if (isRawRequest(received)) return judge(received, secrets, provider);
  throw new TypeError('toBeSignedBy is for a capture, for what forge makes, or for a Request');
}

type Signed = Pick<RawRequest, 'headers' | 'body'> & {
  readonly method?: string;
  readonly path?: string;
  readonly url?: string | undefined;
  readonly provider?: unknown;
};

function judge(
  received: Signed,
  secrets: readonly Secret[],
  named: string | Provider | undefined,
): MatcherResult {
  const { view: request, urls } = located(received);
  const provider = providerOf(request, named);
  const { ok, reason, message } = verifyRequest(provider, request, secrets, { urls });
  const why = (): string => {
    const subject = { method: 'POST', path: '/', ...request };
    return explained(diagnose(subject, provider, secrets, { providers: builtIn.all, urls }))?.fix ?? message;
  };
  return {
    pass: ok,
    message: () =>
      ok
        ? `expected a request of ${provider.name} not to be signed with this secret, and it is: ${message}`
        : `expected a request of ${provider.name} to be signed with this secret, and it is not (${reason}): ${why()}`,
  };
}

function providerOf(request: Signed, named: string | Provider | undefined): Provider {
  if (typeof named === 'object') return named;
  const id = named ?? (typeof request.provider === 'string' ? request.provider : undefined);
  if (id !== undefined) {
    const known = builtIn.find(id);
    if (known !== undefined) return known;
    const near = nearestNames(id, builtIn.ids);
    const hint =
      near.length > 0
        ? `did you mean ${near.join(' or ')}?`
        : 'give the provider itself, if it is one of yours';
    throw new TypeError(`unknown provider "${id}"; ${hint}`);
  }
  const { method = 'POST', path = '/', headers, body } = request;
  const found =
    providerOfPath(builtIn.all, withoutOrigin(path)) ??
    detectOne(builtIn.all, { method, path, headers, body }, parseJsonBody(body));
  if (found !== null) return found;
  throw new TypeError(
    'nothing tells whose request it is: name the provider, as in toBeSignedBy(secret, provider)',
  );
}

function isRawRequest(value: unknown): value is Signed {
  if (typeof value !== 'object' || value === null) return false;
  const { headers, body } = value as Partial<Signed>;
  return Array.isArray(headers) && body instanceof Uint8Array;
}

/** Of any make. */
function isWhatwgRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null && 'arrayBuffer' in value && 'clone' in value;
}

/** The test may read it too, so a copy is read. */
async function readRequest(request: Request): Promise<Signed> {
  const body = new Uint8Array(await request.clone().arrayBuffer());
  const headers = Array.from(request.headers, ([name, value]): Header => [name, value]);
  const { pathname, search } = new URL(request.url);
  return { method: request.method, path: pathname + search, url: request.url, headers, body };
}

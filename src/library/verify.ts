import { parseUrl } from '../model/url.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Provider } from '../providers/provider.ts';
import * as providers from '../providers/signatures.ts';
import type { Secret, SignatureScheme } from '../signing/scheme.ts';
import type { SignedRequest } from '../signing/signed-request.ts';
import { possibleUrls } from '../signing/urls.ts';
import * as signing from '../signing/verify.ts';

/** A request to verify. Where it has its URL, as what `forge` makes, that counts too for signatures of the URL. */
export interface VerifiableRequest extends SignedRequest {
  readonly url?: string | undefined;
}

/**
 * Checks a request's signature against one or several secrets (several during a rotation). Never throws:
 * whatever the request holds, the answer is a verdict. Digests are compared in constant time, every secret against every
 * signature. For asymmetric schemes the secrets are public keys; private ones are understood too, but for the 32 bytes of
 * an Ed25519 key, which look like a public one.
 */
export function verify(
  scheme: SignatureScheme,
  request: VerifiableRequest,
  secrets: readonly Secret[],
  context: signing.VerifyContext = {},
): Verdict {
  const { view, urls } = located(request);
  return signing.verify(scheme, view, secrets, { ...context, urls: context.urls ?? urls });
}

/**
 * Checks a request as a provider's: its usual signature, and only where that is missing one of the others that are there. A wrong one
 * is wrong whatever stands beside it. Never throws.
 */
export function verifyRequest(
  provider: Provider,
  request: VerifiableRequest,
  secrets: readonly Secret[],
  context: signing.VerifyContext = {},
): Verdict {
  const { view, urls } = located(request);
  return providers.verifyRequest(provider, view, secrets, { ...context, urls: context.urls ?? urls });
}

interface Located<R> {
  readonly view: R;
  /** Undefined where they have to be made from the request's headers. */
  readonly urls: readonly string[] | undefined;
}

/**
 * A request with what its URL says: its path, where it has none of its own, and the URLs that may have been signed. Behind a proxy
 * the URL is not the one that the sender used, so those that the headers tell count too.
 */
export function located<R extends VerifiableRequest>(request: R): Located<R> {
  const url = typeof request.url === 'string' ? parseUrl(request.url) : null;
  if (url === null) return { view: request, urls: undefined };
  const view = { ...request, path: request.path ?? url.pathname + url.search };
  return { view, urls: [...new Set([...possibleUrls(view, request.url), ...possibleUrls(view)])] };
}

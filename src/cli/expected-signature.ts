import { schemesInUse } from '../diagnosis/in-use.ts';
import { signedTime } from '../diagnosis/infer-time.ts';
import { WebhookError } from '../errors.ts';
import type { RawRequest } from '../model/request.ts';
import { signRequest } from '../providers/signatures.ts';
import { signatureName } from '../signing/describe.ts';
import { placeOf } from '../signing/place.ts';
import { readRequest, signedView } from '../signing/signed-request.ts';
import { verify } from '../signing/verify.ts';
import { possibleUrls } from '../signing/urls.ts';
import type { Verified } from './explained-content.ts';

/** What would verify, one line for each secret; none where no secret can sign, as with public keys. */
export function expectedSignatures(verified: Verified): readonly string[] {
  const { request, provider, secrets, now, urls } = verified;
  const [{ name, scheme }] = schemesInUse(provider, request);
  if (scheme.kind === 'none') return [];
  const place = placeOf(scheme);
  // As of when it was signed: else an expected signature would be one of the present time.
  const at = signedTime(request, scheme)?.ms ?? now;
  const outgoing = { ...request, url: (urls ?? possibleUrls(request))[0] ?? localUrl(request) };
  return secrets.flatMap((secret) => {
    const signed = attempt(() => signRequest(provider, outgoing, secret, { now: at, signature: name }));
    if (signed === null) return [];
    const view = signedView(signed);
    // A public key may look like a private one, and what that signs is nothing to expect.
    if (scheme.kind === 'asymmetric' && !verify(scheme, view, [secret], { urls: [outgoing.url] }).ok)
      return [];
    const value = readRequest(view).readText(place);
    return value === undefined ? [] : [`${signatureName(scheme)}: ${value}`];
  });
}

function localUrl({ path }: RawRequest): string {
  return `http://localhost${path.startsWith('/') ? path : '/'}`;
}

/** Null for what cannot be signed: no private key, or a part that the request lacks. */
function attempt<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof WebhookError) return null;
    throw error;
  }
}

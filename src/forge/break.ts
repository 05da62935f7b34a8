import { UsageError } from '../errors.ts';
import { headerValue, type Header, type OutgoingRequest } from '../model/request.ts';
import { parseJsonBody } from '../providers/identify.ts';
import type { Provider } from '../providers/provider.ts';
import { schemeOf } from '../providers/signatures.ts';
import { signsBody } from '../signing/content.ts';
import { hasContent, signatureHeaders } from '../signing/describe.ts';
import { isSigned } from '../signing/extract.ts';
import { withoutSignature, withSpoiltSignature } from '../signing/place.ts';
import type { SignatureScheme } from '../signing/scheme.ts';
import { readRequest, signedView } from '../signing/signed-request.ts';
import type { ForgeContext } from './message.ts';

/** Ways to make a request that a consumer must refuse. */
export const BREAKAGES = ['signature', 'timestamp', 'body', 'missing-header', 'wrong-secret'] as const;
export type Breakage = (typeof BREAKAGES)[number];

/** The ways in which a provider's requests can be spoilt. */
export function breakagesOf(provider: Provider): readonly Breakage[] {
  const scheme = provider.signature.value;
  return BREAKAGES.filter((breakage) => {
    if (breakage === 'timestamp') return limitOf(scheme) !== null;
    if (scheme.kind === 'none') return false;
    return breakage !== 'body' || (hasContent(scheme) && signsBody(scheme));
  });
}

const STALE_SECONDS = 3_600;
/** Letters of true, null and escapes cannot be changed in JSON; there are never many of them in a row. */
const MOST_TRIES = 100;

/**
 * Spoils a signed request in one respect.
 * @throws {UsageError} where the provider's requests have nothing of that sort.
 */
export function breakRequest(
  request: OutgoingRequest,
  breakage: Breakage,
  provider: Provider,
  signature?: string,
): OutgoingRequest {
  const scheme = schemeOf(provider, signature) ?? provider.signature.value;
  if (scheme.kind === 'none') {
    throw new UsageError(
      `${provider.name} signs nothing that could be broken`,
      'send another body with --data',
    );
  }
  if (breakage === 'body') {
    if (hasContent(scheme) && signsBody(scheme)) return { ...request, body: breakBody(request.body) };
    throw new UsageError(
      `the signature of ${provider.name} does not cover the body, so nobody could tell that it is broken`,
      'break its signature instead',
    );
  }
  if (!isSigned(scheme, readRequest(signedView(request)))) {
    throw new UsageError(`only a signed request can be broken by ${breakage}`, 'give a secret (--secret)');
  }
  // Signed with another secret, or as of long ago, in the first place.
  if (breakage === 'wrong-secret' || breakage === 'timestamp') return request;
  return breakage === 'missing-header'
    ? withoutSignatures(provider, request)
    : withSpoiltSignatures(provider, scheme, request);
}

/** The world as long ago as makes a signature too old: an hour, where the provider does not allow more. */
export function longAgo(provider: Provider, context: ForgeContext, signature?: string): ForgeContext {
  const limit = limitOf(schemeOf(provider, signature) ?? provider.signature.value);
  if (limit !== null) {
    const seconds = limit < STALE_SECONDS ? STALE_SECONDS : limit + STALE_SECONDS;
    return { ...context, now: context.now - seconds * 1_000 };
  }
  throw new UsageError(
    `${provider.name} sets no limit to the age of a timestamp, so nobody could tell that it is broken`,
    'break its signature instead',
  );
}

/** How old a signature may be, in seconds; null where it is good for ever, or for as long as nobody can tell. */
function limitOf(scheme: SignatureScheme): number | null {
  return hasContent(scheme) ? (scheme.timestamp?.toleranceSeconds ?? null) : null;
}

/**
 * Headers of the user's own go out as they are given, which leaves nothing to break where they are what is to be wrong.
 * @throws {UsageError}
 */
export function refuseOwnHeaders(
  own: readonly Header[],
  breakage: Breakage,
  provider: Provider,
  signature?: string,
): void {
  if (breakage !== 'timestamp' && breakage !== 'wrong-secret') return;
  const scheme = schemeOf(provider, signature) ?? provider.signature.value;
  const from = hasContent(scheme) && breakage === 'timestamp' ? scheme.timestamp?.from : undefined;
  const times = from !== undefined && 'header' in from ? [from.header, ...(from.fallback ?? [])] : [];
  const given = [...signatureHeaders(scheme), ...times].find((name) => headerValue(own, name) !== undefined);
  if (given === undefined) return;
  throw new UsageError(
    `${given} is given, so it would go out unbroken`,
    'leave that header out, or leave the request unbroken',
  );
}

/** All that are there, so that none is left that verifies. */
function withSpoiltSignatures(
  { otherSignatures }: Provider,
  scheme: Exclude<SignatureScheme, { kind: 'none' }>,
  request: OutgoingRequest,
): OutgoingRequest {
  const sent = otherSignatures.filter((other) => other.sent === true).map((other) => other.scheme);
  return [scheme, ...sent].reduce(
    (before, one) => (one.kind === 'none' ? before : withSpoiltSignature(one, before)),
    request,
  );
}

/** None of the signatures that a provider may send, so that no older one is left. */
function withoutSignatures(provider: Provider, request: OutgoingRequest): OutgoingRequest {
  const schemes = [provider.signature.value, ...provider.otherSignatures.map(({ scheme }) => scheme)];
  return schemes.reduce((before, scheme) => withoutSignature(scheme, before), request);
}

/** The body with one bit changed. JSON stays JSON with another content, so that only a signature check can tell. */
function breakBody(body: Uint8Array): Uint8Array {
  if (body.length === 0) return Uint8Array.of(0x20);
  if (parseJsonBody(body) !== undefined) {
    const places = Array.from(
      Buffer.from(body)
        .toString('latin1')
        .matchAll(/[A-Za-z0-9]/g),
      ({ index }) => index,
    );
    for (const place of places.slice(-MOST_TRIES).reverse()) {
      const broken = withFlippedBit(body, place);
      if (parseJsonBody(broken) !== undefined) return broken;
    }
  }
  return withFlippedBit(body, body.length - 1);
}

function withFlippedBit(body: Uint8Array, at: number): Uint8Array {
  const broken = Uint8Array.from(body);
  broken[at]! ^= 1;
  return broken;
}

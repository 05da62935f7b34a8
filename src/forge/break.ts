import { UsageError } from '../errors.ts';
import type { OutgoingRequest } from '../model/request.ts';
import { parseJsonBody } from '../providers/identify.ts';
import type { Provider } from '../providers/provider.ts';
import { schemeOf } from '../providers/signatures.ts';
import { signsBody } from '../signing/content.ts';
import { hasContent } from '../signing/describe.ts';
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
    if (breakage === 'timestamp') return tellsTime(provider);
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
  // Signed with another secret, or as of long ago, in the first place.
  if (breakage === 'timestamp') return request;
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
  if (breakage === 'wrong-secret') return request;
  return breakage === 'missing-header'
    ? withoutSignatures(provider, request)
    : withSpoiltSignatures(provider, scheme, request);
}

/** The world an hour ago, where the provider's requests tell the time at all. */
export function longAgo(provider: Provider, context: ForgeContext): ForgeContext {
  if (tellsTime(provider)) return { ...context, now: context.now - STALE_SECONDS * 1_000 };
  throw new UsageError(
    `${provider.name} sends no timestamp header that could be broken`,
    'break its signature instead',
  );
}

function tellsTime({ headers, signature: { value: scheme } }: Provider): boolean {
  // What is good for ever nobody would refuse.
  if (hasContent(scheme) && scheme.timestamp !== undefined) return scheme.timestamp.toleranceSeconds !== null;
  return headers.some(({ value }) => 'from' in value && TIMES.has(value.from));
}
const TIMES: ReadonlySet<string> = new Set(['attemptUnixSeconds', 'attemptUnixMillis', 'attemptIso8601']);

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

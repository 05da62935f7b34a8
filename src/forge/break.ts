import { UsageError } from '../errors.ts';
import type { OutgoingRequest } from '../model/request.ts';
import { headerValue, withHeader, withoutHeaders } from '../model/request.ts';
import { parseJsonBody } from '../providers/identify.ts';
import type { DeliveryHeader, Provider } from '../providers/provider.ts';
import type { ForgeContext } from './message.ts';

/** Ways to make a request that a consumer must refuse. */
export const BREAKAGES = ['signature', 'timestamp', 'body', 'missing-header', 'wrong-secret'] as const;
export type Breakage = (typeof BREAKAGES)[number];

/** The ways in which a provider's requests can be spoilt. */
export function breakagesOf(provider: Provider): readonly Breakage[] {
  return BREAKAGES.filter((breakage) => breakage !== 'timestamp' || timestampHeader(provider) !== undefined);
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
  context: ForgeContext,
): OutgoingRequest {
  const scheme = provider.signature.value;
  const signature = headerValue(request.headers, scheme.header);
  if (breakage !== 'timestamp' && breakage !== 'body' && signature === undefined) {
    throw new UsageError(`only a signed request can be broken by ${breakage}`, 'give a secret (--secret)');
  }
  switch (breakage) {
    case 'missing-header':
      return { ...request, headers: withoutHeaders(request.headers, [scheme.header]) };
    case 'signature':
      return { ...request, headers: withHeader(request.headers, scheme.header, otherLastDigit(signature!)) };
    case 'body':
      return { ...request, body: breakBody(request.body) };
    case 'wrong-secret':
      return request; // Signed with another secret in the first place.
    case 'timestamp':
      return { ...request, headers: staleTimestamp(request, provider, context) };
  }
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

function otherLastDigit(signature: string): string {
  const at = signature.replace(/=+$/, '').length - 1;
  return signature.slice(0, at) + (signature[at] === '0' ? '1' : '0') + signature.slice(at + 1);
}

function staleTimestamp(
  request: OutgoingRequest,
  provider: Provider,
  { now }: ForgeContext,
): OutgoingRequest['headers'] {
  const header = timestampHeader(provider);
  if (header === undefined) {
    throw new UsageError(
      `${provider.name} sends no timestamp header that could be broken`,
      'break its signature instead',
    );
  }
  return withHeader(request.headers, header.name, String(Math.floor(now / 1_000) - STALE_SECONDS));
}

function timestampHeader({ headers }: Provider): DeliveryHeader | undefined {
  return headers.find(({ value }) => 'from' in value && value.from === 'attemptUnixSeconds');
}

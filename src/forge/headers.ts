import { createHash } from 'node:crypto';
import { createId } from '../model/id.ts';
import { withHeader, type Header } from '../model/request.ts';
import { identify, parseJsonBody } from '../providers/identify.ts';
import type { DeliveryHeader } from '../providers/provider.ts';
import { randomUuid, uuidOf } from './fresh.ts';
import type { ForgeContext, Message } from './message.ts';

type Source = Extract<DeliveryHeader['value'], { from: unknown }>['from'];

/** The headers a provider sends besides the signature, in its order. Those with nothing to hold are left out, unless the profile has an example. */
export function deliveryHeaders(
  message: Message,
  context: ForgeContext,
  extras: boolean,
  signature?: string,
): Header[] {
  const { provider, eventType } = message;
  const sources = sourcesOf(message, context);
  const other = provider.otherSignatures.find(({ name }) => name === signature);
  const headers = [...provider.headers, ...(other?.headers ?? [])]
    .filter(({ extra = false }) => extras || !extra)
    .map(
      ({ name, value }) =>
        [
          name,
          'text' in value ? value.text : (cut(sources[value.from](), value) ?? value.otherwise ?? null),
        ] as const,
    )
    .filter((header): header is Header => header[1] !== null);
  const own = provider.events.find(({ name }) => name === eventType)?.headers ?? {};
  return Object.entries(own).reduce<Header[]>((all, [name, value]) => withHeader(all, name, value), headers);
}

function sourcesOf(
  message: Message,
  { now, randomBytes }: ForgeContext,
): Record<Source, () => string | null> {
  const { provider, body, attemptNumber = 1, previousFailure = null, deliveryId } = message;
  const request = { method: 'POST', path: '/', headers: [], body };
  const { reasons = {} } = provider.retry.value;
  let uuid: string | undefined;
  return {
    eventType: () => message.eventType,
    eventId: () => message.eventId,
    endpointId: () =>
      identify(provider, request, parseJsonBody(body)).endpointId ?? message.endpointId ?? null,
    attemptUnixSeconds: () => String(Math.floor(now / 1_000)),
    attemptUnixMillis: () => String(Math.floor(now)),
    attemptIso8601: () => new Date(now).toISOString(),
    deliveryId: () => deliveryId ?? createId('dlv', now, randomBytes),
    // Several headers may hold it.
    deliveryUuid: () =>
      (uuid ??=
        deliveryId === undefined
          ? randomUuid(randomBytes)
          : uuidOf(createHash('sha256').update(deliveryId).digest())),
    attemptUuid: () => randomUuid(randomBytes),
    attemptNumber: () => String(attemptNumber),
    retryNumber: () => (attemptNumber > 1 ? String(attemptNumber - 1) : null),
    retryReason: () =>
      attemptNumber > 1 && previousFailure !== null
        ? (reasons[previousFailure] ?? reasons['other'] ?? null)
        : null,
  };
}

/** What stands before or after a text. Without that text all of it stands before. */
export function cut(
  value: string | null,
  { before, after }: { before?: string; after?: string },
): string | null {
  if (value === null) return null;
  if (before !== undefined) {
    const at = value.indexOf(before);
    return at < 0 ? value : value.slice(0, at);
  }
  if (after === undefined) return value;
  const at = value.indexOf(after);
  return at < 0 ? null : value.slice(at + after.length);
}

import { createId } from '../model/id.ts';
import type { Header } from '../model/request.ts';
import { identify, parseJsonBody } from '../providers/identify.ts';
import type { ForgeContext, Message } from './message.ts';

/** The headers a provider sends besides the signature, in its order. Those with nothing to hold are left out. */
export function deliveryHeaders(
  message: Message,
  { now, randomBytes }: ForgeContext,
  extras: boolean,
): Header[] {
  const { provider, body } = message;
  const request = { method: 'POST', path: '/', headers: [], body };
  const sources = {
    eventType: () => message.eventType,
    eventId: () => message.eventId,
    endpointId: () =>
      identify(provider, request, parseJsonBody(body)).endpointId ?? message.endpointId ?? null,
    attemptUnixSeconds: () => String(Math.floor(now / 1_000)),
    deliveryId: () => createId('dlv', now, randomBytes),
  };
  return provider.headers
    .filter(({ extra = false }) => extras || !extra)
    .map(({ name, value }) => [name, 'text' in value ? value.text : sources[value.from]()] as const)
    .filter((header): header is Header => header[1] !== null);
}

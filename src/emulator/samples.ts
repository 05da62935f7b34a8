import { createEndpoint } from '../engine/endpoints.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { LogEntry, Provider } from '../providers/provider.ts';
import { mayBeUnsigned } from '../providers/signatures.ts';

/** Endpoints of a provider in every state that shows in its answers. */
export function sampleEndpoints(provider: Provider): readonly Endpoint[] {
  const active = createEndpoint(
    provider,
    {
      url: 'https://example.com/webhooks',
      eventTypes: provider.events.map(({ name }) => name),
      secret: 'secret',
    },
    { now: 0, randomBytes: (size) => new Uint8Array(size) },
  );
  const disabled: Endpoint = { ...active, status: 'disabled', disabledReason: 'failures', disabledAt: 0 };
  const unsigned: Endpoint = { ...active, secret: null };
  return mayBeUnsigned(provider) ? [active, disabled, unsigned] : [active, disabled];
}

/** Deliveries in every state that shows in a log. */
export function sampleEntries(provider: Provider): readonly LogEntry[] {
  const acknowledged: LogEntry = {
    deliveryId: 'dlv_1',
    eventId: 'evt_1',
    eventType: provider.events[0]!.name,
    status: 'succeeded',
    attempts: 1,
    at: 0,
    responseStatus: 200,
    responseTimeMs: 1,
    error: null,
    requestBody: '{}',
    responseBody: '',
  };
  const unanswered: LogEntry = {
    ...acknowledged,
    status: 'failed',
    responseStatus: null,
    error: { code: 'refused', message: 'connection refused' },
    responseBody: null,
  };
  const waiting: LogEntry = {
    ...acknowledged,
    eventType: null,
    status: 'pending',
    attempts: 0,
    responseStatus: null,
    responseTimeMs: null,
    requestBody: null,
    responseBody: null,
  };
  return [acknowledged, unanswered, waiting];
}

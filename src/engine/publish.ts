import { renderMessage, type PayloadOptions } from '../forge/forge.ts';
import type { ForgeContext, Message } from '../forge/message.ts';
import type { Delivery } from '../model/delivery.ts';
import { subscribes, type Endpoint } from '../model/endpoint.ts';
import { createId } from '../model/id.ts';
import { parseJsonPath, valueAt } from '../model/json-path.ts';
import { setInJsonText } from '../model/json-text.ts';
import { parseJsonBody } from '../providers/identify.ts';
import type { Provider } from '../providers/provider.ts';
import type { DeliveryStore, PlannedDelivery } from '../store/store.ts';
import { createGate, toRemember } from './filters.ts';

export interface PublishOptions extends PayloadOptions {
  /** Names who waits for the deliveries. */
  readonly batch?: string;
  /** Only to this endpoint, whatever it subscribes to and whether it is active, as a test. */
  readonly test?: Endpoint;
}

export interface Published {
  readonly event: { readonly id: string; readonly type: string | null };
  readonly deliveries: readonly Delivery[];
  /** What is odd, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Publishes an event: writes it with one delivery for each endpoint of its provider that subscribes to it, in one transaction.
 * Whatever happens afterwards, an engine will deliver them.
 * @throws {WebhookError} for an unknown event type; {UsageError} for overrides that do not fit.
 */
export async function publish(
  deliveries: DeliveryStore,
  provider: Provider,
  eventType: string | undefined,
  options: PublishOptions,
  context: ForgeContext,
): Promise<Published> {
  const message = await renderMessage(provider, eventType, options, context);
  const { now, randomBytes } = context;
  const { filters } = provider.endpoint;
  const event = { eventType: message.eventType, json: parseJsonBody(message.body) };
  const id = message.eventId ?? createId('evt', now, randomBytes);
  const isOurs = options.data === undefined && options.keepIds !== true && options.stressJson !== true;
  const bodyFor = isOurs ? bodyPerEndpoint(message, options) : () => message.body;
  let warnings: string[] = [];

  function plan(
    endpoints: readonly Endpoint[],
    recall: (filter: string, key: string) => string | null,
  ): PlannedDelivery[] {
    warnings = [];
    const gate = createGate(filters, event, recall);
    const chosen =
      options.test === undefined
        ? endpoints.filter((endpoint) => isWanted(endpoint, gate))
        : endpoints.filter((endpoint) => endpoint.id === options.test!.id);
    return chosen.map((endpoint) => ({
      endpointId: endpoint.id,
      id: createId('dlv', now, randomBytes),
      body: bodyFor(endpoint),
      discarded: options.test === undefined ? whyDiscarded(endpoint) : null,
      trigger: options.test === undefined ? 'scheduled' : 'test',
      dueAt: now,
    }));
  }

  function isWanted(endpoint: Endpoint, gate: ReturnType<typeof createGate>): boolean {
    if (!subscribes(endpoint.eventTypes, event.eventType)) return false;
    const refusal = gate(endpoint.filters);
    if (refusal !== null && refusal.value === null) {
      warnings.push(
        `${endpoint.id} filters by ${refusal.filter}, and ${event.eventType ?? 'the event'} holds nothing to go by`,
      );
    }
    return refusal === null;
  }

  const written = await deliveries.publish(
    {
      id,
      isOwnId: message.eventId === null,
      provider: provider.id,
      eventType: event.eventType,
      createdAt: now,
      batch: options.batch ?? null,
      remember: toRemember(filters, event),
    },
    plan,
  );
  return { event: { id, type: event.eventType }, deliveries: written, warnings };
}

/** One body for all, or one for each endpoint where the body names the endpoint. */
function bodyPerEndpoint(
  { provider, body }: Message,
  { overrides = [] }: PayloadOptions,
): (endpoint: Endpoint) => Uint8Array {
  const place = provider.envelope.value.endpointId.find((location) => location.body !== undefined);
  if (place === undefined) return () => body;
  const path = parseJsonPath(place.body);
  // Whoever sets it means it.
  if (overrides.some((override) => override.path.join('.') === path.join('.'))) return () => body;
  const parsed = parseJsonBody(body);
  // Our ids are text, and who reads a number there would fail.
  if (parsed === undefined || typeof valueAt(parsed, place.body) === 'number') return () => body;
  const text = Buffer.from(body).toString();
  return ({ id }) => Buffer.from(setInJsonText(text, path, id));
}

function whyDiscarded({ status, disabledReason }: Endpoint): string | null {
  if (status === 'active') return null;
  return `the endpoint is ${status}${disabledReason === null ? '' : `: ${disabledReason}`}`;
}

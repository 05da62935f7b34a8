import { readFile } from 'node:fs/promises';
import { WebhookError } from '../errors.ts';
import { nearestNames } from '../model/nearest.ts';
import type { EventType, Provider } from '../providers/provider.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url);

/**
 * The catalog's entry for an event type.
 * @throws {WebhookError} `ERR_UNKNOWN_EVENT_TYPE`, with the nearest names.
 */
export function findEventType(provider: Provider, name: string): EventType {
  const found = provider.events.find((event) => event.name === name);
  if (found !== undefined) return found;
  const near = nearestNames(
    name,
    provider.events.map((event) => event.name),
  );
  throw new WebhookError('ERR_UNKNOWN_EVENT_TYPE', `${provider.name} has no event type "${name}"`, {
    hint:
      near.length > 0
        ? `did you mean ${near.join(' or ')}?`
        : `see them all with: webhook-cli providers show ${provider.id}`,
  });
}

/** The exact bytes of an event type's example payload. */
export async function readPayload(provider: Provider, eventType: EventType): Promise<Uint8Array> {
  return readFile(new URL(`${provider.id}/${eventType.name}.json`, FIXTURES));
}

import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { WebhookError } from '../errors.ts';
import { nearestNames } from '../model/nearest.ts';
import type { EventType, Provider } from '../providers/provider.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url);
const EXTENSIONS = { json: 'json', form: 'form' } as const;

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

/**
 * The exact bytes of an event type's example payload.
 * @throws {WebhookError} `ERR_NO_PAYLOAD` where a provider of the user's has none.
 */
export async function readPayload(provider: Provider, { name, example }: EventType): Promise<Uint8Array> {
  if (example !== undefined)
    return Buffer.from(typeof example === 'string' ? example : JSON.stringify(example));
  const folder =
    provider.fixtures === undefined
      ? new URL(`${provider.id}/`, FIXTURES)
      : pathToFileURL(`${provider.fixtures}/`);
  const file = new URL(fixtureName(name, provider.body), folder);
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new WebhookError('ERR_NO_PAYLOAD', `${provider.name} has no example of "${name}"`, {
      hint: 'give the event type an example, or a body of your own (data, --data)',
    });
  }
}

/** The file of an event type's payload: its name, and what file systems do not take in it percent-encoded. */
function fixtureName(eventType: string, body: Provider['body']): string {
  // Once for the file's name, in which % stands for itself, and once for its URL.
  return `${encodeURIComponent(encodeURIComponent(eventType).replaceAll('*', '%2A'))}.${EXTENSIONS[body]}`;
}

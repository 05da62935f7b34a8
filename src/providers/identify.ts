import { createHash } from 'node:crypto';
import { headerValue, type RawRequest } from '../model/request.ts';
import { valueAt } from '../model/json-path.ts';
import type { Location, Provider } from './provider.ts';

/** Larger bodies are not parsed to find out what they are. */
export const PARSE_LIMIT = 10 * 1024 * 1024;

/** What a request says of the event it carries. */
export interface EventIdentity {
  readonly eventType: string | null;
  readonly eventId: string | null;
  readonly endpointId: string | null;
}

/** The body as JSON, or undefined where it is something else. */
export function parseJsonBody(body: Uint8Array): unknown {
  if (body.length === 0 || body.length > PARSE_LIMIT) return undefined;
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'));
  } catch {
    return undefined;
  }
}

export function identify(provider: Provider, request: RawRequest, json: unknown): EventIdentity {
  const { type, id, endpointId } = provider.envelope.value;
  return {
    eventType: locate(type, request, json),
    eventId: locate(id, request, json),
    endpointId: locate(endpointId, request, json),
  };
}

/**
 * Equal for two deliveries of one event: the event's id where the provider has one, otherwise a hash of the endpoint's
 * id and the body, which stays the same across retries. Null where a provider's id should be there and is not.
 */
export function dedupeKey(provider: Provider, identity: EventIdentity, body: Uint8Array): string | null {
  if (identity.eventId !== null) return `${provider.id} id ${identity.eventId}`;
  if (provider.envelope.value.id.length > 0) return null;
  const hash = createHash('sha256')
    .update(`${identity.endpointId ?? ''}\n`)
    .update(body)
    .digest('base64');
  return `${provider.id} sha256 ${hash}`;
}

export function locate(locations: readonly Location[], request: RawRequest, json: unknown): string | null {
  for (const location of locations) {
    const found =
      'body' in location ? valueAt(json, location.body) : headerValue(request.headers, location.header);
    if (typeof found === 'string' && found !== '') return found;
    if (typeof found === 'number') return String(found);
  }
  return null;
}

import { createHash } from 'node:crypto';
import { headerValue, type RawRequest } from '../model/request.ts';
import { isForm, queryOf } from '../signing/signed-request.ts';
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

/** The text at the first of some places that holds any, or null. */
export function locate(locations: readonly Location[], request: RawRequest, json: unknown): string | null {
  for (const location of locations) {
    const found = look(location, request, json);
    if (found !== null) return found;
  }
  return null;
}

function look(location: Location, request: RawRequest, json: unknown): string | null {
  if ('body' in location) return textOf(valueAt(json, location.body));
  if ('header' in location) return textOf(headerValue(request.headers, location.header));
  if (location.join !== undefined) return joined(location.join, location.with, request, json);
  if ('keyBeside' in location) return keyBeside(location.keyBeside, json);
  if ('query' in location) return textOf(parametersOf(queryOf(request.path)).get(location.query));
  return textOf(formOf(request, json)?.get(location.form));
}

function textOf(found: unknown): string | null {
  if (typeof found === 'string' && found !== '') return found;
  return typeof found === 'number' ? String(found) : null;
}

function joined(
  [first, ...others]: readonly [Location, ...Location[]],
  separator: string,
  request: RawRequest,
  json: unknown,
): string | null {
  const start = look(first, request, json);
  if (start === null) return null;
  const rest = others.map((location) => look(location, request, json)).filter((part) => part !== null);
  return [start, ...rest].join(separator);
}

function keyBeside(names: readonly string[], json: unknown): string | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  if (!names.every((name) => Object.hasOwn(json, name))) return null;
  return Object.keys(json).find((key) => !names.includes(key)) ?? null;
}

/** Larger forms are not read to find out what they are. */
const LARGEST_FORM = 1024 * 1024;

/** The parameters of a body that says that it is a form, or that says nothing and is no JSON. */
function formOf({ headers, body }: RawRequest, json: unknown): URLSearchParams | null {
  if (body.length === 0 || body.length > LARGEST_FORM) return null;
  const isUntold = json === undefined && headerValue(headers, 'content-type') === undefined;
  if (!isUntold && !isForm(headers)) return null;
  return parametersOf(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'));
}

/** The last text that was read is kept: several places are looked for in the same one. */
let last: { readonly text: string; readonly parameters: URLSearchParams } | null = null;

function parametersOf(text: string): URLSearchParams {
  if (last?.text !== text) last = { text, parameters: new URLSearchParams(text) };
  return last.parameters;
}

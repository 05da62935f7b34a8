import { UsageError, WebhookError } from '../errors.ts';
import { parseJsonPath, valueAt } from '../model/json-path.ts';
import { removeFromJsonText, setInJsonText } from '../model/json-text.ts';
import { withHeader, withoutHeaders, type OutgoingRequest } from '../model/request.ts';
import { asUtf8 } from '../model/text.ts';
import { takeApart } from './extract.ts';
import { parseJson, parseQuery, readRequest, signedView } from './signed-request.ts';
import type { Secret, SignaturePlace, SignatureScheme, TokenScheme } from './scheme.ts';

/** Where something can be put into a request. */
type Place =
  | { readonly header: string }
  /** What stands there as a number or as text stays that; where nothing stands, it is text unless it is said to be a number. */
  | { readonly body: string; readonly isNumber?: boolean | undefined }
  | { readonly form: string }
  | { readonly query: string };

/**
 * A request with a value at a place, instead of what stands there. Of a body every other byte stays as it is.
 * @throws {WebhookError} `ERR_UNSIGNABLE` where the body cannot hold it.
 */
export function placeValue(place: Place, request: OutgoingRequest, value: string): OutgoingRequest {
  const placed = placeIfHeld(place, request, value);
  if (placed !== null) return placed;
  const name = 'body' in place ? place.body : '';
  throw new WebhookError(
    'ERR_UNSIGNABLE',
    `the body is not a JSON object that can hold ${name}, which belongs in it`,
    { hint: 'give a JSON object (--data)' },
  );
}

/** The same, or null where the body cannot hold it. */
export function placeIfHeld(place: Place, request: OutgoingRequest, value: string): OutgoingRequest | null {
  if ('header' in place) return { ...request, headers: withHeader(request.headers, place.header, value) };
  if ('body' in place) {
    const body = setInBody(request.body, place, value);
    return body === null ? null : { ...request, body };
  }
  if ('form' in place) return { ...request, body: withParameter(request.body, place.form, value) };
  return { ...request, url: withQuery(request.url, place.query, value) };
}

export function placeToken(
  { token }: TokenScheme,
  request: OutgoingRequest,
  secret: Secret,
): OutgoingRequest {
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : Buffer.from(secret);
  if ('basic' in token) {
    const value = `Basic ${bytes.toString('base64')}`;
    return { ...request, headers: withHeader(request.headers, 'Authorization', value) };
  }
  if ('header' in token) {
    return {
      ...request,
      headers: withHeader(request.headers, token.header, (token.prefix ?? '') + bytes.toString('latin1')),
    };
  }
  const text = bytes.toString();
  if (!Buffer.from(text).equals(bytes)) {
    throw new WebhookError('ERR_SECRET', 'the secret is sent as text, and these bytes are none', {
      hint: 'give one that is valid UTF-8',
    });
  }
  return placeValue(token, request, text);
}

/** A request without its signature; the same one where it has none. */
export function withoutSignature(scheme: SignatureScheme, request: OutgoingRequest): OutgoingRequest {
  if (scheme.kind === 'none') return request;
  const place = placeOf(scheme);
  if ('header' in place) {
    const names = [place.header, ...('also' in place ? (place.also ?? []) : []), ...(place.fallback ?? [])];
    return { ...request, headers: withoutHeaders(request.headers, names) };
  }
  if ('body' in place) return { ...request, body: removeFromBody(request.body, place.body) };
  if ('form' in place) return { ...request, body: withParameter(request.body, place.form, null) };
  return { ...request, url: withQuery(request.url, place.query, null) };
}

/** A request whose signature is as well formed as before, and another one. */
export function withSpoiltSignature(
  scheme: Exclude<SignatureScheme, { kind: 'none' }>,
  request: OutgoingRequest,
): OutgoingRequest {
  const place = placeOf(scheme);
  const value = readRequest(signedView(request)).readText(place);
  return value === undefined ? request : placeValue(place, request, spoilt(scheme, value));
}

/** Every signature in a value is spoilt, and nothing beside them. */
function spoilt(scheme: Exclude<SignatureScheme, { kind: 'none' }>, value: string): string {
  if (scheme.kind === 'token') {
    const prefix = 'basic' in scheme.token ? 'Basic ' : 'header' in scheme.token ? scheme.token.prefix : '';
    const kept = prefix !== undefined && value.startsWith(prefix) ? prefix.length : 0;
    return value.slice(0, kept) + otherDigit(value.slice(kept));
  }
  const { texts } = takeApart(scheme.items, value);
  return texts
    .filter((text) => text !== '')
    .reduce((whole, text) => whole.replace(text, () => otherDigit(text)), value);
}

/** Not the last one: in base64 it may hold bits that do not count. */
function otherDigit(signature: string): string {
  const at = Math.max(0, signature.replace(/=+$/, '').length - 4);
  return signature.slice(0, at) + (signature[at] === '0' ? '1' : '0') + signature.slice(at + 1);
}

/** Where a scheme's proof stands. */
export function placeOf(scheme: Exclude<SignatureScheme, { kind: 'none' }>): SignaturePlace {
  if (scheme.kind !== 'token') return scheme.signature;
  return 'basic' in scheme.token ? { header: 'Authorization' } : scheme.token;
}

/** Written into the URL's text, or taken out of it, so that nothing else of it changes. */
function withQuery(url: string, name: string, value: string | null): string {
  const [whole, hash] = /^([^#]*)(.*)$/s.exec(url)!.slice(1) as [string, string];
  const at = whole.indexOf('?');
  const [base, query] = at < 0 ? [whole, ''] : [whole.slice(0, at), whole.slice(at + 1)];
  const kept = query
    .split('&')
    .filter((pair) => pair !== '' && decodeURIComponentSafely(pair.split('=')[0]!) !== name);
  const own = value === null ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`];
  const pairs = [...kept, ...own];
  return base + (pairs.length === 0 ? '' : `?${pairs.join('&')}`) + hash;
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * A form with a parameter, where the first of that name stands or else at the end, or without it. Read as Latin-1, in which any bytes
 * are text and stay the same.
 */
function withParameter(body: Uint8Array, name: string, value: string | null): Uint8Array {
  const pairs = Buffer.from(body).toString('latin1').split('&');
  const nameOf = (pair: string): string | undefined => {
    const [first] = parseQuery(Buffer.from(pair, 'latin1').toString()).keys();
    return first;
  };
  const isIt = pairs.map((pair) => nameOf(pair) === name);
  const own = value === null ? [] : [new URLSearchParams({ [name]: value }).toString()];
  const at = isIt.indexOf(true);
  const written = pairs.flatMap((pair, index) => (index === at ? own : isIt[index] ? [] : [pair]));
  const isEmpty = written.length === 1 && written[0] === '';
  const whole = at >= 0 ? written : [...(isEmpty ? [] : written), ...own];
  return Buffer.from(whole.join('&'), 'latin1');
}

const NUMBER = /^(0|[1-9]\d*)(\.\d+)?$/;

function setInBody(
  body: Uint8Array,
  { body: path, isNumber = false }: Extract<Place, { body: string }>,
  text: string,
): Uint8Array | null {
  const json = asUtf8(body);
  const tree = parseJson(body);
  if (json === null || typeof tree !== 'object' || tree === null) return null;
  const present = valueAt(tree, path);
  const isDue = typeof present === 'number' || (isNumber && typeof present !== 'string');
  try {
    const value = isDue && NUMBER.test(text) ? Number(text) : text;
    return Buffer.from(setInJsonText(json, parseJsonPath(path), value));
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

function removeFromBody(body: Uint8Array, path: string): Uint8Array {
  const json = asUtf8(body);
  if (json === null || valueAt(parseJson(body), path) === undefined) return body;
  return Buffer.from(removeFromJsonText(json, parseJsonPath(path)));
}

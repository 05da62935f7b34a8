import { WebhookError } from '../errors.ts';
import { parseJsonPath, setAt, valueAt } from '../model/json-path.ts';
import { withHeader, withoutHeaders, type OutgoingRequest } from '../model/request.ts';
import { takeApart } from './extract.ts';
import { parseJson, parseQuery, readRequest, signedView } from './signed-request.ts';
import type { Secret, SignaturePlace, SignatureScheme, TokenScheme } from './scheme.ts';

/** Where something can be put into a request. */
type Place =
  | { readonly header: string }
  | { readonly body: string }
  | { readonly form: string }
  | { readonly query: string };

/** A request with a value at a place, instead of what stands there. */
export function placeValue(place: Place, request: OutgoingRequest, value: string): OutgoingRequest {
  if ('header' in place) return { ...request, headers: withHeader(request.headers, place.header, value) };
  if ('body' in place) return { ...request, body: setInBody(request.body, place.body, value) };
  if ('form' in place) {
    const form = parseQuery(Buffer.from(request.body).toString());
    form.set(place.form, value);
    return { ...request, body: Buffer.from(form.toString()) };
  }
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
  if ('form' in place) {
    const form = parseQuery(Buffer.from(request.body).toString());
    form.delete(place.form);
    return { ...request, body: Buffer.from(form.toString()) };
  }
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

/** What stands there as a number stays one. */
function setInBody(body: Uint8Array, path: string, text: string): Uint8Array {
  const tree = parse(body, path);
  const value = typeof valueAt(tree, path) === 'number' ? Number(text) : text;
  return Buffer.from(JSON.stringify(setAt(tree, parseJsonPath(path), value)));
}

function removeFromBody(body: Uint8Array, path: string): Uint8Array {
  const tree = parseJson(body);
  if (valueAt(tree, path) === undefined) return body;
  const keys = path.split('.');
  const holder = keys.length === 1 ? tree : valueAt(tree, keys.slice(0, -1).join('.'));
  delete (holder as Record<string, unknown>)[keys.at(-1)!];
  return Buffer.from(JSON.stringify(tree));
}

function parse(body: Uint8Array, path: string): unknown {
  const tree = parseJson(body);
  if (tree !== undefined) return tree;
  throw new WebhookError('ERR_UNSIGNABLE', `the body is not JSON, and ${path} belongs in it`, {
    hint: 'give a JSON body (--data)',
  });
}

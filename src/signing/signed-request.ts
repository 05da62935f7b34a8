import { headerValue, type Header, type OutgoingRequest } from '../model/request.ts';
import { valueAt } from '../model/json-path.ts';
import { parseUrl } from '../model/url.ts';
import type { SignedValue } from './scheme.ts';

/** A request as far as a signature can depend on it. */
export interface SignedRequest {
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  /** POST where it is left out. */
  readonly method?: string;
  /** The request target: path and query. */
  readonly path?: string;
}

/** A request whose parts are taken apart at most once. */
export interface RequestReader {
  readonly request: SignedRequest;
  /** The text at a place, its bytes as the request has them; undefined where there is none. */
  read(place: Exclude<SignedValue, { field: string }>): Uint8Array | undefined;
  /** The same as text. */
  readText(place: Exclude<SignedValue, { field: string }>): string | undefined;
}

export function readRequest(request: SignedRequest): RequestReader {
  let json: { readonly value: unknown } | undefined;
  let form: { readonly fields: URLSearchParams | null } | undefined;
  let query: URLSearchParams | undefined;

  function readText(place: Exclude<SignedValue, { field: string }>): string | undefined {
    if ('header' in place) {
      for (const name of [place.header, ...(place.fallback ?? [])]) {
        const value = headerValue(request.headers, name);
        if (value !== undefined) return value;
      }
      return undefined;
    }
    if ('body' in place) {
      json ??= { value: parseJson(request.body) };
      const value = valueAt(json.value, place.body);
      return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
    }
    if ('form' in place) {
      form ??= { fields: parseForm(request.body) };
      return form.fields?.get(place.form) ?? undefined;
    }
    query ??= parseQuery(queryOf(request.path ?? '/'));
    return query.get(place.query) ?? undefined;
  }

  return {
    request,
    readText,
    read: (place) => {
      const text = readText(place);
      return text === undefined ? undefined : Buffer.from(text, 'header' in place ? 'latin1' : 'utf8');
    },
  };
}

/** The request as its receiver will see it. */
export function signedView({ method, url, headers, body }: OutgoingRequest): SignedRequest {
  const path = parseUrl(url);
  return { method, headers, body, ...(path === null ? {} : { path: path.pathname + path.search }) };
}

/** Whether a body says that it is a form. */
export function isForm(headers: readonly Header[]): boolean {
  return /^\s*application\/x-www-form-urlencoded\b/i.test(headerValue(headers, 'content-type') ?? '');
}

export function queryOf(target: string): string {
  const at = target.indexOf('?');
  return at < 0 ? '' : target.slice(at + 1);
}

/** The fields of a form, or null where there are more than any sender has: taking them apart would cost too much memory. */
export function parseForm(body: Uint8Array): URLSearchParams | null {
  let fields = 1;
  for (let at = body.indexOf(AMPERSAND); at >= 0; at = body.indexOf(AMPERSAND, at + 1)) {
    fields += 1;
    if (fields > MOST_FIELDS) return null;
  }
  return parseQuery(viewOf(body).toString('utf8'));
}
const AMPERSAND = 0x26;
const MOST_FIELDS = 10_000;

/** After an ampersand, as a question mark at the start would not count to the first name. */
export function parseQuery(text: string): URLSearchParams {
  return new URLSearchParams(`&${text}`);
}

/** The same bytes, not copied. */
function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The value of a JSON body, or undefined where it is no JSON. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(viewOf(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

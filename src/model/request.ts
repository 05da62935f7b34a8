/** One header line: its name in the case it was sent, its value as Latin-1 text (one character per byte). */
export type Header = readonly [name: string, value: string];

/** A request as it stands on the wire: headers in order with their duplicates, body bytes untouched. */
export interface RawRequest {
  readonly method: string;
  /** The request target as received: path and query. */
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** A request that has somewhere to go. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** All values of a header, in order; names compare without case. */
export function headerValues(headers: readonly Header[], name: string): string[] {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (const [key, value] of headers) if (isNamed(key, wanted)) values.push(value);
  return values;
}

/** The first value of a header. */
export function headerValue(headers: readonly Header[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [key, value] of headers) if (isNamed(key, wanted)) return value;
  return undefined;
}

/** In Latin-1 the lower case is as long, so most names are told apart by their lengths. */
function isNamed(name: string, wanted: string): boolean {
  return name.length === wanted.length && name.toLowerCase() === wanted;
}

/** Replaces the first header of that name where it stands, drops its duplicates, or appends it. */
export function withHeader(headers: readonly Header[], name: string, value: string): Header[] {
  const wanted = name.toLowerCase();
  const result: Header[] = [];
  let placed = false;
  for (const header of headers) {
    if (header[0].toLowerCase() !== wanted) result.push(header);
    else if (!placed) {
      result.push([header[0], value]);
      placed = true;
    }
  }
  if (!placed) result.push([name, value]);
  return result;
}

export function withoutHeaders(headers: readonly Header[], names: Iterable<string>): Header[] {
  const unwanted = new Set(Array.from(names, (name) => name.toLowerCase()));
  return headers.filter(([name]) => !unwanted.has(name.toLowerCase()));
}

/** Node's flat `[name, value, name, value]` list as pairs. */
export function pairHeaders(flat: readonly string[]): Header[] {
  const pairs: Header[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    pairs.push([flat[index]!, flat[index + 1]!]);
  }
  return pairs;
}

/**
 * Headers that belong to one connection and not to the message, with whatever `Connection` names besides
 * (RFC 9110, section 7.6.1). `Expect` is answered hop by hop too.
 */
export function withoutHopByHop(headers: readonly Header[]): Header[] {
  const named = headerValues(headers, 'connection')
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return withoutHeaders(headers, [...HOP_BY_HOP, ...named]);
}

const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
];

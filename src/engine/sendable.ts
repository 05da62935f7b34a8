import { validateHeaderName, validateHeaderValue } from 'node:http';
import { HEADER_NAME } from '../model/header-line.ts';
import { withoutHeaders, withoutHopByHop, type Header, type OutgoingRequest } from '../model/request.ts';
import { parseUrl } from '../model/url.ts';

export interface Destination {
  readonly origin: string;
  readonly path: string;
}

/** A request that cannot be written as HTTP; the message says why and holds no header's value. */
class UnsendableError extends Error {
  readonly code = 'ERR_UNSENDABLE';
}

/** How many URLs are kept parsed: an endpoint's is sent to again and again. */
const KEPT_DESTINATIONS = 256;

/** Takes URLs apart, the last few of them only once. */
export function createDestinations(): (url: string) => Destination {
  const kept = new Map<string, Destination>();
  return (url) => {
    const known = kept.get(url);
    if (known !== undefined) return known;
    const parsed = parseDestination(url);
    if (kept.size >= KEPT_DESTINATIONS) kept.clear();
    kept.set(url, parsed);
    return parsed;
  };
}

/** A URL's server, and its path and query as they are written where they can be sent so. */
function parseDestination(text: string): Destination {
  const url = parseUrl(text);
  if (url === null) throw new UnsendableError('the URL is not valid');
  if (!/^https?:$/.test(url.protocol)) throw new UnsendableError('the URL is neither http nor https');
  const written = /^[a-z]+:\/\/[^/?#\\]+(\/[\x21-\x22\x24-\x7e]*)$/i.exec(text.split('#')[0]!)?.[1];
  return { origin: url.origin, path: written ?? url.pathname + url.search };
}

/**
 * A request's headers as a flat list, without those of its framing, which the client writes itself.
 *
 * @throws {UnsendableError} for what the client would refuse. It must not come that far: the client takes one of an origin's
 * connections out of service for each request it refuses, and after the last one every request waits for ever.
 */
export function sendableHeaders({ method, headers }: OutgoingRequest): string[] {
  if (!HEADER_NAME.test(method)) throw new UnsendableError('the method is not valid');
  if (method === 'CONNECT') throw new UnsendableError('CONNECT opens a tunnel and sends nothing');
  const flat: string[] = [];
  let hosts = 0;
  for (const [name, value] of withoutFraming(headers)) {
    refuseHeader(name, value);
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
    flat.push(name, value);
  }
  if (hosts > 1) throw new UnsendableError('more than one Host header');
  return flat;
}

/** The first look costs one expression, the second several passes; hardly any request needs the second. */
function withoutFraming(headers: readonly Header[]): readonly Header[] {
  return headers.some(([name]) => MAY_BE_FRAMING.test(name))
    ? withoutHeaders(withoutHopByHop(headers), ['content-length'])
    : headers;
}

const MAY_BE_FRAMING = /^(connection|content-length|expect|keep-alive|proxy-|te$|trailer|transfer-|upgrade)/i;

function refuseHeader(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (error) {
    throw new UnsendableError((error as Error).message);
  }
}

import { parse, stringify } from 'node:querystring';
import { headerValue } from '../model/request.ts';
import { withoutOrigin } from '../model/target.ts';
import { isUrl, parseUrl } from '../model/url.ts';
import { queryOf, type SignedRequest } from './signed-request.ts';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };
const HOST = /^[\w.-]+(?::\d{1,5})?$|^\[[\da-f:.]+\](?::\d{1,5})?$/i;

/**
 * The URLs that a sender may have used for a request, likeliest first. A sender signs the URL it was configured with; behind a
 * tunnel or proxy a receiver sees only what they make of it.
 *
 * @param publicUrl the URL that the provider was given, where it is known: then only its own spellings are tried. Its path counts
 * beside the request's own, which a proxy may have changed; its query only where the request has none or the same.
 */
export function possibleUrls(request: SignedRequest, publicUrl?: string): string[] {
  const target = withoutOrigin(request.path ?? '/');
  const urls = origins(request, publicUrl).map(
    (origin) => origin + (target.startsWith('/') ? target : `/${target}`),
  );
  const configured = publicUrl === undefined ? [] : configuredFor(publicUrl, target);
  const received = [...new Set([...urls, ...configured])];
  const tidied = received.flatMap(tidyings);
  return [...new Set([...received, ...tidied].flatMap(spellings))].slice(0, MOST_URLS);
}

/** Each costs a digest of the body, and whoever sends a request chooses its headers. */
const MOST_URLS = 32;

/** Where a proxy has changed the path, the configured one counts, with the query that came: where both have one, it is the same. */
function configuredFor(publicUrl: string, target: string): string[] {
  const url = isUrl(publicUrl) ? publicUrl.replace(/#.*$/s, '') : publicUrl;
  const query = queryOf(target);
  if (query === '') return [url];
  if (!url.includes('?')) return [`${url}?${query}`];
  return url.endsWith(`?${query}`) ? [url] : [];
}

/** As a URL parser writes it, and as older libraries write its query: senders may do either. Source: Twilio's Node.js library. */
function tidyings(url: string): string[] {
  const parsed = parseUrl(url);
  if (parsed === null) return [];
  const { href } = parsed;
  if (parsed.search === '') return [href];
  const query = stringify(parse(parsed.search.slice(1)));
  return [href, `${href.slice(0, href.indexOf('?'))}?${query}`];
}

function origins({ headers }: SignedRequest, publicUrl: string | undefined): string[] {
  if (publicUrl !== undefined) {
    const url = parseUrl(publicUrl);
    return url === null ? [] : [url.origin];
  }
  const first = (name: string): string | undefined => headerValue(headers, name)?.split(',')[0]?.trim();
  const hosts = [first('x-forwarded-host'), first('x-original-host'), first('host')];
  const named = hosts.filter((host) => host !== undefined && HOST.test(host));
  const scheme = first('x-forwarded-proto')?.toLowerCase();
  const schemes = scheme === 'http' ? ['http', 'https'] : ['https', 'http'];
  return [...new Set(named)].flatMap((host) => schemes.map((name) => `${name}://${host}`));
}

/** With its port and without: senders write the default port or leave it out. */
function spellings(url: string): string[] {
  const match = /^(https?:)\/\/(\[[^\]]+\]|[^/:?#]+)(:\d+)?(.*)$/i.exec(url);
  if (match === null) return [url];
  const [, protocol, host, port, rest] = match as unknown as [
    string,
    string,
    string,
    string | undefined,
    string,
  ];
  const due = DEFAULT_PORTS[protocol.toLowerCase()]!;
  return [url, port === undefined ? `${protocol}//${host}:${due}${rest}` : `${protocol}//${host}${rest}`];
}

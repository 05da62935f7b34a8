import { isLoopbackHost } from '../model/address.ts';
import { headerValues, type Header } from '../model/request.ts';
import { parseUrl } from '../model/url.ts';

/**
 * Why a request to a local server is not meant for it, or null: a page elsewhere that makes a browser send requests here, or a name
 * that somebody else lets point here.
 */
export function foreign(headers: readonly Header[]): string | null {
  const hosts = headerValues(headers, 'host');
  if (hosts.length !== 1 || !isOurs(`http://${hosts[0]!}`)) return 'this host name is not served here';
  const origins = headerValues(headers, 'origin');
  if (!origins.every(isOurs)) return 'requests from other origins are refused';
  return null;
}

/**
 * The same for a server that is a page's own: requests of pages from other ports of this machine are refused too, even where they
 * would not get to see the answer.
 */
export function foreignToPage(headers: readonly Header[]): string | null {
  const [host] = headerValues(headers, 'host');
  const sites = headerValues(headers, 'sec-fetch-site');
  const isOwn =
    headerValues(headers, 'origin').every((origin) => origin === `http://${host}`) &&
    sites.every((site) => site === 'same-origin' || site === 'none');
  return foreign(headers) ?? (isOwn ? null : 'requests from other origins are refused');
}

function isOurs(url: string): boolean {
  const parsed = parseUrl(url);
  return parsed !== null && isLoopbackHost(parsed.hostname);
}

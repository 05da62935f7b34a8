import { isLoopbackHost } from '../model/address.ts';
import { headerValues, type Header } from '../model/request.ts';

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

function isOurs(url: string): boolean {
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
}

import { printable } from '../model/printable.ts';
import { possibleUrls } from '../signing/urls.ts';
import type { SignedRequest } from '../signing/signed-request.ts';

/** A URL that may have been signed, and what is different about it. */
export interface UrlTrial {
  readonly url: string;
  readonly fix: string;
}

const MOST = 10;
/** Ports are left out of most URLs. */
const DEFAULT_PORT = /^(?:http:\/\/[^/?#]*:80|https:\/\/[^/?#]*:443)(?=[/?#]|$)/i;

/** The likeliest few of the URLs that a sender may have used, for changes of something else. */
export function likelyUrls(request: SignedRequest, urls: readonly string[] | undefined): readonly string[] {
  const all = urls ?? possibleUrls(request);
  const usual = all.filter((url) => !DEFAULT_PORT.test(url));
  return (usual.length === 0 ? all : usual).slice(0, 2);
}

/** URLs that `verify` has not tried, likeliest first. */
export function urlTrials(request: SignedRequest, urls: readonly string[] | undefined): readonly UrlTrial[] {
  const tried = new Set(urls ?? possibleUrls(request));
  const trials = new Map<string, string>();
  const add = (url: string, what: string): void => {
    if (!tried.has(url) && !trials.has(url)) trials.set(url, what);
  };
  const fromHeaders = possibleUrls(request);
  const known = (urls ?? fromHeaders).filter((url) => !DEFAULT_PORT.test(url));
  for (const url of known.slice(0, 4)) {
    add(otherProtocol(url), 'with the other protocol');
    add(otherSlash(url), 'with another slash at the end of its path');
  }
  // Where the public URL was given, what the request shows has not been tried.
  for (const url of fromHeaders) add(url, 'as the request shows it');
  for (const url of known.slice(0, 1)) {
    add(withoutQuery(url), 'without its query');
    add(otherSlash(otherProtocol(url)), 'with the other protocol and another slash at its end');
    add(withoutQuery(otherProtocol(url)), 'with the other protocol and without its query');
    const origin = /^https?:\/\/[^/?#]*/i.exec(url)?.[0] ?? url;
    add(`${origin}/`, 'without its path');
    add(origin, 'without its path');
    const decoded = decodedUrl(url);
    if (decoded !== null) add(decoded, 'with its escapes decoded');
  }
  return [...trials].slice(0, MOST).map(([url, what]) => ({
    url,
    fix: `the URL was signed ${what}: the provider has ${shown(url)}. Give that with --public-url (verify: --url), or configure the provider with the URL that arrives`,
  }));
}

/** A query may hold what is nobody else's business. */
function shown(url: string): string {
  const at = url.indexOf('?');
  const base = printable(at < 0 ? url : `${url.slice(0, at)}?…`);
  return base.length > 200 ? `${base.slice(0, 200)}…` : base;
}

function otherProtocol(url: string): string {
  return /^https:/i.test(url) ? `http:${url.slice(6)}` : url.replace(/^http:/i, 'https:');
}

function otherSlash(url: string): string {
  const [, path, rest] = /^([^?#]*)(.*)$/s.exec(url)!;
  return (path!.endsWith('/') ? path!.slice(0, -1) : `${path}/`) + rest;
}

function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, '');
}

function decodedUrl(url: string): string | null {
  try {
    return decodeURI(url);
  } catch {
    return null;
  }
}

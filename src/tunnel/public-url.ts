import { BlockList, isIP } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { parseUrl } from '../model/url.ts';

/**
 * The URL in a tunnel program's output that leads to the tunnel: the first https one, else the first http one, that
 * is neither on this machine or a private network nor one of the pages such programs like to mention. Colours and
 * punctuation around it are dropped, as is the slash of a bare origin.
 */
export function findPublicUrl(text: string): string | null {
  const found = Array.from(stripVTControlCharacters(text).matchAll(URL_LIKE), ([match]) =>
    trim(match),
  ).filter(isTunnel);
  return found.find((url) => /^https:/i.test(url)) ?? found[0] ?? null;
}

const URL_LIKE = /\bhttps?:\/\/[\w.~:/?#@!$&'()*+,;=%-]+/gi;

function trim(match: string): string {
  const url = match.replace(/[.,;:!?'()*]+$/, '');
  return /^https?:\/\/[^/]+\/$/i.test(url) ? url.slice(0, -1) : url;
}

function isTunnel(text: string): boolean {
  const url = parseUrl(text);
  if (url === null) return false;
  const { hostname, pathname } = url;
  return isPublicHost(hostname) && !isServicePage(hostname) && !INFORMATION_PATH.test(pathname);
}

function isPublicHost(hostname: string): boolean {
  if (isIP(hostname) === 4) return !notPublic.check(hostname);
  return hostname.includes('.') && !/\.(localhost|local|internal|lan)$/.test(hostname);
}

const notPublic = new BlockList();
notPublic.addSubnet('0.0.0.0', 8);
notPublic.addSubnet('10.0.0.0', 8);
notPublic.addSubnet('127.0.0.0', 8);
notPublic.addSubnet('169.254.0.0', 16);
notPublic.addSubnet('172.16.0.0', 12);
notPublic.addSubnet('192.168.0.0', 16);

/** Terms, documents, advertisements: pages about a tunnel, not the tunnel. */
function isServicePage(hostname: string): boolean {
  return (
    INFORMATION_HOST.test(hostname) ||
    SERVICE_HOSTS.has(hostname) ||
    SERVICE_DOMAINS.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`))
  );
}

const INFORMATION_HOST = /^(www|docs?|dashboard|console|developers?|support|help|status|blog|community)\./;
const INFORMATION_PATH =
  /^\/(docs?|terms|website-terms|tos|privacy|legal|help|faq|support|pricing|login|signup)(\/|$)/i;
/** No tunnel ends under these. */
const SERVICE_DOMAINS = [
  'cloudflare.com',
  'discord.gg',
  'github.com',
  'ngrok.com',
  'openssh.com',
  'pinggy.io',
  'twitter.com',
  'x.com',
];
/** Tunnels end under these, but not at them. */
const SERVICE_HOSTS = new Set([
  'admin.localhost.run',
  'api.trycloudflare.com',
  'localhost.run',
  'localtunnel.me',
  'loca.lt',
  'serveo.net',
  'trycloudflare.com',
]);

import { BlockList, isIP } from 'node:net';

/** IPv4 that is no single host on the public internet (the IANA registry of special addresses, multicast, reserved). */
const SPECIAL_V4 = subnets('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);

/** All that is global unicast in IPv6. Loopback, local, link-local, multicast and discard addresses lie outside. */
const GLOBAL_V6 = subnets('ipv6', ['2000::/3']);
/** What is special within it: protocol assignments with Teredo among them, and documentation. */
const SPECIAL_V6 = subnets('ipv6', ['2001::/23', '2001:db8::/32', '3fff::/20']);
const LOOPBACK_V4 = subnets('ipv4', ['127.0.0.0/8']);

/**
 * Whether an address, in the notation of `net.isIP`, is one that every host on the internet can reach: global unicast.
 * An IPv6 address that leads to an IPv4 address is as public as that. False for what is no address.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !SPECIAL_V4.check(address, 'ipv4');
  // A zone makes sense on one link alone.
  if (family !== 6 || address.includes('%')) return false;
  const groups = ipv6Groups(address);
  const wrapped = wrappedIpv4(groups);
  if (wrapped !== null) return isPublicAddress(wrapped);
  const plain = groups.map((group) => group.toString(16)).join(':');
  if (!GLOBAL_V6.check(plain, 'ipv6') || SPECIAL_V6.check(plain, 'ipv6')) return false;
  const tunnelled = isatapIpv4(groups);
  return tunnelled === null || isPublicAddress(tunnelled);
}

/** Whether a URL's host name (IPv6 with or without brackets) is this machine's loopback by its writing alone. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return host === '::1' || isLocalhost(host) || (isIP(host) === 4 && LOOPBACK_V4.check(host, 'ipv4'));
}

/** `localhost` and every name below it, which resolvers have to take for loopback (RFC 6761, section 6.3). */
export function isLocalhost(hostname: string): boolean {
  return /^(.*\.)?localhost\.?$/i.test(hostname);
}

/** The IPv4 address that packets to a mapped, NAT64 or 6to4 address end at. */
function wrappedIpv4(groups: readonly number[]): string | null {
  const start = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':');
  if (start === '0:0:0:0:0:ffff' || start === '64:ff9b:0:0:0:0') return dotted(groups[6]!, groups[7]!);
  return groups[0] === 0x2002 ? dotted(groups[1]!, groups[2]!) : null;
}

/** The IPv4 address within an interface identifier of ISATAP (RFC 5214, section 6.1). */
function isatapIpv4(groups: readonly number[]): string | null {
  const isatap = (groups[4]! & 0xfdff) === 0 && groups[5] === 0x5efe;
  return isatap ? dotted(groups[6]!, groups[7]!) : null;
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight groups of a valid address. */
function ipv6Groups(address: string): number[] {
  const [start, end] = address.split('::').map(halfGroups) as [number[], number[]?];
  if (end === undefined) return [...start];
  return [...start, ...Array.from({ length: 8 - start.length - end.length }, () => 0), ...end];
}

function halfGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').flatMap(groupNumbers);
}

/** One group, or two where an IPv4 address stands at the end. */
function groupNumbers(group: string): number[] {
  if (!group.includes('.')) return [Number.parseInt(group, 16)];
  const [a, b, c, d] = group.split('.').map(Number) as [number, number, number, number];
  return [(a << 8) | b, (c << 8) | d];
}

function subnets(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network, prefix] = range.split('/') as [string, string];
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}

import { BlockList, isIP } from 'node:net';
import { headerValue, type Header } from '../model/request.ts';

/** The address a request came from: the first of X-Forwarded-For where a proxy or tunnel wrote one, else the peer's. */
export function clientAddress(headers: readonly Header[], peer: string | null): string | null {
  const forwarded = headerValue(headers, 'x-forwarded-for')?.split(',')[0]?.trim();
  return forwarded === undefined || forwarded === '' ? peer : forwarded;
}

/** Whether an address lies in one of the CIDR ranges; false for what is no address. */
export function inRanges(ranges: readonly string[], address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(plain);
  if (family === 0) return false;
  const list = new BlockList();
  for (const range of ranges) {
    const [network, prefix] = range.split('/') as [string, string];
    list.addSubnet(network, Number(prefix), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { isLocalhost, isPublicAddress } from '../model/address.ts';

/** All addresses of a host name. Rejects as `dns.lookup` does. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

/** A host that is not, or not with all its addresses, on the public internet. */
export class BlockedAddressError extends Error {
  readonly code = 'ERR_ADDRESS_BLOCKED';

  constructor(hostname: string) {
    const host = hostname.length > 100 ? `${hostname.slice(0, 100)}...` : hostname;
    super(isIP(hostname) === 0 ? `${host} resolves to a private address` : `${host} is a private address`);
  }
}

/**
 * The addresses that a host may be dialled at, of which every one is public. They are to be dialled as they are: the next
 * answer for the same name may be another one.
 *
 * @param hostname as a URL gives it, IPv6 without brackets
 * @throws {BlockedAddressError} where any of its addresses is not public
 */
export async function vetHost(hostname: string, lookup: Lookup): Promise<readonly LookupAddress[]> {
  const family = isIP(hostname);
  if (family === 0 && isLocalhost(hostname)) throw new BlockedAddressError(hostname);
  const addresses = family === 0 ? await lookup(hostname) : [{ address: hostname, family }];
  if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
  if (!addresses.every(({ address }) => isPublicAddress(address))) throw new BlockedAddressError(hostname);
  return addresses;
}

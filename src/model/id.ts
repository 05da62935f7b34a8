/** Fills a buffer with random bytes; injected, so that ids can be made predictable. */
export type RandomBytes = (size: number) => Uint8Array;

export type IdPrefix = 'evt' | 'msg' | 'ep' | 'dlv' | 'atm' | 'cap';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A prefixed id that sorts by time as text: 48 bits of milliseconds, 80 random bits, in Crockford's base 32
 * (the layout of a ULID).
 */
export function createId(prefix: IdPrefix, nowMs: number, randomBytes: RandomBytes): string {
  let time = '';
  for (let rest = nowMs, index = 0; index < 10; index += 1) {
    time = ALPHABET[rest % 32]! + time;
    rest = Math.floor(rest / 32);
  }
  return `${prefix}_${time}${base32(randomBytes(10))}`;
}

/** Random letters and digits, for identifiers made up in a provider's own style. */
export function randomToken(length: number, randomBytes: RandomBytes): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % 32]!).join('');
}

function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(value >>> bits) & 31]!;
    }
    value &= (1 << bits) - 1;
  }
  return text;
}

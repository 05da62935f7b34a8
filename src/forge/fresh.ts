import { randomToken, type RandomBytes } from '../model/id.ts';

const TOKEN_LENGTH = 12;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MIXED = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Another identifier of the same make: the text before the last `_` is kept, a UUID stays a UUID, digits stay digits and as many,
 * hexadecimal digits too, and anything else is as long and of letters and digits.
 */
export function freshLike(example: string, randomBytes: RandomBytes): string {
  if (UUID.test(example)) return randomUuid(randomBytes);
  if (/^\d+$/.test(example)) return digitsLike(example, randomBytes);
  const prefix = /^(.*_)[^_]*$/.exec(example)?.[1];
  if (prefix !== undefined) return prefix + randomToken(TOKEN_LENGTH, randomBytes);
  const kind = /^([A-Za-z]{2}(?=[0-9a-f]{30,}$)|[a-z]+\.|[A-Z][A-Za-z]{0,2}(?=\d))./.exec(example)?.[1];
  if (kind !== undefined) return kind + freshLike(example.slice(kind.length), randomBytes);
  if (/^[0-9a-f]{8,}$/.test(example)) {
    return Buffer.from(randomBytes(Math.ceil(example.length / 2)))
      .toString('hex')
      .slice(0, example.length);
  }
  const letter = (byte: number): string => MIXED[byte % MIXED.length]!;
  const bytes = randomBytes(example.length);
  // What separates its parts stays where it is.
  return Array.from(example, (character, index) =>
    /[a-z0-9]/i.test(character) ? letter(bytes[index]!) : character,
  ).join('');
}

export function randomUuid(randomBytes: RandomBytes): string {
  return uuidOf(randomBytes(16));
}

/** Sixteen bytes as a UUID of version 4. */
export function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) % 4]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** As many digits; the first is no zero, so that a number stays as long. */
export function digitsLike(example: string, randomBytes: RandomBytes): string {
  return Array.from(randomBytes(example.length), (byte, index) =>
    String(index === 0 ? 1 + (byte % 9) : byte % 10),
  ).join('');
}

/** The present time as an example's time is written, or null where that is none. Numbers are seconds or milliseconds by their size. */
export function timeLike(example: string | number, nowMs: number): string | number | null {
  if (typeof example === 'number') {
    if (example < 1e8) return null;
    if (example >= 1e11) return Math.floor(nowMs);
    return Number.isInteger(example) ? Math.floor(nowMs / 1_000) : nowMs / 1_000;
  }
  const unix = /^(\d{10}|\d{13})(\.\d+)?$/.exec(example);
  if (unix !== null) {
    const whole = unix[1]!.length === 13 ? Math.floor(nowMs) : Math.floor(nowMs / 1_000);
    return `${whole}${unix[2] ?? ''}`;
  }
  const iso = /^\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d+)?( ?(?:Z|UTC|[+-]\d\d:?\d\d))?$/.exec(example);
  if (iso === null) return mailDateLike(example, nowMs);
  const [, between, fraction = '', zone = ''] = iso as unknown as [string, string, string?, string?];
  const [seconds] = new Date(nowMs).toISOString().split('.') as [string];
  const digits = String(Math.floor(nowMs) % 1_000)
    .padStart(3, '0')
    .padEnd(9, '0');
  const part = fraction === '' ? '' : `.${digits.slice(0, fraction.length - 1)}`;
  const offset = zone.replace(/[+-]\d\d(:?)\d\d/, (_zone, colon: string) => `+00${colon}00`);
  return seconds.replace('T', between) + part + offset;
}

/** `Tue, 01 Apr 2025 10:00:00 +0000`, or with `GMT` as HTTP has it. */
function mailDateLike(example: string, nowMs: number): string | null {
  const zone = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (GMT|[+-]\d{4})$/.exec(example)?.[1];
  if (zone === undefined) return null;
  return new Date(nowMs).toUTCString().replace('GMT', zone === 'GMT' ? zone : '+0000');
}

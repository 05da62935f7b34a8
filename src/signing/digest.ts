import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { DigestEncoding, Hash, Secret, SignatureForm } from './scheme.ts';

export const DIGEST_BYTES: Readonly<Record<Hash, number>> = {
  md5: 16,
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

export function hmac(hash: Hash, key: Secret, ...parts: readonly Uint8Array[]): Buffer {
  const context = createHmac(hash, key);
  for (const part of parts) context.update(part);
  // By way of a text: a small Buffer out of Node's pool costs less than one that the digest makes.
  return Buffer.from(context.digest('binary'), 'latin1');
}

export function plainDigest(hash: Hash, ...parts: readonly Uint8Array[]): Buffer {
  const context = createHash(hash);
  for (const part of parts) context.update(part);
  return context.digest();
}

export function encodeDigest(encoding: DigestEncoding, digest: Uint8Array): string {
  const bytes = Buffer.from(digest.buffer, digest.byteOffset, digest.length);
  return encoding === 'HEX' ? bytes.toString('hex').toUpperCase() : bytes.toString(encoding);
}

/** The bytes of a signature written in a form, or null where it is not. `size` is null where it may have any. */
export function decodeForm(form: SignatureForm, text: string, size: number | null): Buffer | null {
  return text.startsWith(form.prefix)
    ? decodeDigest(form.encoding, text.slice(form.prefix.length), size)
    : null;
}

/** Whether two digests are equal, in time that depends on their lengths alone. */
export function equalDigests(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

function decodeDigest(encoding: DigestEncoding, text: string, size: number | null): Buffer | null {
  if (encoding === 'hex' || encoding === 'HEX') {
    const isHex = size === null ? text.length % 2 === 0 && text !== '' : text.length === size * 2;
    return isHex && /^[0-9a-f]*$/i.test(text) ? Buffer.from(text, 'hex') : null;
  }
  if (size !== null) {
    const padded = Math.ceil(size / 3) * 4;
    if (text.length > padded || text.length < padded - 2) return null;
  }
  // Node decodes whatever it is given and passes over what is no base64.
  const alphabet = encoding === 'base64' ? /^[A-Za-z0-9+/]+={0,2}$/ : /^[A-Za-z0-9_-]+={0,2}$/;
  if (!alphabet.test(text)) return null;
  const digest = Buffer.from(text, encoding);
  if (size === null ? digest.length === 0 : digest.length !== size) return null;
  // The last digit has bits to spare: of the spellings that decode alike, senders write one.
  return digest.toString(encoding).replace(/=+$/, '') === text.replace(/=+$/, '') ? digest : null;
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { HmacScheme, Secret, SignatureForm } from './scheme.ts';

export const DIGEST_BYTES = { sha256: 32 } as const;

export function hmac(hash: HmacScheme['hash'], secret: Secret, body: Uint8Array): Buffer {
  // By way of a text: a small Buffer out of Node's pool costs less than one that the digest makes.
  return Buffer.from(createHmac(hash, secret).update(body).digest('binary'), 'latin1');
}

export function encodeSignature(form: SignatureForm, digest: Buffer): string {
  return form.prefix + digest.toString(form.encoding);
}

/** The digest in a header value written in one of the scheme's forms, or null where it is in none of them. */
export function decodeSignature(
  scheme: HmacScheme,
  value: string,
): { form: SignatureForm; digest: Buffer } | null {
  const size = DIGEST_BYTES[scheme.hash];
  for (const form of scheme.forms) {
    if (!value.startsWith(form.prefix)) continue;
    const digest = decodeDigest(form.encoding, value.slice(form.prefix.length), size);
    if (digest !== null) return { form, digest };
  }
  return null;
}

/** Whether two digests are equal, in time that depends on their lengths alone. */
export function equalDigests(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

function decodeDigest(encoding: 'hex' | 'base64', text: string, size: number): Buffer | null {
  if (encoding === 'hex') {
    return text.length === size * 2 && /^[0-9a-f]*$/i.test(text) ? Buffer.from(text, 'hex') : null;
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const padded = Math.ceil(size / 3) * 4;
  if (text.length > padded || text.length < padded - 2) return null;
  const digest = Buffer.from(text, 'base64');
  return digest.length === size ? digest : null;
}

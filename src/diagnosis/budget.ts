import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../signing/scheme.ts';

/** What one diagnosis may cost at most: HMACs computed, and bytes run through them. */
export const MOST_TRIALS = 64;
export const MOST_HASHED_BYTES = 32 * 1024 * 1024;

export type Hash = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** Counts what is spent. */
export interface Budget {
  /** The HMAC over these parts; null where it would cost too much. */
  digest(hash: Hash, secret: Secret, parts: readonly Uint8Array[]): Buffer | null;
  /** Whether not even an HMAC over nothing is left. */
  isSpent(): boolean;
  spent(): { readonly trials: number; readonly hashedBytes: number; readonly isExhausted: boolean };
}

export function createBudget(): Budget {
  let trials = 0;
  let hashedBytes = 0;
  let isExhausted = false;

  return {
    digest(hash, secret, parts) {
      const size = parts.reduce((sum, part) => sum + part.length, 0);
      if (trials >= MOST_TRIALS || hashedBytes + size > MOST_HASHED_BYTES) {
        isExhausted = true;
        return null;
      }
      trials += 1;
      hashedBytes += size;
      const hmac = createHmac(hash, secret);
      for (const part of parts) hmac.update(part);
      return hmac.digest();
    },
    isSpent() {
      if (trials >= MOST_TRIALS) isExhausted = true;
      return trials >= MOST_TRIALS;
    },
    spent: () => ({ trials, hashedBytes, isExhausted }),
  };
}

/** Compares with every one, in time that depends on their number and lengths alone. */
export function isOneOf(expected: Buffer, digests: readonly Buffer[]): boolean {
  let found = false;
  for (const digest of digests) {
    if (digest.length === expected.length && timingSafeEqual(digest, expected)) found = true;
  }
  return found;
}

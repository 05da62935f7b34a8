import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Hash, Secret } from '../signing/scheme.ts';

/** What one diagnosis may cost at most: digests computed or signatures verified, and bytes run through them. */
export const MOST_TRIALS = 64;
export const MOST_HASHED_BYTES = 32 * 1024 * 1024;

/** Counts what is spent. */
export interface Budget {
  /** The HMAC over these parts; null where it would cost too much. */
  digest(hash: Hash, secret: Secret, parts: readonly Uint8Array[]): Buffer | null;
  /** Takes what one other digest or verification over so many bytes costs; false where that is too much. */
  take(size: number): boolean;
  /** Takes bytes alone, for what is computed of a body before it is signed. */
  takeBytes(size: number): boolean;
  /** Whether not even an HMAC over nothing is left. */
  isSpent(): boolean;
  spent(): { readonly trials: number; readonly hashedBytes: number; readonly isExhausted: boolean };
}

export function createBudget(): Budget {
  let trials = 0;
  let hashedBytes = 0;
  let isExhausted = false;

  function takeBytes(size: number): boolean {
    if (hashedBytes + size > MOST_HASHED_BYTES) {
      isExhausted = true;
      return false;
    }
    hashedBytes += size;
    return true;
  }

  function take(size: number): boolean {
    if (trials >= MOST_TRIALS) isExhausted = true;
    if (trials >= MOST_TRIALS || !takeBytes(size)) return false;
    trials += 1;
    return true;
  }

  return {
    take,
    takeBytes,
    digest(hash, secret, parts) {
      if (!take(sizeOf(parts))) return null;
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

export function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** Compares with every one, in time that depends on their number and lengths alone. */
export function isOneOf(expected: Buffer, digests: readonly Buffer[]): boolean {
  let found = false;
  for (const digest of digests) {
    if (digest.length === expected.length && timingSafeEqual(digest, expected)) found = true;
  }
  return found;
}

import type { Secret } from '../signing/scheme.ts';

export interface HandedSecrets {
  /** Those that were given, else those that were handed over, newest first. */
  readonly secretsFor: (providerId: string) => readonly Secret[];
  /** Whether it verifies from now on. */
  readonly take: (providerId: string, secret: string) => boolean;
}

/** Anyone who finds the receiver can hand secrets over. */
const MOST_KEPT = 4;

/** Secrets that handshakes hand over. They never take the place of one that was given. */
export function handedSecrets(given: (providerId: string) => readonly Secret[]): HandedSecrets {
  const handed = new Map<string, readonly string[]>();
  return {
    secretsFor: (id) => {
      const own = given(id);
      return own.length > 0 ? own : (handed.get(id) ?? own);
    },
    take: (id, secret) => {
      if (given(id).length > 0) return false;
      const others = (handed.get(id) ?? []).filter((other) => other !== secret);
      handed.set(id, [secret, ...others].slice(0, MOST_KEPT));
      return true;
    },
  };
}

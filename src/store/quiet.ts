import type Database from 'better-sqlite3';
import { createChangeMark } from './change-mark.ts';
import type { Claimed, ClaimRequest } from './store.ts';

/** Remembers looks for work that found nothing due. */
export interface Quiet {
  /** What such a look found, where it would find the same now; null where it has to be made. */
  recall(request: ClaimRequest): Claimed | null;
  /** Called within the look's transaction. At `until` a look finds more even where nobody writes anything; null means never. */
  remember(request: ClaimRequest, found: Claimed, until: number | null): void;
}

/**
 * An engine that waits looks several times a second, since other processes enqueue too. As long as nobody has written anything, and
 * nothing has come due, there is nothing to look for: telling so costs the same however many endpoints there are.
 */
export function createQuiet(db: Database.Database): Quiet {
  const version = createChangeMark(db);
  const looks = new Map<
    string | undefined,
    { owner: number; version: string; found: Claimed; until: number | null }
  >();

  return {
    recall: ({ owner, batch, now }) => {
      const look = looks.get(batch);
      if (look === undefined || look.owner !== owner || look.version !== version()) return null;
      if (look.until !== null && look.until <= now) return null;
      const { nextDueAt } = look.found;
      return nextDueAt === null || nextDueAt > now ? look.found : null;
    },
    remember: ({ owner, batch }, found, until) => {
      looks.set(batch, { owner, version: version(), found, until });
    },
  };
}

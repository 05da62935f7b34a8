import type Database from 'better-sqlite3';
import type { Clock } from '../model/clock.ts';
import { concernsWholeStore, explainStoreError } from './errors.ts';
import { withPatience } from './patience.ts';

/** Runs writes so that one commit serves all that are waiting. */
export interface GroupCommit {
  /** Resolves with the work's result after the commit that holds it. The work may run more than once. */
  run<T>(work: () => T): Promise<T>;
  /** Resolves when nothing is waiting. */
  idle(): Promise<void>;
}

interface Item {
  readonly work: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

const LARGEST_BATCH = 512;

/**
 * A commit at `synchronous = full` blocks the process for as long as the disk takes; requests that arrive meanwhile wait
 * in their sockets and are all read in the turn after it. Flushing once a turn therefore forms groups as large as the
 * load is, and delays nothing when there is none.
 */
export function createGroupCommit(db: Database.Database, path: string, clock: Clock): GroupCommit {
  let waiting: Item[] = [];
  let running: Promise<void> | null = null;
  const together = db.transaction((items: readonly Item[]) => items.map(({ work }) => work()));

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      await nextTurn();
      const batch = waiting.slice(0, LARGEST_BATCH);
      waiting = waiting.slice(LARGEST_BATCH);
      await settle(batch);
    }
    running = null;
  }

  async function settle(batch: readonly Item[]): Promise<void> {
    try {
      const results = await withPatience(clock, () => together.immediate(batch));
      batch.forEach(({ resolve }, index) => resolve(results[index] as never));
    } catch (error) {
      // One bad row must not fail its neighbours; a fault of the whole database fails them all at once.
      if (batch.length > 1 && !concernsWholeStore(error)) {
        for (const item of batch) await settle([item]);
      } else for (const { reject } of batch) reject(explainStoreError(error, path));
    }
  }

  return {
    run: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({ work, resolve: resolve as Item['resolve'], reject });
        running ??= drain();
      }),
    idle: async () => {
      while (running !== null) await running;
    },
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

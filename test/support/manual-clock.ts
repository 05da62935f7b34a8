import type { Clock } from '../../src/model/clock.ts';

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /**
   * Moves time forward by `ms`. Sleepers due on the way wake in order of their time, each at its own time, and what
   * they do then (sleeping again included) has run as far as it gets without waiting for the outside.
   */
  advance(ms: number): Promise<void>;
  /** Moves time to the next sleeper's, waiting for one to come where there is none; returns how far, in milliseconds. */
  advanceToNext(): Promise<number>;
  /** Resolves as soon as at least `count` sleepers wait. */
  untilSleeping(count?: number): Promise<void>;
  /** When the waiting sleepers wake, earliest first, in milliseconds since the Unix epoch. */
  readonly due: readonly number[];
}

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/** @param startMs The time to begin with, in milliseconds since the Unix epoch. */
export function manualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startMs;
  /** In order of time; of equal times the earlier sleeper first. */
  const sleepers: Sleeper[] = [];
  const watchers = new Set<() => void>();

  const clock: ManualClock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper: Sleeper = { at: now + Math.max(0, ms), wake };
        const later = sleepers.findIndex(({ at }) => at > sleeper.at);
        sleepers.splice(later === -1 ? sleepers.length : later, 0, sleeper);
        signal?.addEventListener('abort', wake, { once: true });
        for (const watcher of watchers) watcher();

        function wake(): void {
          const index = sleepers.indexOf(sleeper);
          if (index !== -1) sleepers.splice(index, 1);
          signal?.removeEventListener('abort', wake);
          resolve();
        }
      }),
    async advance(ms) {
      const target = now + ms;
      await turn();
      for (let next = sleepers[0]; next !== undefined && next.at <= target; next = sleepers[0]) {
        now = Math.max(now, next.at);
        next.wake();
        await turn();
      }
      now = Math.max(now, target);
    },
    async advanceToNext() {
      await clock.untilSleeping();
      const step = sleepers[0]!.at - now;
      await clock.advance(step);
      return step;
    },
    untilSleeping: (count = 1) =>
      new Promise((resolve) => {
        watchers.add(look);
        look();

        function look(): void {
          if (sleepers.length < count) return;
          watchers.delete(look);
          resolve();
        }
      }),
    get due() {
      return sleepers.map(({ at }) => at);
    },
  };
  return clock;
}

/** Lets everything run that waits for nothing but promises. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

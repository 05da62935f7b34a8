import type { Clock } from '../model/clock.ts';
import { isBusy } from './errors.ts';

/** How long work waits for a lock that another process holds before it fails. */
const PATIENCE_MS = 5_000;
const RETRY_MS = 20;

/** Runs work again for as long as another process holds the lock it needs, letting the event loop run in between. */
export async function withPatience<T>(clock: Clock, work: () => T): Promise<T> {
  const giveUpAt = clock.now() + PATIENCE_MS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || clock.now() >= giveUpAt) throw error;
      await clock.sleep(RETRY_MS);
    }
  }
}

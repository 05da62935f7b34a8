import type { Clock } from '../model/clock.ts';
import type { DeliveryStore } from '../store/store.ts';
import type { EngineEvent } from './engine.ts';

/** How often to look for what another process has delivered, in milliseconds. */
const LOOK_MS = 200;

/** Waits until each of some deliveries has been tried, by an engine here or in another process. */
export function firstOutcomes(): {
  readonly onEvent: (event: EngineEvent) => void;
  /** At most until the signal aborts. */
  of(deliveryIds: readonly string[], store: DeliveryStore, clock: Clock, signal?: AbortSignal): Promise<void>;
} {
  const tried = new Set<string>();
  let notify = (): void => {};
  return {
    onEvent: (event) => {
      if (event.type !== 'attempt') return;
      tried.add(event.deliveryId);
      notify();
    },
    of: async (deliveryIds, store, clock, signal) => {
      for (const id of deliveryIds) {
        while (!tried.has(id) && signal?.aborted !== true) {
          const delivery = await store.get(id);
          // One that was tried before and is due by hand waits as one that never was.
          if (delivery === null || delivery.finishedAt !== null) break;
          if (delivery.trigger !== 'manual' && delivery.attempts > 0) break;
          const enough = new AbortController();
          notify = () => enough.abort();
          const end = signal === undefined ? enough.signal : AbortSignal.any([enough.signal, signal]);
          if (!tried.has(id)) await clock.sleep(LOOK_MS, end);
        }
      }
    },
  };
}

import type { Clock } from '../model/clock.ts';
import type { EngineRecord, EngineStore } from '../store/store.ts';
import { hasEnded, type Processes } from './processes.ts';

/** An engine that shows no sign of life for so long is taken for dead, in milliseconds of real time. */
export const LEASE_MS = 30_000;

/** Watches the other engines on a database, so that what a dead one had claimed is freed. */
export interface Neighbours {
  /** Removes those that are gone, `own` never, and resolves with how many deliveries that freed. */
  bury(own: number): Promise<number>;
}

/**
 * One whose process has ended is gone at once. Another is gone when its beats have not changed for the whole of a lease, seen with
 * our own eyes: after the machine has slept, everybody's last beat is long ago.
 */
export function watchNeighbours(engines: EngineStore, here: Processes, real: Clock): Neighbours {
  const seen = new Map<number, { readonly beats: number; readonly since: number }>();

  function isGone(engine: EngineRecord): boolean {
    if (hasEnded(engine, here)) return true;
    const before = seen.get(engine.seq);
    if (before?.beats === engine.beats) return real.now() - before.since >= LEASE_MS;
    seen.set(engine.seq, { beats: engine.beats, since: real.now() });
    return false;
  }

  return {
    bury: async (own) => {
      let freed = 0;
      for (const engine of await engines.list()) {
        if (engine.seq !== own && isGone(engine)) freed += await engines.remove(engine.seq);
      }
      return freed;
    },
  };
}

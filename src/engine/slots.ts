import type { Attempt } from '../model/attempt.ts';

export interface SlotLimits {
  /** Requests under way in all, never more. */
  readonly concurrency: number;
  /** Requests under way at one endpoint. */
  readonly endpointConcurrency: number;
}

/** The requests that may be under way at a time, and who has them. */
export interface Slots {
  /** How many are free. */
  free(): number;
  /** The last so many of all go one each to endpoints that have none and are not slow. */
  readonly reserved: number;
  readonly perEndpoint: number;
  underWay(endpointId: string): number;
  /** Whether the latest attempt at an endpoint kept its slot for long. */
  isSlow(endpointId: string): boolean;
  take(endpointId: string): void;
  giveBack(endpointId: string, attempt: Pick<Attempt, 'durationMs' | 'error'>): void;
}

/** An attempt that takes as long keeps a slot from others. In milliseconds. */
const SLOW_MS = 1_000;

/**
 * Endpoints that hang keep their slots until the deadline. So that they never have all of them, a part is reserved: for endpoints
 * that answer, or are not known yet. One endpoint alone may still have as many as any may.
 */
export function createSlots({ concurrency, endpointConcurrency }: SlotLimits): Slots {
  const underWay = new Map<string, number>();
  const slow = new Set<string>();
  let taken = 0;
  return {
    free: () => concurrency - taken,
    reserved: Math.max(0, Math.min(Math.floor(concurrency / 4), concurrency - endpointConcurrency)),
    perEndpoint: endpointConcurrency,
    underWay: (id) => underWay.get(id) ?? 0,
    isSlow: (id) => slow.has(id),
    take: (id) => {
      taken += 1;
      underWay.set(id, (underWay.get(id) ?? 0) + 1);
    },
    giveBack: (id, { durationMs, error }) => {
      taken -= 1;
      const rest = underWay.get(id)! - 1;
      if (rest === 0) underWay.delete(id);
      else underWay.set(id, rest);
      if (durationMs >= SLOW_MS || error?.code === 'timeout') slow.add(id);
      else slow.delete(id);
    },
  };
}

import type { CaptureStore } from '../store/store.ts';

/** All that a receiver asks of a store. */
export type CaptureKeeper = Pick<CaptureStore, 'add' | 'recordResponse'>;

/** Keeps no captures, only which events have come: who keeps the captures is told of each. */
export function createMemoryKeeper(): CaptureKeeper & { forget(): void } {
  const first = new Map<string, string>();
  return {
    add: async ({ id, dedupeKey }) => {
      if (dedupeKey === null) return { duplicateOf: null };
      const duplicateOf = first.get(dedupeKey) ?? null;
      if (duplicateOf === null) first.set(dedupeKey, id);
      return { duplicateOf };
    },
    recordResponse: async () => {},
    forget: () => first.clear(),
  };
}

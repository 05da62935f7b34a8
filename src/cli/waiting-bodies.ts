import type { Capture } from '../model/capture.ts';
import type { CaptureStore } from '../store/store.ts';

/** The bodies of captures that wait to be printed. */
export interface WaitingBodies {
  /** The capture as it may wait: where there are too many bytes already, without its body. */
  put(capture: Capture): Capture;
  /** It with its body again. Null where it has been deleted meanwhile. */
  take(capture: Capture): Promise<Capture | null>;
}

/** So many bytes wait in memory; the store has the others. */
const MOST_BYTES = 1024 * 1024;
const NOTHING = new Uint8Array();

/** Who reads what is printed may be slower than what comes. Where no body is printed, none waits. */
export function createWaitingBodies(captures: Pick<CaptureStore, 'get'>, arePrinted: boolean): WaitingBodies {
  const isLetGo = new WeakSet<Capture>();
  let waiting = 0;

  return {
    put: (capture) => {
      if (arePrinted && waiting + capture.body.length <= MOST_BYTES) {
        waiting += capture.body.length;
        return capture;
      }
      const bare = { ...capture, body: NOTHING };
      if (arePrinted && capture.body.length > 0) isLetGo.add(bare);
      return bare;
    },
    take: async (capture) => {
      if (!isLetGo.has(capture)) {
        waiting -= capture.body.length;
        return capture;
      }
      const stored = await captures.get(capture.id);
      return stored === null ? null : { ...capture, body: stored.body };
    },
  };
}

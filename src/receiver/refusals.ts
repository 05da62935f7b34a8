import type { RefusedRequest } from '../http/server.ts';
import type { Clock } from '../model/clock.ts';

export interface Refusals {
  add(refused: RefusedRequest): void;
  /** Tells what has not been told yet. */
  end(): void;
}

const TOGETHER_MS = 1_000;

/** Tells of refusals as they come, but of those for lack of room once a second at most: a flood of them is one line. */
export function tellRefusals(clock: Clock, tell: (refused: RefusedRequest) => void): Refusals {
  const ended = new AbortController();
  let waiting: RefusedRequest | null = null;
  let isQuiet = false;

  function tellWaiting(): void {
    const told = waiting;
    waiting = null;
    if (told !== null) tell(told);
  }

  async function stayQuiet(): Promise<void> {
    isQuiet = true;
    do {
      tellWaiting();
      await clock.sleep(TOGETHER_MS, ended.signal);
    } while (waiting !== null && !ended.signal.aborted);
    isQuiet = false;
  }

  return {
    add: (refused) => {
      if (refused.status !== 503) return tell(refused);
      waiting = waiting === null ? refused : together(waiting);
      if (!isQuiet) void stayQuiet();
    },
    end: () => {
      ended.abort();
      tellWaiting();
    },
  };
}

/** One more of the same; whose requests they were is not told any more. */
function together(refused: RefusedRequest): RefusedRequest {
  return { ...refused, method: null, path: null, count: (refused.count ?? 1) + 1 };
}

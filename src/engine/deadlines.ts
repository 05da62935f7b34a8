/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface Deadlines {
  /** Calls back once `ms` milliseconds of real time have passed, unless the returned function is called before. */
  after(ms: number, expire: () => void): () => void;
}

interface Waiting {
  readonly due: number;
  readonly expire: () => void;
}

/**
 * One timer for all that wait equally long, which come due in the order in which they began. A timer for each of tens of
 * thousands of requests a minute would cost more than much of the rest of sending them.
 */
export function createDeadlines(): Deadlines {
  const queues = new Map<number, Set<Waiting>>();

  function arm(ms: number, queue: Set<Waiting>): void {
    const [first] = queue;
    if (first === undefined) {
      queues.delete(ms);
      return;
    }
    const rest = Math.min(Math.max(1, Math.ceil(first.due - performance.now())), LONGEST_TIMER_MS);
    AbortSignal.timeout(rest).addEventListener('abort', () => {
      for (const waiting of queue) {
        if (waiting.due > performance.now()) break;
        queue.delete(waiting);
        waiting.expire();
      }
      arm(ms, queue);
    });
  }

  return {
    after: (ms, expire) => {
      const waiting = { due: performance.now() + ms, expire };
      const queue = queues.get(ms) ?? new Set();
      queue.add(waiting);
      if (!queues.has(ms)) {
        queues.set(ms, queue);
        arm(ms, queue);
      }
      return () => void queue.delete(waiting);
    },
  };
}

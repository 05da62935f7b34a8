/** Turns things that happen into things that can be awaited, in order. */
export interface Channel<T> {
  push(item: T): void;
  /** Ends the iteration once everything pushed has been taken. */
  end(): void;
  readonly items: AsyncIterable<T>;
}

export function createChannel<T>(): Channel<T> {
  let waiting: T[] = [];
  let wake: (() => void) | null = null;
  let ended = false;
  const notify = (): void => {
    wake?.();
    wake = null;
  };
  async function* take(): AsyncGenerator<T> {
    for (;;) {
      const batch = waiting;
      waiting = [];
      yield* batch;
      if (waiting.length > 0) continue;
      if (ended) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return {
    push: (item) => {
      waiting.push(item);
      notify();
    },
    end: () => {
      ended = true;
      notify();
    },
    items: take(),
  };
}

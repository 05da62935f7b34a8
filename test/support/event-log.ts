/** Collects what a listener is told, and lets a test wait for it. */
export interface EventLog<T> {
  readonly all: readonly T[];
  push(event: T): void;
  /** The next event that has not been taken yet, once it comes. */
  next(): Promise<T>;
}

export function eventLog<T>(): EventLog<T> {
  const all: T[] = [];
  const waiting: ((event: T) => void)[] = [];
  let taken = 0;
  return {
    all,
    push(event) {
      all.push(event);
      const take = waiting.shift();
      if (take === undefined) return;
      taken += 1;
      take(event);
    },
    next() {
      if (taken < all.length) return Promise.resolve(all[taken++]!);
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}

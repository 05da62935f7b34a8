/** Waits that grow by a factor, in seconds. */
export interface Growth {
  readonly firstSeconds: number;
  readonly factor: number;
  /** Longer waits are cut to this. */
  readonly atMostSeconds?: number;
}

/** So many waits. */
export function exponential(count: number, growth: Growth): number[] {
  return Array.from({ length: count }, (_, index) => waitOf(growth, index));
}

/** As many waits as end within a window that begins with the first attempt. */
export function exponentialWithin(windowSeconds: number, growth: Growth): number[] {
  const waits: number[] = [];
  for (let spent = 0; ;) {
    const wait = waitOf(growth, waits.length);
    spent += wait;
    if (spent > windowSeconds || wait <= 0) return waits;
    waits.push(wait);
  }
}

/** So many waits that together fill a window, each longer than the one before by the same factor. */
export function exponentialOver(windowSeconds: number, count: number, factor: number): number[] {
  const sum = (factor ** count - 1) / (factor - 1);
  return exponential(count, { firstSeconds: windowSeconds / sum, factor });
}

/** The same wait again and again. */
export function every(seconds: number, count: number): number[] {
  return Array.from({ length: count }, () => seconds);
}

function waitOf({ firstSeconds, factor, atMostSeconds = Infinity }: Growth, index: number): number {
  return Math.round(Math.min(firstSeconds * factor ** index, atMostSeconds));
}

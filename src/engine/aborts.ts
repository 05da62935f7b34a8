/**
 * Lets many requests heed the same signal through one listener: each of their own would cost time, and more than ten of them
 * make Node warn of a leak.
 *
 * @returns what calls back when a signal aborts, unless the function that it returns is called before
 */
export function createAborts(): (signal: AbortSignal, stop: () => void) => () => void {
  const heeding = new WeakMap<AbortSignal, Set<() => void>>();
  return (signal, stop) => {
    let stops = heeding.get(signal);
    if (stops === undefined) {
      const all = (stops = new Set());
      heeding.set(signal, all);
      signal.addEventListener('abort', () => all.forEach((one) => one()), { once: true });
    }
    stops.add(stop);
    return () => void stops.delete(stop);
  };
}

import { TunnelError } from '../errors.ts';
import type { Clock } from '../model/clock.ts';

export interface Opening {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The caller's signal. */
  readonly signal: AbortSignal;
  /** What is thrown when the time is up. */
  readonly late: () => TunnelError;
}

/**
 * Runs the opening of a tunnel under a time-out. The signal that `open` gets aborts, with the error to throw as its
 * reason, when the time is up or the caller's signal aborts; `open` must then clean up and reject.
 */
export async function withinTime<T>(
  { clock, timeoutMs, signal, late }: Opening,
  open: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const opening = new AbortController();
  const settled = new AbortController();
  const callOff = (): void =>
    opening.abort(new TunnelError('ERR_TUNNEL_ABORTED', 'the opening of the tunnel was called off'));
  if (signal.aborted) callOff();
  opening.signal.throwIfAborted();
  signal.addEventListener('abort', callOff, { once: true });
  void clock.sleep(timeoutMs, settled.signal).then(() => {
    if (!settled.signal.aborted) opening.abort(late());
  });
  try {
    return await open(opening.signal);
  } finally {
    settled.abort();
    signal.removeEventListener('abort', callOff);
  }
}

/** Resolves when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Rejects with the signal's reason when it aborts; for races. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

import type { Clock } from '../model/clock.ts';

/** The clock an engine's schedules follow. Leases and HTTP deadlines always follow real time. */
export interface EngineClock extends Clock {
  readonly kind: 'real' | 'scaled' | 'virtual' | 'manual';
  /** Only of a clock that jumps: moves time forward to `ms` since the Unix epoch, never back. */
  readonly advanceTo?: (ms: number) => void;
}

/** A clock whose time moves only when it is told to, by steps. */
export interface ManualClock extends EngineClock {
  readonly kind: 'manual';
  readonly advanceTo: (ms: number) => void;
  advanceBy(ms: number): void;
}

export function realClock(clock: Clock): EngineClock {
  return { kind: 'real', now: () => clock.now(), sleep: (ms, signal) => clock.sleep(ms, signal) };
}

/** Time that runs `factor` times as fast as `real`, from `start` on. */
export function scaledClock(real: Clock, factor: number, start: number): EngineClock {
  const begun = real.now();
  return {
    kind: 'scaled',
    now: () => Math.round(start + (real.now() - begun) * factor),
    sleep: (ms, signal) => real.sleep(ms / factor, signal),
  };
}

/** Time that stands still while requests are under way, and jumps to the next due time when none is. */
export function virtualClock(start: number): EngineClock {
  return { ...steppedClock(start), kind: 'virtual' };
}

export function manualClock(start: number): ManualClock {
  const clock = steppedClock(start);
  return { ...clock, kind: 'manual', advanceBy: (ms) => clock.advanceTo(clock.now() + ms) };
}

function steppedClock(start: number): Clock & { advanceTo(ms: number): void } {
  let now = start;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (ms <= 0 || signal?.aborted) return resolve();
        const sleeper = { at: now + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
        function wake(): void {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        }
      }),
    advanceTo: (ms) => {
      now = Math.max(now, ms);
      for (const sleeper of [...sleepers].sort((a, b) => a.at - b.at)) if (sleeper.at <= now) sleeper.wake();
    },
  };
}

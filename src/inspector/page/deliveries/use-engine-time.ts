import { useEffect, useState } from 'preact/hooks';
import type { ClockState, State } from '../../contract.ts';
import { clockTime } from './engine-clock.ts';
import { useLive } from '../live.ts';

const TICK_MS = 1_000;
const heard = new WeakMap<ClockState, number>();

/** The clock of this process's engine as last heard; null where there is none. */
export function useEngine(state: State | null): ClockState | null {
  const { change } = useLive();
  const engine = change.number === 0 ? (state?.engine ?? null) : change.engine;
  if (engine !== null && !heard.has(engine)) heard.set(engine, Date.now());
  return engine;
}

/** What time it is for an engine, in milliseconds, going on by the second where its clock runs. */
export function useEngineTime(engine: ClockState | null): number {
  const [, tick] = useState(0);
  const runs = engine === null || engine.clock === 'real' || engine.clock === 'scaled';
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => tick((number) => number + 1), TICK_MS);
    return () => clearInterval(timer);
  }, [runs]);
  const now = Date.now();
  return clockTime(engine, engine === null ? now : (heard.get(engine) ?? now), now);
}

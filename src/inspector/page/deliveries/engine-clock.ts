import type { ClockState } from '../../contract.ts';

const SCALE = 60;

/**
 * What an engine's clock says at `realNow`, where `state` was heard at `heardAt` (both in milliseconds). A clock that jumps stays
 * where it was until the next is heard.
 */
export function clockTime(state: ClockState | null, heardAt: number, realNow: number): number {
  if (state === null || state.clock === 'real') return realNow;
  const then = Date.parse(state.now);
  return state.clock === 'scaled' ? then + SCALE * Math.max(0, realNow - heardAt) : then;
}

/** What kind of clock it is, for people. */
export const CLOCK_SENTENCES: Readonly<Record<ClockState['clock'], string>> = {
  real: 'Deliveries are made when they are due, in real time.',
  scaled: `This clock runs by itself, ${SCALE} times as fast: a minute of a schedule takes a second.`,
  virtual: 'This clock runs by itself: it jumps to the next due time as soon as nothing is under way.',
  manual: 'This clock stands still until it is moved.',
};

import { expect, it } from 'vitest';
import { dueText } from '../../../../src/inspector/page/deliveries/due.ts';
import { clockTime } from '../../../../src/inspector/page/deliveries/engine-clock.ts';

const NOW = '2030-01-01T00:00:00.000Z';
const THEN = Date.parse(NOW);
const engine = (clock: 'real' | 'scaled' | 'virtual' | 'manual') => ({ clock, now: NOW, nextDueAt: null });

it('is real time without an engine, and with one that follows it', () => {
  expect(clockTime(null, 0, 5_000)).toBe(5_000);
  expect(clockTime(engine('real'), 0, 5_000)).toBe(5_000);
});

it('stands still where the clock jumps', () => {
  expect(clockTime(engine('manual'), 0, 5_000)).toBe(THEN);
  expect(clockTime(engine('virtual'), 0, 5_000)).toBe(THEN);
});

it('runs sixty times as fast where it is scaled, and never back', () => {
  expect(clockTime(engine('scaled'), 4_000, 5_000)).toBe(THEN + 60_000);
  expect(clockTime(engine('scaled'), 6_000, 5_000)).toBe(THEN);
});

it('says how far off a time is', () => {
  expect(dueText(THEN + 2_160_000, THEN)).toBe('in 36 m');
  expect(dueText(THEN + 999, THEN)).toBe('now');
  expect(dueText(THEN - 120_500, THEN)).toBe('2 m ago');
});

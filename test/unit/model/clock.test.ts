import { describe, expect, test } from 'vitest';
import { isoSeconds, systemClock } from '../../../src/model/clock.ts';

describe('the system clock', () => {
  test('tells the present and wakes sleepers later', async () => {
    const before = Date.now();
    await systemClock.sleep(5);
    expect(systemClock.now()).toBeGreaterThanOrEqual(before + 4);
  });

  test('wakes a sleeper at once when its signal aborts, before or during the sleep', async () => {
    const controller = new AbortController();
    const asleep = systemClock.sleep(3_600_000, controller.signal);
    controller.abort();
    await asleep;
    await systemClock.sleep(3_600_000, controller.signal);
  });

  test('sleeps longer than a timer can', async () => {
    const controller = new AbortController();
    const days = systemClock.sleep(30 * 86_400_000, controller.signal).then(() => 'days');
    // A timer that overflows is set to one millisecond, and was set first.
    expect(await Promise.race([days, systemClock.sleep(2).then(() => 'a moment')])).toBe('a moment');
    controller.abort();
    await days;
  });
});

test('a time without its fraction', () => {
  expect(isoSeconds(Date.UTC(2024, 0, 15, 10, 30, 0, 999))).toBe('2024-01-15T10:30:00Z');
  expect(isoSeconds(0)).toBe('1970-01-01T00:00:00Z');
});

import { describe, expect, test } from 'vitest';
import { manualClock } from '../support/manual-clock.ts';

describe('a manual clock', () => {
  test('stands still until it is moved', async () => {
    const clock = manualClock(1_000);
    let awake = false;
    void clock.sleep(10).then(() => (awake = true));
    await clock.advance(9);
    expect([clock.now(), awake]).toEqual([1_009, false]);
    await clock.advance(1);
    expect([clock.now(), awake]).toEqual([1_010, true]);
  });

  test('wakes sleepers in order, each at its own time, and those who sleep again on the way', async () => {
    const clock = manualClock(0);
    const log: [string, number][] = [];
    const sleeper = async (name: string, ...waits: number[]): Promise<void> => {
      for (const wait of waits) {
        await clock.sleep(wait);
        log.push([name, clock.now()]);
      }
    };
    void sleeper('a', 30, 5);
    void sleeper('b', 10, 20, 70);
    void sleeper('c', 10);
    await clock.advance(99);
    expect(log).toEqual([
      ['b', 10],
      ['c', 10],
      ['a', 30],
      ['b', 30],
      ['a', 35],
    ]);
    expect(clock.due).toEqual([100]);
  });

  test('an aborted sleeper wakes at once and is forgotten', async () => {
    const clock = manualClock(0);
    const stop = new AbortController();
    const slept = clock.sleep(1_000, stop.signal);
    expect(clock.due).toEqual([1_000]);
    stop.abort();
    await slept;
    expect(clock.due).toEqual([]);
    await clock.sleep(1_000, stop.signal);
    expect(clock.now()).toBe(0);
  });

  test('moves to the next sleeper, waiting for it', async () => {
    const clock = manualClock(0);
    const moved = clock.advanceToNext();
    await Promise.resolve();
    void clock.sleep(250);
    void clock.sleep(900);
    expect(await moved).toBe(250);
    expect(await clock.advanceToNext()).toBe(650);
    expect(clock.now()).toBe(900);
  });

  test('tells when somebody sleeps', async () => {
    const clock = manualClock();
    let reached = false;
    const reaching = clock.untilSleeping(2).then(() => (reached = true));
    void clock.sleep(5);
    await clock.advance(0);
    expect(reached).toBe(false);
    void clock.sleep(5);
    await reaching;
  });
});

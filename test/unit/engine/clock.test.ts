import { describe, expect, test } from 'vitest';
import { manualClock, realClock, scaledClock, virtualClock } from '../../../src/engine/clock.ts';
import { manualClock as standingClock } from '../../support/manual-clock.ts';

const START = Date.UTC(2026, 0, 1);

/** Sleeps, and writes down who woke when. */
function sleepers(clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> }) {
  const woken: [name: string, at: number][] = [];
  return {
    woken,
    sleep: (name: string, ms: number, signal?: AbortSignal) =>
      clock.sleep(ms, signal).then(() => void woken.push([name, clock.now()])),
  };
}

/** Lets everything run that waits for nothing but promises. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('the real clock is the one it is given', async () => {
  const given = standingClock(START);
  const clock = realClock(given);
  expect(clock).toMatchObject({ kind: 'real' });
  expect(clock.advanceTo).toBeUndefined();
  const { woken, sleep } = sleepers(clock);
  void sleep('a', 1_000);
  await given.advance(999);
  expect(woken).toEqual([]);
  await given.advance(1);
  expect(woken).toEqual([['a', START + 1_000]]);
});

describe('a scaled clock', () => {
  test('runs as many times as fast, from where it is started', async () => {
    const real = standingClock(5_000);
    const clock = scaledClock(real, 60, START);
    expect(clock.kind).toBe('scaled');
    expect(clock.advanceTo).toBeUndefined();
    expect(clock.now()).toBe(START);
    await real.advance(1_000);
    expect(clock.now()).toBe(START + 60_000);
  });

  test('sleeps as much shorter', async () => {
    const real = standingClock();
    const { woken, sleep } = sleepers(scaledClock(real, 60, START));
    void sleep('a minute', 60_000);
    await real.advance(999);
    expect(woken).toEqual([]);
    await real.advance(1);
    expect(woken).toEqual([['a minute', START + 60_000]]);
  });

  test('tells whole milliseconds, whatever the factor', async () => {
    const real = standingClock(7);
    const clock = scaledClock(real, 1.7, START);
    for (let step = 0; step < 20; step += 1) {
      await real.advance(1);
      expect(Number.isSafeInteger(clock.now())).toBe(true);
    }
    expect(clock.now()).toBe(START + 34);
  });

  test('an abort ends a sleep', async () => {
    const real = standingClock();
    const abort = new AbortController();
    const slept = scaledClock(real, 2, START).sleep(1_000, abort.signal);
    abort.abort();
    await slept;
    expect(real.due).toEqual([]);
  });
});

describe.each([
  ['virtual', virtualClock],
  ['manual', manualClock],
] as const)('a %s clock', (kind, create) => {
  test('stands still until it is told to move', async () => {
    const clock = create(START);
    expect(clock.kind).toBe(kind);
    expect(clock.now()).toBe(START);
    const { woken, sleep } = sleepers(clock);
    void sleep('a', 1);
    await turn();
    expect([clock.now(), woken]).toEqual([START, []]);
  });

  test('wakes who is due by then, earliest first, and nobody else', async () => {
    const clock = create(START);
    const { woken, sleep } = sleepers(clock);
    void sleep('late', 30);
    void sleep('later', 31);
    void sleep('early', 10);
    void sleep('as early', 10);
    clock.advanceTo!(START + 30);
    await turn();
    expect(woken.map(([name]) => name)).toEqual(['early', 'as early', 'late']);
    clock.advanceTo!(START + 31);
    await turn();
    expect(woken.at(-1)).toEqual(['later', START + 31]);
  });

  test('never goes back', () => {
    const clock = create(START);
    clock.advanceTo!(START - 1);
    expect(clock.now()).toBe(START);
    clock.advanceTo!(START + 5);
    clock.advanceTo!(START + 4);
    expect(clock.now()).toBe(START + 5);
  });

  test('does not sleep for nothing', async () => {
    const clock = create(START);
    await clock.sleep(0);
    await clock.sleep(-1);
    await clock.sleep(5, AbortSignal.abort());
    expect(clock.now()).toBe(START);
  });

  test('an abort wakes one sleeper, once, and leaves the others', async () => {
    const clock = create(START);
    const { woken, sleep } = sleepers(clock);
    const abort = new AbortController();
    void sleep('aborted', 10, abort.signal);
    void sleep('other', 10);
    abort.abort();
    await turn();
    expect(woken).toEqual([['aborted', START]]);
    clock.advanceTo!(START + 10);
    await turn();
    expect(woken).toEqual([
      ['aborted', START],
      ['other', START + 10],
    ]);
  });
});

test('a manual clock moves by steps', async () => {
  const clock = manualClock(START);
  const { woken, sleep } = sleepers(clock);
  void sleep('a', 90);
  clock.advanceBy(50);
  clock.advanceBy(-20);
  clock.advanceBy(40);
  await turn();
  expect(clock.now()).toBe(START + 90);
  expect(woken).toEqual([['a', START + 90]]);
});

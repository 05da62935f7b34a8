import { describe, expect, test } from 'vitest';
import { StoreError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/model/clock.ts';
import { openStore } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { newCapture } from '../../support/captures.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';
import { manualClock } from '../../support/manual-clock.ts';

/** A store whose database another program keeps locked until `release`. */
async function lockedStore(clock: Clock): Promise<{ store: Store; release: () => void }> {
  const path = newDatabasePath();
  const store = await openForTest({ path, clock });
  const other = connect(path);
  other.exec('begin exclusive');
  return { store, release: () => other.exec('commit') };
}

/** A clock on which each wait takes a second, so that patience ends after a few. */
function hurriedClock(): Clock & { waits: number } {
  const clock = {
    waits: 0,
    now: () => clock.waits * 1_000,
    sleep: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      clock.waits += 1;
    },
  };
  return clock;
}

describe('while another program holds the lock', () => {
  test('a write waits without holding up anything else, and succeeds when it is released', async () => {
    const clock = manualClock();
    const { store, release } = await lockedStore(clock);
    const capture = newCapture();
    const writing = store.captures.add(capture);
    // It sleeps on the clock, which stands still: so it is the lock it waits for, and the process is free meanwhile.
    await clock.untilSleeping();
    expect(await store.captures.get(capture.id)).toBeNull();
    await clock.advance(100);
    expect(clock.due).toHaveLength(1);
    release();
    await clock.advance(100);
    expect(await writing).toEqual({ duplicateOf: null });
    expect(await store.captures.get(capture.id)).not.toBeNull();
  });

  test('most of the waiting is done where other work can go on', async () => {
    let release = (): void => {};
    // The lock is given up as soon as the process is free for it. Had the driver waited out the patience, all would be late.
    const clock: Clock = { now: () => Date.now(), sleep: async () => release() };
    const locked = await lockedStore(clock);
    release = locked.release;
    expect(await locked.store.captures.add(newCapture())).toEqual({ duplicateOf: null });
  });

  test('reading needs no patience', async () => {
    const clock = manualClock();
    const { store } = await lockedStore(clock);
    expect((await store.captures.list({}, { limit: 5 })).captures).toEqual([]);
    expect(clock.due).toEqual([]);
  });

  test('writes fail when patience ends, all that wait, and later ones work again', async () => {
    const clock = hurriedClock();
    const { store, release } = await lockedStore(clock);
    const results = await Promise.allSettled([newCapture(), newCapture()].map(store.captures.add));
    for (const result of results) {
      expect(result.status).toBe('rejected');
      const { reason } = result as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(StoreError);
      expect(reason).toMatchObject({
        code: 'ERR_STORE_LOCKED',
        hint: expect.stringContaining('close the program'),
      });
    }
    expect(clock.waits).toBe(5);
    expect((await store.captures.list({}, { limit: 5 })).captures).toEqual([]);
    release();
    await store.captures.add(newCapture());
    expect((await store.captures.list({}, { limit: 5 })).captures).toHaveLength(1);
  });

  test('what arrives while others wait is kept with them', async () => {
    const clock = manualClock();
    const { store, release } = await lockedStore(clock);
    const first = store.captures.add(newCapture());
    await clock.untilSleeping();
    const second = store.captures.add(newCapture());
    const closing = store.close();
    release();
    await clock.advance(100);
    await Promise.all([first, second, closing]);
  });

  test('opening waits as long', async () => {
    const path = newDatabasePath();
    const other = connect(path);
    other.exec('begin exclusive; create table t (a)');
    const hurried = hurriedClock();
    await expect(openStore({ path, clock: hurried })).rejects.toMatchObject({ code: 'ERR_STORE_LOCKED' });
    expect(hurried.waits).toBe(5);

    const clock = manualClock();
    const opening = openForTest({ path, clock });
    await clock.untilSleeping();
    other.exec('rollback');
    await clock.advance(100);
    expect(await (await opening).captures.latest()).toBeNull();
  });
});

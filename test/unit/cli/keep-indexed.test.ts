import { expect, test } from 'vitest';
import { keepIndexed } from '../../../src/cli/keep-indexed.ts';
import { StoreError } from '../../../src/errors.ts';
import { manualClock } from '../../support/manual-clock.ts';

test('the index is kept up to date whatever fails, until the signal aborts', async () => {
  const clock = manualClock();
  const stop = new AbortController();
  const failures = [
    new TypeError('x is undefined'),
    new StoreError('ERR_STORE_LOCKED', 'locked'),
    null,
    null,
  ];
  const problems: unknown[] = [];
  let rounds = 0;
  const indexText = async (): Promise<number> => {
    const failure = failures[rounds++];
    if (failure instanceof Error) throw failure;
    return 0;
  };
  const kept = keepIndexed({ indexText }, { clock, signal: stop.signal }, (error) => problems.push(error));
  for (const _ of failures) expect(await clock.advanceToNext()).toBe(2_000);
  expect(rounds).toBe(failures.length);
  expect(problems).toEqual(failures.slice(0, 2));
  stop.abort();
  await kept;
  expect(clock.due).toEqual([]);
});

test('an index that fails at once, without a promise, does no harm either', async () => {
  const clock = manualClock();
  const stop = new AbortController();
  const problems: unknown[] = [];
  const indexText = (): Promise<number> => {
    throw new RangeError('at once');
  };
  const kept = keepIndexed({ indexText }, { clock, signal: stop.signal }, (error) => problems.push(error));
  await clock.advanceToNext();
  await clock.untilSleeping();
  expect(problems).toEqual([new RangeError('at once')]);
  stop.abort();
  await kept;
});

import { expect, test } from 'vitest';
import { giveAllBack, keepPruned, pruneAll } from '../../../src/cli/keep-pruned.ts';
import { noteLarge, readRetention, refuseTooLittleRoom } from '../../../src/cli/retention.ts';
import { StoreError } from '../../../src/errors.ts';
import type { RetentionStore } from '../../../src/store/store.ts';
import { manualClock } from '../../support/manual-clock.ts';

const RULE = { count: 10, sizeBytes: 5_000 };

/** A store in which what is to be done is said step by step. */
function pretend(steps: { prune?: (number | Error)[]; free?: number } = {}) {
  const did: string[] = [];
  let { prune = [], free = 0 } = steps;
  let mark = 0;
  const retention: RetentionStore = {
    prune: async () => {
      const captures = prune.shift() ?? 0;
      if (captures instanceof Error) throw captures;
      did.push(`prune ${captures}`);
      mark += captures;
      return { captures, deliveries: 0, isDone: captures === 0 };
    },
    giveBack: async (share, mostBytes) => {
      did.push(`give back beyond ${share}${mostBytes === undefined ? '' : ` or ${mostBytes} bytes`}`);
      free -= 1;
      return { isDone: free < 0 };
    },
    size: async () => 0,
  };
  return {
    did,
    add: (...more: number[]) => (prune = [...prune, ...more]),
    write: () => (mark += 1),
    store: {
      retention,
      changes: async () => String(mark),
      captures: {
        indexText: async () => {
          did.push('index');
          return 0;
        },
      } as never,
    },
  };
}

/** Lets the clock run on until it has been slept so often. */
async function rest(clock: ReturnType<typeof manualClock>, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await clock.advanceToNext();
  await clock.untilSleeping();
}

test('pruning goes on step by step, with pauses, and the text is indexed when something has gone', async () => {
  const clock = manualClock();
  const stop = new AbortController();
  const { did, store } = pretend({ prune: [200, 50] });
  const kept = keepPruned(store, RULE, { clock, signal: stop.signal }, () => expect.unreachable());
  await clock.untilSleeping();
  expect(did).toEqual(['prune 200']);
  await rest(clock, 2);
  expect(did).toEqual(['prune 200', 'prune 50', 'prune 0', 'index']);
  stop.abort();
  await kept;
  expect(clock.due).toEqual([]);
});

test('room is given back only while nobody writes', async () => {
  const clock = manualClock();
  const stop = new AbortController();
  const { did, store, write } = pretend({ free: 2 });
  const kept = keepPruned(store, RULE, { clock, signal: stop.signal }, () => expect.unreachable());
  await clock.untilSleeping();
  write();
  await rest(clock, 1);
  expect(did).toEqual(['prune 0', 'prune 0']);
  await rest(clock, 1);
  expect(did.slice(2)).toEqual(['prune 0', 'give back beyond 0.05 or 5000 bytes']);
  // In the pause between two steps somebody does.
  write();
  await rest(clock, 1);
  expect(did.slice(4)).toEqual([]);
  await rest(clock, 1);
  expect(did.slice(4)).toEqual(['prune 0', 'give back beyond 0.05 or 5000 bytes']);
  stop.abort();
  await kept;
});

test('whatever fails is told, and tried again', async () => {
  const clock = manualClock();
  const stop = new AbortController();
  const full = new StoreError('ERR_STORE_FULL', 'full');
  const { did, store } = pretend({ prune: [full, full, 3] });
  const problems: unknown[] = [];
  const kept = keepPruned(store, RULE, { clock, signal: stop.signal }, (error) => problems.push(error));
  await clock.untilSleeping();
  await rest(clock, 2);
  expect(problems).toEqual([full, full]);
  expect(did).toEqual(['prune 3']);
  stop.abort();
  await kept;
  expect(problems).toHaveLength(2);
});

test('all of it is pruned or given back at once, and the signal ends that', async () => {
  const clock = manualClock();
  const stop = new AbortController();
  const world = { clock, signal: stop.signal };
  const one = pretend({ prune: [200, 200, 200], free: 1 });
  const pruned = pruneAll(one.store, RULE, world);
  await rest(clock, 1);
  stop.abort();
  expect(await pruned).toEqual({ captures: 400, deliveries: 0 });
  expect(await pruneAll(one.store, RULE, world)).toEqual({ captures: 0, deliveries: 0 });
  const given = giveAllBack(one.store, { clock, signal: new AbortController().signal });
  await clock.advanceToNext();
  await given;
  expect(one.did.filter((what) => what === 'give back beyond 0')).toHaveLength(2);
});

test('the option goes before the environment, and that before the configuration', async () => {
  const from = (keep?: string[], env?: string, configured?: string[]) =>
    readRetention(
      {
        env: env === undefined ? {} : { WEBHOOK_KEEP: env },
        config: async () => ({ secrets: {}, ...(configured === undefined ? {} : { keep: configured }) }),
      },
      keep === undefined ? {} : { keep },
    );
  expect(await from(['1', '2s'], '2', ['3'])).toEqual({ rule: { count: 1, ageMs: 2_000 }, isChosen: true });
  expect(await from(undefined, '2,2s', ['3'])).toEqual({ rule: { count: 2, ageMs: 2_000 }, isChosen: true });
  expect(await from(undefined, '', ['3', '3s'])).toEqual({
    rule: { count: 3, ageMs: 3_000 },
    isChosen: true,
  });
  expect(await from(['all'], '2')).toEqual({ rule: null, isChosen: true });
  expect(await from()).toEqual({ rule: null, isChosen: false });
  await expect(from(undefined, 'x')).rejects.toThrow('(WEBHOOK_KEEP)');
  await expect(from(undefined, undefined, ['x'])).rejects.toThrow('("keep")');
});

test('what --max-db would refuse before it is deleted is a usage error', () => {
  expect(() => refuseTooLittleRoom({ sizeBytes: 100 }, 100)).toThrow('--max-db');
  expect(() => refuseTooLittleRoom({ sizeBytes: 99 }, 100)).not.toThrow();
  expect(() => refuseTooLittleRoom({ count: 9 }, 1)).not.toThrow();
  expect(() => refuseTooLittleRoom({ sizeBytes: 9 }, undefined)).not.toThrow();
});

test('a large file is told of, with what makes it smaller', async () => {
  const told: string[] = [];
  const note = (text: string): void => void told.push(text);
  await noteLarge({ note }, { size: async () => 1e9 });
  expect(told).toEqual([]);
  await noteLarge({ note }, { size: async () => 1.5 * 2 ** 30 });
  expect(told).toEqual([expect.stringMatching(/1\.5 GB.*webhook-cli captures prune --keep 7d.*--keep all/)]);
});

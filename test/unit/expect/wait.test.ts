import { describe, expect, onTestFinished, test } from 'vitest';
import { createBodyTest } from '../../../src/expect/body-test.ts';
import { waitForCaptures, type Waited, type Wanted } from '../../../src/expect/wait.ts';
import type { NewCapture, Store } from '../../../src/store/store.ts';
import { newCapture, verdict } from '../../support/captures.ts';
import { newDatabasePath, openForTest } from '../../support/database.ts';
import { manualClock, type ManualClock } from '../../support/manual-clock.ts';

const START = Date.UTC(2026, 5, 1);

const any: Wanted = { filter: {}, expectations: [], count: 1, test: undefined, timeoutMs: 1_000 };

interface Waiting {
  /** Of another process, as far as the store can tell. */
  readonly writer: Store;
  readonly clock: ManualClock;
  begin(wanted: Partial<Wanted>): Promise<Waited>;
  /** Lets one look pass. */
  look(): Promise<void>;
  add(about?: Partial<NewCapture>): Promise<string>;
  readonly stop: AbortController;
}

async function prepare(): Promise<Waiting> {
  const path = newDatabasePath();
  const [reader, writer] = [await openForTest({ path }), await openForTest({ path })];
  const clock = manualClock(START);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  return {
    writer,
    clock,
    stop,
    begin: (wanted) => waitForCaptures(reader, { ...any, ...wanted }, { clock, signal: stop.signal }),
    look: async () => void (await clock.advanceToNext()),
    add: async (about = {}) => {
      const capture = newCapture({
        receivedAt: clock.now(),
        eventType: 'deal.won',
        provider: 'iverton',
        ...about,
      });
      await writer.captures.add(capture);
      return capture.id;
    },
  };
}

const idsOf = ({ captures }: Waited): string[] => captures.map(({ id }) => id);

test('ends with the first that came from then on, whoever stored it', async () => {
  const { add, begin, look, clock } = await prepare();
  await add({ receivedAt: START - 1 });
  const waiting = begin({});
  await clock.untilSleeping();
  const [first] = [await add(), await add()];
  await look();
  const waited = await waiting;
  expect([idsOf(waited), waited.report.isMet, clock.now()]).toEqual([[first], true, START + 25]);
  expect(waited.report.expectations).toEqual([{ provider: null, type: '*', count: 1, received: 1 }]);
  expect(waited.earlier).toBeNull();
});

test('counts what came before its start and is stored later not, and what is stored out of order', async () => {
  const { add, begin, look, clock } = await prepare();
  const waiting = begin({ count: 3 });
  await look();
  await look();
  const late = await add({ id: 'cap_b', receivedAt: START + 40 });
  await look();
  await add({ receivedAt: START - 1 });
  const early = await add({ id: 'cap_a', receivedAt: START });
  await look();
  const last = await add();
  await look();
  expect(idsOf(await waiting)).toEqual([early, late, last]);
  expect(clock.now()).toBeLessThan(START + 1_000);
});

test('looks at the timeout once more, and says what came instead and what came before', async () => {
  const { add, begin, clock } = await prepare();
  await add({ receivedAt: START - 5_000 });
  await add({ receivedAt: START - 9_000 });
  await add({ receivedAt: START - 1, eventType: 'deal.lost' });
  const waiting = begin({ filter: { type: 'deal.won' }, timeoutMs: 30 });
  await clock.untilSleeping();
  await add({ eventType: 'deal.lost' });
  await clock.advanceToNext();
  await add({ eventType: null, method: 'PUT' });
  expect(clock.due).toEqual([START + 30]);
  await clock.advanceToNext();
  const { report, captures, earlier } = await waiting;
  expect([report.isMet, captures]).toEqual([false, []]);
  expect(report.instead).toEqual([
    { provider: 'iverton', what: 'deal.lost', why: 'not deal.won', count: 1 },
    { provider: 'iverton', what: 'PUT /', why: 'not deal.won', count: 1 },
  ]);
  expect(earlier).toEqual({ count: 2, isMore: false, newestAt: START - 5_000 });
});

test('looks once with a timeout of nothing, from --since on if that is given', async () => {
  const { add, begin } = await prepare();
  const one = await add({ receivedAt: START - 50 });
  await add({ receivedAt: START - 51 });
  expect((await begin({ timeoutMs: 0 })).report.isMet).toBe(false);
  const waited = await begin({ timeoutMs: 0, filter: { since: START - 50 } });
  expect([idsOf(waited), waited.report.isMet]).toEqual([[one], true]);
  expect(await begin({ timeoutMs: 0, count: 2, filter: { since: START - 50 } })).toMatchObject({
    report: { isMet: false },
    earlier: null,
  });
});

test('goes on without end where no timeout is given, until it is stopped', async () => {
  const { begin, clock, stop } = await prepare();
  const waiting = begin({ timeoutMs: null });
  await clock.untilSleeping();
  await clock.advance(60_000);
  await clock.untilSleeping();
  stop.abort();
  expect((await waiting).report.isMet).toBe(false);
});

describe('a status', () => {
  test('is waited for: it is recorded behind the capture, maybe long after others came', async () => {
    const { writer, add, begin, look } = await prepare();
    const waiting = begin({ filter: { status: '2xx' } });
    await look();
    const slow = await add();
    await look();
    const refused = await add();
    await writer.captures.recordResponse(refused, { status: 500, durationMs: 1 });
    await look();
    await writer.captures.recordResponse(slow, { status: 204, durationMs: 1 });
    await look();
    const { captures, report } = await waiting;
    expect(captures).toMatchObject([{ id: slow, bodySize: 0, response: { status: 204 } }]);
    expect(captures[0]).not.toHaveProperty('body');
    expect(report.instead).toMatchObject([{ why: 'answered 500, not 2xx' }]);
  });

  test('that never comes is told; one of a capture that is deleted is not', async () => {
    const { writer, add, begin, look } = await prepare();
    const waiting = begin({ filter: { status: '2xx' }, timeoutMs: 60 });
    await look();
    const [gone] = [await add(), await add()];
    await look();
    await writer.captures.delete([gone]);
    await look();
    expect((await waiting).report.instead).toMatchObject([{ why: 'not answered yet', count: 1 }]);
  });
});

test('words, bodies and expectations are all asked for', async () => {
  const { add, begin, look } = await prepare();
  const expectations = [
    { provider: 'iverton', type: 'deal.won', count: 1 },
    { provider: null, type: 'deal.l*', count: 2 },
  ];
  const bodyTest = await createBodyTest({ where: ['amount>1'] });
  const waiting = begin({ filter: { text: 'acme', path: '/' }, expectations, test: bodyTest });
  await look();
  const body = (amount: number, name = 'Acme Inc'): Buffer => Buffer.from(JSON.stringify({ amount, name }));
  await add({ body: body(2, 'Other') });
  await add({ body: body(1) });
  await add({ body: body(2), verdict: verdict('no-match') });
  await add({ body: body(2), eventType: 'task.done' });
  const won = await add({ body: body(2), verdict: verdict('valid') });
  const lost = [
    await add({ body: body(3), eventType: 'deal.lost' }),
    await add({ body: body(3), eventType: 'deal.left' }),
  ];
  await look();
  const waited = await waiting;
  expect(idsOf(waited)).toEqual([won, ...lost]);
  expect(waited.report).toEqual({
    isMet: true,
    expectations: [
      { ...expectations[0], received: 1 },
      { ...expectations[1], received: 2 },
    ],
    instead: [
      { provider: 'iverton', what: 'deal.won', why: 'the words searched for are not in it', count: 1 },
      { provider: 'iverton', what: 'deal.won', why: 'amount is 1, not > 1', count: 1 },
      { provider: 'iverton', what: 'deal.won', why: 'it is no-match', count: 1 },
      { provider: 'iverton', what: 'task.done', why: 'not expected', count: 1 },
    ],
  });
});

test('without expectations the filter decides about signatures', async () => {
  const { add, begin } = await prepare();
  await add({ verdict: verdict('no-match') });
  await add({ verdict: null });
  expect((await begin({ timeoutMs: 0 })).report.isMet).toBe(true);
  const strict = await begin({ timeoutMs: 0, filter: { verdict: 'ok' } });
  expect(strict.report.isMet).toBe(false);
  expect(strict.report.instead.map(({ why }) => why).toSorted()).toEqual([
    'it is no-match',
    'its signature was not checked',
  ]);
});

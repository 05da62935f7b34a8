import { expect, test } from 'vitest';
import { manualClock, virtualClock } from '../../../src/engine/clock.ts';
import { createScriptedSender, parseOutcomes } from '../../../src/engine/scripted-sender.ts';
import type { Sender } from '../../../src/engine/sender.ts';
import { clockRoutes, clockState } from '../../../src/inspector/clock.ts';
import { UsageError } from '../../../src/errors.ts';
import { signal } from '../../support/delivering.ts';
import { NOON, deliverTo, newEndpoint } from '../../support/deliveries.ts';
import { calling, createTools, WRONG, type Tools } from '../../support/inspecting.ts';

const MINUTE = 60_000;
/** Where the attempts of a delivery that always fails are, in minutes after its first. */
const SCHEDULE = [0, 1, 6, 36];

const failing = (): Sender => createScriptedSender(parseOutcomes('500'));
const at = (minutes: number): string => new Date(NOON + minutes * MINUTE).toISOString();

/** An engine on a manual clock with one delivery due at noon that fails and fails. */
async function begin(
  sender = failing(),
): Promise<{ tools: Tools; call: ReturnType<typeof calling>; made: () => Promise<number[]> }> {
  const tools = await createTools({ sender, engineClock: manualClock(NOON) });
  const endpoint = newEndpoint({ provider: 'deiterate' });
  await tools.store.endpoints.add(endpoint);
  const id = await deliverTo(tools.store, endpoint);
  const made = async (): Promise<number[]> =>
    (await tools.store.attempts.ofDelivery(id)).map(({ startedAt }) => (startedAt - NOON) / MINUTE);
  return { tools, call: calling(clockRoutes(tools)), made };
}

test('goes from due time to due time, each with its attempt made, until nothing waits', async () => {
  const { call, made } = await begin();
  for (const [index, minutes] of SCHEDULE.entries()) {
    if (index === 0) continue;
    const next = SCHEDULE[index + 1];
    expect(await call('POST', '/api/clock', { to: 'next' })).toEqual({
      clock: 'manual',
      now: at(minutes),
      nextDueAt: next === undefined ? null : at(next),
    });
    expect(await made()).toEqual(SCHEDULE.slice(0, index + 1));
  }
  await expect(call('POST', '/api/clock', { to: 'next' })).rejects.toThrow('nothing waits');
});

test('goes by a duration, past what is due by then, each attempt at its time', async () => {
  const { call, made } = await begin();
  expect(await call('POST', '/api/clock', { by: '30s' })).toMatchObject({ now: at(0.5), nextDueAt: at(1) });
  expect(await made()).toEqual([0]);
  expect(await call('POST', '/api/clock', { by: '3.5m' })).toMatchObject({ now: at(4), nextDueAt: at(6) });
  expect(await made()).toEqual([0, 1]);
  // Past several at once.
  expect(await call('POST', '/api/clock', { by: '1h' })).toMatchObject({ now: at(64), nextDueAt: null });
  expect(await made()).toEqual(SCHEDULE);
});

test('goes by a duration to a due time itself, whose attempt is made', async () => {
  const { call, made } = await begin();
  expect(await call('POST', '/api/clock', { by: '6m' })).toMatchObject({ now: at(6), nextDueAt: at(36) });
  expect(await made()).toEqual([0, 1, 6]);
});

test('goes on to the end, each attempt at its time', async () => {
  const { call, made } = await begin();
  expect(await call('POST', '/api/clock', { to: 'end' })).toEqual({
    clock: 'manual',
    now: at(36),
    nextDueAt: null,
  });
  expect(await made()).toEqual(SCHEDULE);
  expect(await call('POST', '/api/clock', { to: 'end' })).toMatchObject({ now: at(36) });
});

test.each([{ to: 'end' }, { by: '7d' }])('stops on its way by %j when the page has gone', async (json) => {
  const gone = new AbortController();
  const answers = failing();
  let sent = 0;
  const { tools, call, made } = await begin({
    ...answers,
    send: async (...request) => {
      sent += 1;
      if (sent === 3) gone.abort();
      return answers.send(...request);
    },
  });
  await call('POST', '/api/clock', json, { gone: gone.signal });
  await tools.engine!.idle();
  expect(await made()).toEqual(SCHEDULE.slice(0, 3));
  expect(tools.engine!.clock.now()).toBe(NOON + 6 * MINUTE);
});

test('does not wait for a request under way when the page has gone', async () => {
  const gone = new AbortController();
  const begun = signal();
  const held = signal();
  const { call, tools } = await begin({
    send: async (_request, { signal: cut }) => {
      begun.happen();
      cut?.addEventListener('abort', held.happen);
      await held.happened;
      return { kind: 'failure', error: { code: 'aborted', message: 'cut' } };
    },
    close: async () => {},
  });
  tools.engine!.wake();
  await begun.happened;
  const moved = call('POST', '/api/clock', { by: '1m' }, { gone: gone.signal });
  gone.abort();
  expect(await moved).toMatchObject({ now: at(0) });
});

test.each([
  {},
  undefined,
  { to: 'start' },
  { to: '' },
  { by: 'soon' },
  { by: '-5m' },
  { by: '' },
  { to: 'next', by: '5m' },
  { by: '99999999999999w' },
  [],
  'next',
  ...WRONG.text.flatMap((value) => [{ to: value }, { by: value }]),
])('refuses %j, and stays where it is', async (json) => {
  const { call, tools } = await begin();
  await expect(call('POST', '/api/clock', json)).rejects.toBeInstanceOf(UsageError);
  expect(tools.engine!.clock.now()).toBe(NOON);
});

test('is refused for any other clock, and where none is shown', async () => {
  for (const tools of [
    await createTools(),
    await createTools({ engineClock: virtualClock(NOON) }),
    await createTools({ delivers: 'own' }),
    await createTools({ engineClock: null }),
  ]) {
    const moved = calling(clockRoutes(tools))('POST', '/api/clock', { to: 'next' });
    await expect(moved).rejects.toThrow('only a manual clock can be moved');
  }
});

test('the state says which clock it is, the time and when the next attempt is due', async () => {
  const { tools } = await begin();
  await tools.engine!.idle();
  expect(clockState(tools.engine!)).toEqual({ clock: 'manual', now: at(0), nextDueAt: at(1) });
  const idle = await createTools({ engineClock: virtualClock(NOON) });
  expect(clockState(idle.engine!)).toEqual({ clock: 'virtual', now: at(0), nextDueAt: null });
});

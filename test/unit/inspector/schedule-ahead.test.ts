import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock } from '../../../src/engine/clock.ts';
import { policyOf } from '../../../src/engine/policy.ts';
import { createScriptedSender, parseOutcomes } from '../../../src/engine/scripted-sender.ts';
import { clockRoutes } from '../../../src/inspector/clock.ts';
import { deliveryRoutes } from '../../../src/inspector/deliveries.ts';
import { scheduleAhead } from '../../../src/inspector/schedule-ahead.ts';
import { isAmong } from '../../../src/providers/habits.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { randomSecret } from '../../../src/signing/keys.ts';
import { NOON, deliverTo, newEndpoint } from '../../support/deliveries.ts';
import { openForTest } from '../../support/database.ts';
import { calling, createTools } from '../../support/inspecting.ts';

const MINUTE = 60_000;
/** With what some sign of a body. */
const BODY = Buffer.from('{"signature":{"token":"t","timestamp":"1767268860"}}');

test('the waits that are left follow the next attempt, each after the one before', () => {
  const delays = [MINUTE, 5 * MINUTE, 30 * MINUTE];
  const standing = { trigger: 'scheduled', nextAttemptAt: NOON } as const;
  expect(scheduleAhead(delays, { ...standing, step: 0 }).map((at) => at - NOON)).toEqual([
    0,
    MINUTE,
    6 * MINUTE,
    36 * MINUTE,
  ]);
  expect(scheduleAhead(delays, { ...standing, step: 2 }).map((at) => at - NOON)).toEqual([0, 30 * MINUTE]);
});

test('nothing follows where no attempt is due', () => {
  expect(scheduleAhead([MINUTE], { trigger: 'scheduled', step: 1, nextAttemptAt: null })).toEqual([]);
});

test.each(['test', 'manual'] as const)('of one that is due as a %s only that attempt is known', (trigger) => {
  expect(scheduleAhead([MINUTE], { trigger, step: 0, nextAttemptAt: NOON })).toEqual([NOON]);
});

test('a schedule that was made shorter meanwhile leaves the next attempt alone', () => {
  expect(scheduleAhead([MINUTE], { trigger: 'scheduled', step: 3, nextAttemptAt: NOON })).toEqual([NOON]);
});

/** Waits with a random part cannot be foretold to the second. */
const steady = builtIn.all.filter(
  (provider) => policyOf(provider, newEndpoint({ provider: provider.id })).jitter === 0,
);

test.each(steady)(
  'is what the engine does after every attempt, with the schedule of $id',
  async ({ id, retry }) => {
    const { retryStatuses = [[100, 599]] } = retry.value;
    const outcomes = isAmong(retryStatuses, 500) ? '500' : 'refused';
    await expectForetold({ provider: id, delaysMs: null }, outcomes);
  },
);

test('most schedules have no random part', () => {
  expect(steady.length).toBeGreaterThan(builtIn.all.length / 2);
});

test('is what the engine does after every attempt, whatever the schedule', async () => {
  const delays = fc.array(fc.integer({ min: 0, max: 30 * 86_400_000 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(delays, (delaysMs) => expectForetold({ provider: 'deiterate', delaysMs })),
    { numRuns: 20 },
  );
});

/** Has the engine fail a delivery through its schedule, and compares what was foretold after each attempt with what came. */
async function expectForetold(
  settings: { readonly provider: string; readonly delaysMs: readonly number[] | null },
  outcomes = '500,refused,404',
): Promise<void> {
  const store = await openForTest({ path: ':memory:' });
  const sender = createScriptedSender(parseOutcomes(outcomes));
  const scheme = builtIn.get(settings.provider).signature.value;
  const endpoint = newEndpoint({ ...settings, secret: randomSecret(scheme, randomBytes) });
  await store.endpoints.add(endpoint);
  const id = await deliverTo(store, endpoint, { dueAt: NOON + MINUTE, body: BODY });
  const tools = await createTools({ store, sender, engineClock: manualClock(NOON) });
  const call = calling([...deliveryRoutes(tools), ...clockRoutes(tools)]);
  const foretold: number[][] = [];
  for (;;) {
    const { delivery, ahead } = await call('GET', `/api/deliveries/${id}`);
    foretold.push(ahead.map((at: string) => Date.parse(at)));
    if (delivery.status !== 'pending') break;
    await call('POST', '/api/clock', { to: 'next' });
  }
  const made = (await store.attempts.ofDelivery(id)).map(({ startedAt }) => startedAt);
  // Waits of nothing are made in one step.
  const distinct = new Set(made).size;
  expect(made[0]).toBe(NOON + MINUTE);
  expect(foretold[0]).toEqual(made);
  expect(foretold).toHaveLength(distinct + 1);
  for (const times of foretold) expect(times).toEqual(made.slice(made.length - times.length));
  await tools.engine!.stop();
}

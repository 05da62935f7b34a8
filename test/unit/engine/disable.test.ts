import { expect, test } from 'vitest';
import { decide } from '../../../src/engine/decide.ts';
import { policyOf } from '../../../src/engine/policy.ts';
import { taskplatform } from '../../../src/providers/taskplatform.ts';
import { openForTest } from '../../support/database.ts';
import { NOON, claimOne, deliverTo, ended, enterEngine, newEndpoint } from '../../support/deliveries.ts';

/** The outcomes at an endpoint one by one, `-` and `+` of one delivery's attempts and `o` of another that succeeds. */
async function statusAfter(outcomes: string): Promise<{ status: string; disabledReason: string | null }> {
  const store = await openForTest({ path: ':memory:' });
  const endpoint = newEndpoint({ provider: 'taskplatform', delaysMs: Array.from({ length: 9 }, () => 0) });
  await store.endpoints.add(endpoint);
  const owner = await enterEngine(store);
  await deliverTo(store, endpoint, {}, { batch: 'long' });
  for (const outcome of outcomes) {
    const batch = outcome === 'o' ? 'short' : 'long';
    if (outcome === 'o') await deliverTo(store, endpoint, {}, { batch });
    const claim = await claimOne(store.deliveries, owner, { batch });
    const made = ended({ ok: outcome !== '-', response: null }, NOON);
    const step = claim.step + 1;
    await store.deliveries.settle(claim, made, (state) =>
      decide(
        policyOf(taskplatform, endpoint),
        { ...state, trigger: claim.trigger, step, resumeAt: null },
        made,
        NOON,
        () => 0,
      ),
    );
  }
  const { status, disabledReason } = (await store.endpoints.get(endpoint.id))!;
  return { status, disabledReason };
}

test.each([
  ['----', true],
  ['---', false],
  ['---o--', false],
  ['---o---', true],
  ['--o---', true],
  ['--o-o-o--', false],
  ['--o-o-o---', true],
  ['o----', true],
  ['---+', false],
])('taskplatform’s endpoint after %s is disabled: %s', async (outcomes, disabled) => {
  expect(await statusAfter(outcomes)).toEqual(
    disabled
      ? { status: 'disabled', disabledReason: '3 failed retries in a row' }
      : { status: 'active', disabledReason: null },
  );
});

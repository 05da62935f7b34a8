import { beforeEach, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../../src/model/endpoint.ts';
import type { SettleState, Settlement, Store } from '../../../src/store/store.ts';
import { newDatabasePath, openForTest } from '../../support/database.ts';
import {
  NOON,
  againAt,
  claimOne,
  deliverTo,
  ended,
  enterEngine,
  failed,
  newEndpoint,
  succeeded,
  wanting,
} from '../../support/deliveries.ts';
import { watchStatements } from '../../support/statements.ts';

const MINUTE = 60_000;

let path: string;
let store: Store;
let owner: number;
let endpoint: Endpoint;

beforeEach(async () => {
  path = newDatabasePath();
  store = await openForTest({ path });
  owner = await enterEngine(store);
  endpoint = newEndpoint();
  await store.endpoints.add(endpoint);
});

const present = async (): Promise<Endpoint> => (await store.endpoints.get(endpoint.id))!;

/** Delivers something that is settled so. Resolves with what the decision was made from. */
async function settle(settlement: Settlement, made = ended({ ok: false })): Promise<SettleState> {
  await deliverTo(store, endpoint);
  let seen: SettleState | undefined;
  await store.deliveries.settle(await claimOne(store.deliveries, owner), made, (state) => {
    seen = state;
    return settlement;
  });
  return seen!;
}

const paused = (): Settlement => ({ ...failed('failures'), pausedUntil: NOON + MINUTE });
const claimAt = (now: number) => store.deliveries.claim(wanting(owner, { now }));

describe('an endpoint that is disabled for a while', () => {
  test('is active again when an engine looks after that, and not before', async () => {
    expect((await settle(paused())).pauses).toBe(0);
    expect(await present()).toMatchObject({
      status: 'disabled',
      disabledReason: 'failures',
      pausedUntil: NOON + MINUTE,
      pauses: 1,
    });
    await claimAt(NOON + MINUTE - 1);
    expect((await present()).status).toBe('disabled');
    await claimAt(NOON + MINUTE);
    expect(await present()).toEqual({ ...endpoint, pauses: 1, updatedAt: NOON + MINUTE });
  });

  test('is found by an engine that had nothing to do for long, though nobody writes', async () => {
    await settle(paused());
    for (let count = 0; count < 3; count += 1) await claimAt(NOON + 1);
    const watched = watchStatements();
    const other = await openForTest({ path });
    await other.deliveries.claim(wanting(owner, { now: NOON + 1 }));
    await other.deliveries.claim(wanting(owner, { now: NOON + 1 }));
    watched.reset();
    await other.deliveries.claim(wanting(owner, { now: NOON + 1 }));
    // Nothing has changed, so it does not look.
    expect(watched.run.filter((sql) => sql.includes('deliveries'))).toEqual([]);
    await other.deliveries.claim(wanting(owner, { now: NOON + MINUTE }));
    expect((await present()).status).toBe('active');
  });

  test('gets what is published after that', async () => {
    await settle(paused());
    const seen: string[] = [];
    for (const createdAt of [NOON + MINUTE - 1, NOON + MINUTE]) {
      await store.deliveries.publish(
        { id: 'evt_1', isOwnId: true, provider: 'iverton', eventType: null, createdAt, batch: null },
        (endpoints) => {
          seen.push(endpoints.map(({ status }) => status).join());
          return [];
        },
      );
    }
    expect(seen).toEqual(['disabled', 'active']);
  });

  test('has its pauses counted until it acknowledges something, tests left out', async () => {
    await settle(paused());
    await claimAt(NOON + MINUTE);
    expect((await settle({ ...paused(), pausedUntil: NOON + 2 * MINUTE })).pauses).toBe(1);
    await claimAt(NOON + 2 * MINUTE);
    await deliverTo(store, endpoint, { trigger: 'test' });
    await store.deliveries.settle(await claimOne(store.deliveries, owner), ended(), succeeded);
    expect((await present()).pauses).toBe(2);
    expect((await settle(succeeded(), ended())).pauses).toBe(2);
    expect((await present()).pauses).toBe(0);
  });

  test('that was deleted meanwhile stays so', async () => {
    await settle(paused());
    await store.endpoints.delete(endpoint.id, NOON + 1);
    await claimAt(NOON + MINUTE);
    expect(await store.endpoints.get(endpoint.id)).toBeNull();
    expect(await store.endpoints.list()).toEqual([]);
  });
});

test('when failures began is kept until a settlement says otherwise', async () => {
  expect((await settle({ ...failed(), failingSince: NOON - 5 })).failingSince).toBeNull();
  expect((await present()).failingSince).toBe(NOON - 5);
  expect((await settle({ ...failed(), failingSince: NOON - 5 })).failingSince).toBe(NOON - 5);
  await settle(succeeded(), ended());
  expect((await present()).failingSince).toBeNull();
});

test('a claim says why the attempt before failed', async () => {
  await deliverTo(store, endpoint);
  const seen: (string | null)[] = [];
  const outcomes = [
    ended({ ok: false, error: null }),
    ended({ ok: false, response: null, error: { code: 'timeout', message: 'too late' } }),
    ended(),
  ];
  for (const made of outcomes) {
    const claim = await claimOne(store.deliveries, owner);
    seen.push(claim.lastFailure);
    await store.deliveries.settle(claim, made, () => againAt(NOON));
  }
  expect(seen).toEqual([null, 'status', 'timeout']);
});

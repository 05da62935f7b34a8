import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createEngine } from '../../../src/engine/engine.ts';
import { virtualClock } from '../../../src/engine/clock.ts';
import { createScriptedSender, parseOutcomes } from '../../../src/engine/scripted-sender.ts';
import type { Store } from '../../../src/store/store.ts';
import { newCapture } from '../../support/captures.ts';
import { newDatabasePath, openForTest } from '../../support/database.ts';
import {
  NOON,
  deliverTo,
  ended,
  enterEngine,
  newEndpoint,
  newEvent,
  nextId,
  succeeded,
  wanting,
} from '../../support/deliveries.ts';
import { watchStatements, type Statements } from '../../support/statements.ts';

/** What the store may cost at most, in statements run and in commits: what no stopwatch tells on a machine that is busy. */
const MOST = {
  statements: {
    capture: 4,
    response: 2,
    captureWithAnswer: 3,
    publish: 6,
    claim: 8,
    claimedDelivery: 1,
    settle: 4,
    listOfDeliveries: 1,
    listOfDeliveriesByFacet: 5,
  },
  /** Of a thousand at once. */
  commits: { captures: 3, settlements: 3 },
};

let store: Store;
let watched: Statements;

beforeEach(async () => {
  watched = watchStatements();
  store = await openForTest({ path: newDatabasePath() });
});

/** How many statements something runs that has been done before. */
async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  watched.reset();
  await work();
  return watched.run.length;
}

describe('the statements of', () => {
  test('a capture, its response and its answer', async () => {
    await store.captures.add(newCapture());
    const capture = newCapture();
    expect(await statementsOf(() => store.captures.add(capture))).toBeLessThanOrEqual(
      MOST.statements.capture,
    );
    const response = { status: 200, durationMs: 1 };
    const { response: most, captureWithAnswer } = MOST.statements;
    expect(await statementsOf(() => store.captures.recordResponse(capture.id, response))).toBeLessThanOrEqual(
      most,
    );
    const answer = { headers: [], body: new Uint8Array(1), truncated: false };
    expect(
      await statementsOf(() => store.captures.recordResponse(capture.id, response, answer)),
    ).toBeLessThanOrEqual(captureWithAnswer);
  });

  test('a delivery, from its publication to its end', async () => {
    const endpoint = newEndpoint();
    await store.endpoints.add(endpoint);
    const owner = await enterEngine(store);
    for (let count = 0; count < 20; count += 1) await deliverTo(store, endpoint);
    const { publish, claim, claimedDelivery, settle } = MOST.statements;
    expect(await statementsOf(() => deliverTo(store, endpoint))).toBeLessThanOrEqual(publish);
    const taken = await store.deliveries.claim(wanting(owner, { room: 1 }));
    const looked = statementsOf(() => store.deliveries.claim(wanting(owner, { room: 10 })));
    expect(await looked).toBeLessThanOrEqual(claim + 10 * claimedDelivery);
    expect(
      await statementsOf(() => store.deliveries.settle(taken.claims[0]!, ended(), succeeded)),
    ).toBeLessThanOrEqual(settle);
  });

  test('a claim, which do not grow with what waits, nor with the endpoints once there is no room', async () => {
    const owner = await enterEngine(store);
    const endpoints = Array.from({ length: 30 }, () => newEndpoint());
    for (const endpoint of endpoints) await store.endpoints.add(endpoint);
    for (const endpoint of endpoints)
      for (let count = 0; count < 5; count += 1) await deliverTo(store, endpoint);
    await store.deliveries.claim(wanting(owner, { room: 1 }));
    const { claim, claimedDelivery } = MOST.statements;
    expect(await statementsOf(() => store.deliveries.claim(wanting(owner, { room: 1 })))).toBeLessThanOrEqual(
      claim + claimedDelivery,
    );
  });

  test('a list of deliveries, which do not grow with what is stored', async () => {
    const endpoint = newEndpoint();
    await store.endpoints.add(endpoint);
    const body = Buffer.from('{}');
    await store.deliveries.publish(newEvent(), () =>
      Array.from({ length: 3_000 }, () => ({
        endpointId: endpoint.id,
        id: nextId('dlv'),
        body,
        discarded: null,
        trigger: 'scheduled',
        dueAt: NOON,
      })),
    );
    const { listOfDeliveries, listOfDeliveriesByFacet } = MOST.statements;
    const list = (filter: object) => statementsOf(() => store.deliveries.list(filter, { limit: 50 }));
    for (const filter of [{}, { event: 'evt_x' }, { status: 'sending' }] as const) {
      expect(await list(filter)).toBeLessThanOrEqual(listOfDeliveries);
    }
    for (const filter of [
      { status: 'failed' },
      { type: 'deal.lost' },
      { endpoint: endpoint.id, status: 'failed' },
    ] as const) {
      expect(await list(filter)).toBeLessThanOrEqual(listOfDeliveriesByFacet);
    }
  });
});

describe('the commits of a thousand at once', () => {
  test('captures', async () => {
    watched.reset();
    await Promise.all(Array.from({ length: 1_000 }, () => store.captures.add(newCapture())));
    expect(watched.commits()).toBeLessThanOrEqual(MOST.commits.captures);
  });

  test('settlements, which share them with the claim that follows', async () => {
    const endpoint = newEndpoint();
    await store.endpoints.add(endpoint);
    await Promise.all(Array.from({ length: 1_000 }, () => deliverTo(store, endpoint)));
    const owner = await enterEngine(store);
    const { claims } = await store.deliveries.claim(wanting(owner));
    expect(claims).toHaveLength(1_000);
    watched.reset();
    await Promise.all([
      ...claims.map((claim) => store.deliveries.settle(claim, ended(), succeeded)),
      store.deliveries.claim(wanting(owner)),
    ]);
    expect(watched.commits()).toBeLessThanOrEqual(MOST.commits.settlements);
  });
});

test('an engine commits once for each group of attempts that end together, and the next claim with it', async () => {
  const endpoint = newEndpoint();
  await store.endpoints.add(endpoint);
  const [deliveries, atATime] = [960, 32];
  await Promise.all(
    Array.from({ length: deliveries }, () => deliverTo(store, endpoint, { dueAt: NOON - 1 })),
  );
  watched.reset();
  const engine = await createEngine({
    store,
    sender: createScriptedSender(parseOutcomes('200')),
    clock: virtualClock(NOON),
    endpointConcurrency: atATime,
  });
  onTestFinished(() => engine.stop());
  await engine.idle();
  expect(
    (await store.deliveries.list({ status: 'succeeded' }, { limit: deliveries })).deliveries,
  ).toHaveLength(deliveries);
  // The rest: to enter, to find nothing more, to leave.
  expect(watched.commits()).toBeLessThanOrEqual(deliveries / atATime + 8);
});

test('statements are prepared once, however often they are run', async () => {
  const endpoint = newEndpoint();
  await store.endpoints.add(endpoint);
  const owner = await enterEngine(store);

  async function round(): Promise<void> {
    const capture = newCapture();
    await store.captures.add(capture);
    await store.captures.recordResponse(capture.id, { status: 200, durationMs: 1 });
    for (const filter of [{}, { provider: 'iverton', type: 'deal.*' }, { verdict: 'failed', since: 1 }]) {
      await store.captures.list(filter, { limit: 5 });
      await store.captures.window(filter, { offset: 0, limit: 5 });
      await store.captures.latest(filter);
    }
    const id = await deliverTo(store, endpoint);
    for (const filter of [
      {},
      { status: 'failed' },
      { type: 'deal.*', until: NOON * 2 },
      { event: 'evt_x' },
    ] as const) {
      await store.deliveries.list(filter, { limit: 5 });
    }
    const { claims } = await store.deliveries.claim(wanting(owner));
    for (const claim of claims) await store.deliveries.settle(claim, ended(), succeeded);
    await store.deliveries.recordOf(endpoint.id);
    await store.deliveries.get(id);
    await store.endpoints.update(endpoint.id, (before) => before);
    const run = nextId('run');
    await store.deliveries.beginRetryRun(run, { status: 'failed' }, run, NOON);
    await store.deliveries.continueRetryRun(run, NOON);
    await store.changes();
  }

  await round();
  watched.reset();
  for (let count = 0; count < 5; count += 1) await round();
  expect(watched.prepared).toEqual([]);
});

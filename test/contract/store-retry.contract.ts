import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/model/endpoint.ts';
import type { Settlement, Store } from '../../src/store/store.ts';
import {
  NOON,
  againAt,
  claimOne,
  deliverTo,
  ended,
  enterEngine,
  failed,
  newEndpoint,
  newEvent,
  nextId,
  planned,
  succeeded,
  wanting,
} from '../support/deliveries.ts';

export function storeRetryContract(start: () => Promise<Store>): void {
  interface World {
    readonly store: Store;
    readonly owner: number;
    readonly endpoint: Endpoint;
  }

  async function begin(): Promise<World> {
    const store = await start();
    const endpoint = newEndpoint();
    await store.endpoints.add(endpoint);
    return { store, owner: await enterEngine(store), endpoint };
  }

  /** A delivery of which one attempt was settled so. */
  async function settledAs({ store, owner, endpoint }: World, settlement: Settlement): Promise<string> {
    const id = await deliverTo(store, endpoint);
    await store.deliveries.settle(await claimOne(store.deliveries, owner), ended(), () => settlement);
    return id;
  }

  describe('retrying one by hand', () => {
    test.each<[string, (world: World) => Promise<string>]>([
      ['failed', (world) => settledAs(world, failed())],
      ['succeeded', (world) => settledAs(world, succeeded())],
      ['discarded', ({ store, endpoint }) => deliverTo(store, endpoint, { discarded: 'asleep' })],
      [
        'canceled',
        async ({ store, endpoint }) => {
          const id = await deliverTo(store, endpoint);
          await store.deliveries.cancel([id], 'enough', NOON);
          return id;
        },
      ],
    ])('makes due what is %s, for one attempt that no schedule follows', async (_status, make) => {
      const world = await begin();
      const { deliveries } = world.store;
      const id = await make(world);
      const { attempts } = (await deliveries.get(id))!;
      expect(await deliveries.retry(id, NOON + 30, 'hand')).toBe('due');
      expect(await deliveries.get(id)).toMatchObject({
        status: 'pending',
        trigger: 'manual',
        nextAttemptAt: NOON + 30,
        finishedAt: null,
        reason: null,
        attempts,
      });
      expect(await deliveries.count('hand')).toMatchObject({ pending: 1 });
      const claim = await claimOne(deliveries, world.owner, { now: NOON + 30, batch: 'hand' });
      expect(claim).toMatchObject({ trigger: 'manual', resumeAt: null, step: attempts, attempts });
      await deliveries.settle(claim, ended({ trigger: 'manual' }, NOON + 31), () => failed());
      expect(await deliveries.get(id)).toMatchObject({ status: 'failed', attempts: attempts + 1 });
    });

    test('of what waits comes between, and the schedule goes on at its time and at its step', async () => {
      const world = await begin();
      const { store, owner } = world;
      const { deliveries } = store;
      const id = await settledAs(world, againAt(NOON + 600));
      expect(await deliveries.retry(id, NOON + 60, 'hand')).toBe('due');
      const manual = await claimOne(deliveries, owner, { now: NOON + 60 });
      expect(manual).toMatchObject({ trigger: 'manual', resumeAt: NOON + 600, step: 1, attempts: 1 });
      await deliveries.settle(manual, ended({ trigger: 'manual' }), () => againAt(manual.resumeAt!));
      expect(await deliveries.get(id)).toMatchObject({
        status: 'pending',
        trigger: 'scheduled',
        nextAttemptAt: NOON + 600,
      });
      expect(await claimOne(deliveries, owner, { now: NOON + 600 })).toMatchObject({
        trigger: 'scheduled',
        resumeAt: null,
        step: 1,
        attempts: 2,
      });
    });

    test('of what is due anyway is the attempt of its schedule, and no other', async () => {
      const { store, owner, endpoint } = await begin();
      const { deliveries } = store;
      const id = await deliverTo(store, endpoint);
      expect(await deliveries.retry(id, NOON + 60, 'hand')).toBe('due');
      const claim = await claimOne(deliveries, owner, { now: NOON + 60, batch: 'hand' });
      expect(claim).toMatchObject({ trigger: 'scheduled', resumeAt: null, step: 0, attempts: 0 });
      await deliveries.settle(claim, ended(), () => againAt(NOON + 600));
      // By hand before it is due, and again when it is.
      await deliveries.retry(id, NOON + 100, 'one');
      await deliveries.retry(id, NOON + 700, 'two');
      expect(await claimOne(deliveries, owner, { now: NOON + 700, batch: 'two' })).toMatchObject({
        trigger: 'scheduled',
        resumeAt: null,
        step: 1,
      });
    });

    test('keeps why it was given up until it is tried again', async () => {
      const world = await begin();
      const { deliveries } = world.store;
      const id = await settledAs(world, { ...failed(), reason: 'the answer was final' });
      expect(await deliveries.get(id)).toMatchObject({ status: 'failed', reason: 'the answer was final' });
      await deliveries.retry(id, NOON + 60, 'hand');
      expect(await deliveries.get(id)).toMatchObject({ status: 'pending', reason: null });
    });

    test('twice before it is sent is one attempt, and the schedule is not forgotten', async () => {
      const world = await begin();
      const { store, owner } = world;
      const id = await settledAs(world, againAt(NOON + 600));
      await store.deliveries.retry(id, NOON + 60, 'one');
      await store.deliveries.retry(id, NOON + 61, 'two');
      expect(await claimOne(store.deliveries, owner, { now: NOON + 61, batch: 'two' })).toMatchObject({
        trigger: 'manual',
        dueAt: NOON + 61,
        resumeAt: NOON + 600,
      });
    });

    test('twice of what had failed makes no schedule', async () => {
      const world = await begin();
      const { store, owner } = world;
      const id = await settledAs(world, failed());
      await store.deliveries.retry(id, NOON + 60, 'one');
      await store.deliveries.retry(id, NOON + 61, 'two');
      expect(await claimOne(store.deliveries, owner, { now: NOON + 61 })).toMatchObject({
        trigger: 'manual',
        resumeAt: null,
      });
    });

    test('an interrupted one is still by hand, and still knows the schedule', async () => {
      const world = await begin();
      const { store, owner } = world;
      const id = await settledAs(world, againAt(NOON + 600));
      await store.deliveries.retry(id, NOON + 60, 'hand');
      await store.deliveries.release([await claimOne(store.deliveries, owner, { now: NOON + 60 })]);
      expect(await claimOne(store.deliveries, owner, { now: NOON + 60 })).toMatchObject({
        trigger: 'manual',
        resumeAt: NOON + 600,
      });
    });

    test.each([false, true])('of a test is a test: waiting %s', async (waiting) => {
      const { store, owner, endpoint } = await begin();
      const { deliveries } = store;
      const id = await deliverTo(store, endpoint, { trigger: 'test', dueAt: NOON + 500 });
      if (!waiting) {
        await deliveries.settle(await claimOne(deliveries, owner, { now: NOON + 500 }), ended(), () =>
          failed(),
        );
      }
      expect(await deliveries.retry(id, NOON + 60, 'hand')).toBe('due');
      expect(await claimOne(deliveries, owner, { now: NOON + 60 })).toMatchObject({
        trigger: 'test',
        resumeAt: null,
      });
    });

    test('is refused where an engine has it, where its endpoint is not active, and where there is none', async () => {
      const { store, owner, endpoint } = await begin();
      const { deliveries, endpoints } = store;
      expect(await deliveries.retry('dlv_nowhere', NOON, 'hand')).toBe('missing');
      const sending = await deliverTo(store, endpoint);
      await claimOne(deliveries, owner);
      const over = await deliverTo(store, endpoint, { discarded: 'asleep' });
      const before = await deliveries.list({}, { limit: 10 });
      expect(await deliveries.retry(sending, NOON, 'hand')).toBe('sending');
      for (const status of ['inactive', 'disabled'] as const) {
        await endpoints.update(endpoint.id, (was) => ({ ...was, status }));
        expect(await deliveries.retry(over, NOON, 'hand')).toBe('endpoint-not-active');
      }
      await endpoints.update(endpoint.id, (was) => ({ ...was, status: 'active' }));
      await endpoints.delete(endpoint.id, NOON);
      expect(await deliveries.retry(over, NOON, 'hand')).toBe('endpoint-not-active');
      expect(await deliveries.list({}, { limit: 10 })).toEqual(before);
    });
  });

  describe('retrying many by hand', () => {
    /** So many deliveries that were discarded. */
    async function discarded({ store, endpoint }: World, count: number): Promise<string[]> {
      const body = Buffer.from('{}');
      const published = await store.deliveries.publish(newEvent(), () =>
        Array.from({ length: count }, () => ({
          endpointId: endpoint.id,
          id: nextId('dlv'),
          body,
          discarded: 'asleep',
          trigger: 'scheduled' as const,
          dueAt: NOON,
        })),
      );
      return published.map(({ id }) => id);
    }

    test('takes what the filter matches, piece by piece, each once', async () => {
      const world = await begin();
      const { deliveries } = world.store;
      await discarded(world, 1_100);
      const run = await deliveries.beginRetryRun('all', { status: 'discarded' }, 'run_1', NOON + 5);
      expect(run).toEqual({ id: 'run_1', begunAt: NOON + 5, resumed: false });
      const pieces: number[] = [];
      do pieces.push(await deliveries.continueRetryRun('run_1', NOON + 6));
      while (pieces.at(-1)! > 0);
      expect(pieces.reduce((sum, piece) => sum + piece)).toBe(1_100);
      expect(pieces.length).toBeGreaterThan(2);
      expect(await deliveries.count('run_1')).toMatchObject({ pending: 1_100, discarded: 0 });
      const [{ trigger, nextAttemptAt, finishedAt, reason }] = (await deliveries.list({}, { limit: 1 }))
        .deliveries as [never];
      expect({ trigger, nextAttemptAt, finishedAt, reason }).toEqual({
        trigger: 'manual',
        nextAttemptAt: NOON + 6,
        finishedAt: null,
        reason: null,
      });
    });

    test('takes what failed again meanwhile no second time', async () => {
      const world = await begin();
      const { deliveries } = world.store;
      const id = await settledAs(world, failed());
      await deliveries.beginRetryRun('failed', { status: 'failed' }, 'run_1', NOON);
      expect(await deliveries.continueRetryRun('run_1', NOON)).toBe(1);
      await deliveries.settle(await claimOne(deliveries, world.owner), ended(), () => failed());
      expect((await deliveries.get(id))!.status).toBe('failed');
      expect(await deliveries.continueRetryRun('run_1', NOON)).toBe(0);
    });

    test('takes only what is over without a success, at endpoints that are active, and no tests', async () => {
      const world = await begin();
      const { store, owner, endpoint } = world;
      const { deliveries } = store;
      const other = newEndpoint();
      const gone = newEndpoint();
      for (const one of [other, gone]) await store.endpoints.add(one);
      await settledAs(world, succeeded());
      await deliverTo(store, other, { discarded: 'x' });
      await deliverTo(store, gone, { discarded: 'x' });
      await deliverTo(store, endpoint, { trigger: 'test' });
      await deliveries.settle(await claimOne(deliveries, owner), ended(), () => failed());
      await deliverTo(store, endpoint);
      await claimOne(deliveries, owner);
      await deliverTo(store, endpoint, { dueAt: NOON + 99 });
      await store.endpoints.update(other.id, (was) => ({ ...was, status: 'disabled' }));
      await store.endpoints.delete(gone.id, NOON);
      const wanted = [
        await settledAs(world, failed()),
        await deliverTo(store, endpoint, { discarded: 'asleep' }),
      ];
      const canceled = await deliverTo(store, endpoint, { dueAt: NOON + 99 });
      await deliveries.cancel([canceled], 'enough', NOON);
      wanted.push(canceled);
      await deliveries.beginRetryRun('all', {}, 'run_1', NOON);
      expect(await deliveries.continueRetryRun('run_1', NOON)).toBe(3);
      const { claims } = await deliveries.claim(wanting(owner, { batch: 'run_1' }));
      expect(claims.map(({ deliveryId }) => deliveryId)).toEqual(wanted);
    });

    test('follows its filter', async () => {
      const world = await begin();
      const { store } = world;
      const wanted = newEndpoint();
      await store.endpoints.add(wanted);
      const plan = planned({ discarded: 'asleep' });
      await store.deliveries.publish(newEvent({ createdAt: NOON - 10 }), plan);
      await store.deliveries.publish(newEvent({ createdAt: NOON, eventType: 'deal.lost' }), plan);
      await store.deliveries.publish(newEvent({ createdAt: NOON }), plan);
      const filter = { endpoint: wanted.id, type: '*.won', since: NOON - 5, until: NOON + 1 };
      await store.deliveries.beginRetryRun('some', filter, 'run_1', NOON);
      expect(await store.deliveries.continueRetryRun('run_1', NOON)).toBe(1);
      expect(await store.deliveries.count('run_1')).toMatchObject({ pending: 1 });
    });

    test('cut short more than a day ago is left: the same words mean something else by now', async () => {
      const { deliveries } = (await begin()).store;
      const DAY = 86_400_000;
      await deliveries.beginRetryRun('all', {}, 'run_1', NOON);
      expect(await deliveries.beginRetryRun('all', {}, 'run_2', NOON + DAY)).toMatchObject({ id: 'run_1' });
      expect(await deliveries.beginRetryRun('all', {}, 'run_3', NOON + DAY + 1)).toEqual({
        id: 'run_3',
        begunAt: NOON + DAY + 1,
        resumed: false,
      });
    });

    test('cut short is taken up where it was by who asks for the same, until it is ended', async () => {
      const world = await begin();
      const { deliveries } = world.store;
      await discarded(world, 600);
      await deliveries.beginRetryRun('all', {}, 'run_1', NOON);
      const first = await deliveries.continueRetryRun('run_1', NOON);
      expect(await deliveries.beginRetryRun('others', {}, 'run_2', NOON + 1)).toMatchObject({
        id: 'run_2',
        resumed: false,
      });
      // The filter of the first beginning counts.
      expect(await deliveries.beginRetryRun('all', { status: 'failed' }, 'run_3', NOON + 2)).toEqual({
        id: 'run_1',
        begunAt: NOON,
        resumed: true,
      });
      expect(first + (await deliveries.continueRetryRun('run_1', NOON))).toBe(600);
      await deliveries.endRetryRun('run_1');
      expect(await deliveries.beginRetryRun('all', {}, 'run_4', NOON + 3)).toEqual({
        id: 'run_4',
        begunAt: NOON + 3,
        resumed: false,
      });
      expect(await deliveries.continueRetryRun('run_4', NOON)).toBe(0);
    });
  });
}

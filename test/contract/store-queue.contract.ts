import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/model/endpoint.ts';
import type { Settled, SettleState, Settlement, Store } from '../../src/store/store.ts';
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
} from '../support/deliveries.ts';

interface World {
  readonly store: Store;
  readonly owner: number;
  readonly endpoint: Endpoint;
}

export function storeQueueContract(start: () => Promise<Store>): void {
  async function begin(about: Partial<Endpoint> = {}): Promise<World> {
    const store = await start();
    const endpoint = newEndpoint(about);
    await store.endpoints.add(endpoint);
    return { store, owner: await enterEngine(store), endpoint };
  }

  async function anotherEndpoint({ store }: World): Promise<Endpoint> {
    const endpoint = newEndpoint();
    await store.endpoints.add(endpoint);
    return endpoint;
  }

  const claimed = async ({ store, owner }: World, about = {}): Promise<string[]> =>
    (await store.deliveries.claim(wanting(owner, about))).claims.map(({ deliveryId }) => deliveryId);

  describe('claiming', () => {
    test('gives all that an attempt needs', async () => {
      const { store, owner, endpoint } = await begin({ secret: 'whsec_x', headers: [['A', '1']] });
      const body = Buffer.from([0, 255, 10]);
      const id = await deliverTo(
        store,
        endpoint,
        { body, dueAt: NOON - 3 },
        { id: 'evt_1', eventType: null },
      );
      const { claims, nextDueAt } = await store.deliveries.claim(wanting(owner));
      expect(claims).toEqual([
        {
          deliverySeq: expect.any(Number),
          number: 1,
          owner,
          deliveryId: id,
          endpoint,
          eventId: 'evt_1',
          sentId: 'evt_1',
          eventType: null,
          body,
          trigger: 'scheduled',
          dueAt: NOON - 3,
          resumeAt: null,
          step: 0,
          attempts: 0,
          lastFailure: null,
        },
      ]);
      expect(nextDueAt).toBeNull();
      expect(await store.deliveries.get(id)).toMatchObject({ status: 'sending', nextAttemptAt: null });
    });

    test('takes what is due, oldest first at each endpoint, and the endpoint that waits longest first', async () => {
      const world = await begin();
      const other = await anotherEndpoint(world);
      const { store, endpoint } = world;
      const due = (to: Endpoint, offset: number) => deliverTo(store, to, { dueAt: NOON + offset });
      const [c, a, future, b, d, e] = [
        await due(endpoint, -1),
        await due(endpoint, -30),
        await due(endpoint, 1),
        await due(endpoint, -20),
        await due(other, -40),
        await due(other, 0),
      ];
      expect(await claimed(world)).toEqual([d, e, a, b, c]);
      expect(await claimed(world)).toEqual([]);
      expect(await claimed(world, { now: NOON + 1 })).toEqual([future]);
    });

    test('tells when the next is due, of what is not due and of endpoints with room', async () => {
      const world = await begin();
      const other = await anotherEndpoint(world);
      const { store, owner, endpoint } = world;
      const nextDueAt = async (about = {}): Promise<number | null> =>
        (await store.deliveries.claim(wanting(owner, about))).nextDueAt;
      expect(await nextDueAt()).toBeNull();
      await deliverTo(store, endpoint, { dueAt: NOON + 50 });
      expect(await nextDueAt()).toBe(NOON + 50);
      await deliverTo(store, other, { dueAt: NOON + 40 });
      expect(await nextDueAt()).toBe(NOON + 40);
      await deliverTo(store, other);
      // Takes one, and looks what is behind it.
      expect(await nextDueAt()).toBe(NOON + 40);
      await deliverTo(store, other);
      expect(await nextDueAt({ roomAtEndpoint: 0 })).toBe(NOON + 50);
    });

    test('takes no more than there is room for in all', async () => {
      const world = await begin();
      const other = await anotherEndpoint(world);
      for (const to of [world.endpoint, other]) {
        for (let count = 0; count < 5; count += 1) await deliverTo(world.store, to);
      }
      expect(await claimed(world, { room: 0 })).toEqual([]);
      expect(await claimed(world, { room: -7 })).toEqual([]);
      expect(await claimed(world, { room: 7 })).toHaveLength(7);
    });

    test('keeps what is reserved for endpoints that have nothing under way and are not slow, one for each', async () => {
      const world = await begin();
      const [busy, slow, idle] = [
        await anotherEndpoint(world),
        await anotherEndpoint(world),
        await anotherEndpoint(world),
      ];
      for (const to of [world.endpoint, busy, slow, idle]) {
        for (let count = 0; count < 9; count += 1) await deliverTo(world.store, to);
      }
      const about = {
        underWay: (id: string) => Number(id === busy.id),
        isSlow: (id: string) => id === slow.id,
        reserved: 4,
      };
      const endpoints = async (room: number): Promise<string[]> => {
        const { claims } = await world.store.deliveries.claim(wanting(world.owner, { ...about, room }));
        return claims.map(({ endpoint }) => endpoint.id);
      };
      expect(await endpoints(4)).toEqual([world.endpoint.id, idle.id]);
      expect(await endpoints(1)).toEqual([world.endpoint.id]);
      // One more than is reserved goes to whose turn it is.
      expect(await endpoints(5)).toEqual([busy.id, idle.id, world.endpoint.id]);
    });

    test('with little room gives every endpoint its turn, whatever waits at the others', async () => {
      const world = await begin();
      const others = [await anotherEndpoint(world), await anotherEndpoint(world)];
      const ids = [world.endpoint, ...others].map(({ id }) => id);
      for (let count = 0; count < 8; count += 1)
        await deliverTo(world.store, world.endpoint, { dueAt: NOON - 9 });
      for (const other of others)
        for (let count = 0; count < 4; count += 1) await deliverTo(world.store, other);
      const turns: string[] = [];
      for (let count = 0; count < 9; count += 1) {
        const { claims } = await world.store.deliveries.claim(wanting(world.owner, { room: 1 }));
        turns.push(...claims.map(({ endpoint }) => endpoint.id));
      }
      expect(turns).toEqual([...ids, ...ids, ...ids]);
    });

    test('takes no more for an endpoint than it has room for, counting what is under way', async () => {
      const world = await begin();
      const other = await anotherEndpoint(world);
      const { store, endpoint } = world;
      for (let count = 0; count < 6; count += 1) await deliverTo(store, endpoint);
      await deliverTo(store, other);
      const underWay = (id: string): number => (id === endpoint.id ? 2 : 0);
      expect(await claimed(world, { roomAtEndpoint: 2, underWay })).toHaveLength(1);
      expect(await claimed(world, { roomAtEndpoint: 4, underWay })).toHaveLength(2);
      expect(await claimed(world, { roomAtEndpoint: 1, underWay })).toHaveLength(0);
      expect(await claimed(world)).toHaveLength(4);
    });

    test('of a batch takes only that, and looks only at that', async () => {
      const world = await begin();
      const other = await anotherEndpoint(world);
      const { store, owner, endpoint } = world;
      await deliverTo(store, endpoint, { dueAt: NOON - 9 });
      await deliverTo(store, endpoint, { dueAt: NOON - 9 }, { batch: 'b2' });
      const [late, early] = [
        await deliverTo(store, endpoint, { dueAt: NOON - 1 }, { batch: 'b1' }),
        await deliverTo(store, other, { dueAt: NOON - 2 }, { batch: 'b1' }),
      ];
      await deliverTo(store, endpoint, { dueAt: NOON + 7 }, { batch: 'b1' });
      await deliverTo(store, endpoint, { dueAt: NOON + 3 });
      const { claims, nextDueAt } = await store.deliveries.claim(wanting(owner, { batch: 'b1' }));
      expect(claims.map(({ deliveryId }) => deliveryId)).toEqual([early, late]);
      expect(nextDueAt).toBe(NOON + 7);
      expect(await claimed(world, { batch: 'b3' })).toEqual([]);
      expect(await claimed(world)).toHaveLength(2);
    });

    test('leaves to others whose provider is not made here, as if it were not there', async () => {
      const world = await begin();
      const { store, owner, endpoint } = world;
      const strange = newEndpoint({ provider: 'acme' });
      await store.endpoints.add(strange);
      await deliverTo(store, strange, { dueAt: NOON - 5 });
      await deliverTo(store, strange, { dueAt: NOON + 1 });
      const makes = (id: string): boolean => id !== 'acme';
      expect(await store.deliveries.claim(wanting(owner, { makes }))).toMatchObject({
        claims: [],
        nextDueAt: null,
      });
      const mine = await deliverTo(store, endpoint);
      await deliverTo(store, endpoint, { dueAt: NOON + 9 });
      const { claims, nextDueAt } = await store.deliveries.claim(wanting(owner, { makes }));
      expect(claims.map(({ deliveryId }) => deliveryId)).toEqual([mine]);
      expect(nextDueAt).toBe(NOON + 9);
      expect(await claimed(world, { makes: (id: string) => id === 'acme' })).toHaveLength(1);
    });

    test('gives nothing twice, however many ask at once', async () => {
      const world = await begin();
      const { store, owner, endpoint } = world;
      const ids: string[] = [];
      for (let count = 0; count < 30; count += 1) ids.push(await deliverTo(store, endpoint));
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => store.deliveries.claim(wanting(owner, { room: 4 }))),
      );
      const taken = answers.flatMap(({ claims }) => claims.map(({ deliveryId }) => deliveryId));
      expect(taken.toSorted()).toEqual(ids.toSorted());
    });
  });

  describe('settling', () => {
    async function settle(world: World, settlement: Settlement, endedAt = NOON + 10): Promise<Settled> {
      const { store, owner } = world;
      return store.deliveries.settle(
        await claimOne(store.deliveries, owner),
        ended({}, endedAt),
        () => settlement,
      );
    }

    test('a success', async () => {
      const world = await begin();
      const id = await deliverTo(world.store, world.endpoint);
      expect(await settle(world, succeeded())).toEqual({
        status: 'succeeded',
        nextAttemptAt: null,
        disabled: null,
      });
      expect(await world.store.deliveries.get(id)).toMatchObject({
        status: 'succeeded',
        attempts: 1,
        interruptions: 0,
        nextAttemptAt: null,
        finishedAt: NOON + 10,
        reason: null,
      });
      expect(await claimed(world, { now: NOON + 1e9 })).toEqual([]);
    });

    test('a failure that is tried again', async () => {
      const world = await begin();
      const id = await deliverTo(world.store, world.endpoint);
      expect(await settle(world, againAt(NOON + 60))).toEqual({
        status: 'pending',
        nextAttemptAt: NOON + 60,
        disabled: null,
      });
      expect(await world.store.deliveries.get(id)).toMatchObject({
        status: 'pending',
        attempts: 1,
        nextAttemptAt: NOON + 60,
        finishedAt: null,
      });
      expect(await claimed(world, { now: NOON + 59 })).toEqual([]);
      const claim = await claimOne(world.store.deliveries, world.owner, { now: NOON + 60 });
      expect(claim).toMatchObject({
        number: 2,
        step: 1,
        attempts: 1,
        dueAt: NOON + 60,
        trigger: 'scheduled',
      });
    });

    test('a failure for good', async () => {
      const world = await begin();
      const id = await deliverTo(world.store, world.endpoint);
      expect(await settle(world, failed())).toEqual({
        status: 'failed',
        nextAttemptAt: null,
        disabled: null,
      });
      expect(await world.store.deliveries.get(id)).toMatchObject({
        status: 'failed',
        attempts: 1,
        nextAttemptAt: null,
        finishedAt: NOON + 10,
      });
    });

    test('records the attempt as it was', async () => {
      const { store, owner, endpoint } = await begin();
      const id = await deliverTo(store, endpoint);
      const claim = await claimOne(store.deliveries, owner);
      const made = ended({
        number: 1,
        provider: 'iverton',
        eventType: 'deal.won',
        messageId: claim.eventId,
        ok: false,
        response: null,
        error: { code: 'timeout', message: 'too slow' },
      });
      await store.deliveries.settle(claim, made, () => failed());
      const { id: _id, endedAt: _endedAt, ...attempt } = made;
      expect(await store.attempts.ofDelivery(id)).toEqual([attempt]);
    });

    test('keeps what the decision counted, for the next one', async () => {
      const { store, owner, endpoint } = await begin({ failures: 2 });
      await deliverTo(store, endpoint);
      const seen: SettleState[] = [];
      const settleWith = async (failures: { delivery: number; endpoint: number }): Promise<void> => {
        const claim = await claimOne(store.deliveries, owner);
        await store.deliveries.settle(claim, ended(), (state) => {
          seen.push(state);
          return { ...againAt(NOON), failures };
        });
      };
      await settleWith({ delivery: 1, endpoint: 3 });
      await settleWith({ delivery: 0, endpoint: 0 });
      await settleWith({ delivery: 0, endpoint: 0 });
      expect(seen.map(({ failures }) => failures)).toEqual([
        { delivery: 0, endpoint: 2 },
        { delivery: 1, endpoint: 3 },
        { delivery: 0, endpoint: 0 },
      ]);
      expect((await store.endpoints.get(endpoint.id))!.failures).toBe(0);
    });

    test('tells whether the endpoint acknowledged anything since this delivery’s last failure was counted', async () => {
      const { store, owner, endpoint } = await begin();
      const { deliveries } = store;
      const succeed = async (trigger: 'scheduled' | 'test' = 'scheduled'): Promise<void> => {
        await deliverTo(store, endpoint, { trigger }, { batch: 'good' });
        await deliveries.settle(await claimOne(deliveries, owner, { batch: 'good' }), ended(), succeeded);
      };
      await succeed();
      await deliverTo(store, endpoint, {}, { batch: 'bad' });
      const failOnce = async (delivery: number): Promise<boolean> => {
        let since: boolean | undefined;
        await deliveries.settle(await claimOne(deliveries, owner, { batch: 'bad' }), ended(), (state) => {
          since = state.succeededSince;
          return { ...againAt(NOON), failures: { delivery, endpoint: 0 } };
        });
        return since!;
      };
      await failOnce(1);
      expect(await failOnce(2)).toBe(false);
      await succeed();
      // The count begins anew with this one.
      expect(await failOnce(1)).toBe(true);
      expect(await failOnce(2)).toBe(false);
      await succeed();
      expect(await failOnce(1)).toBe(true);
      await succeed();
      expect(await failOnce(1)).toBe(true);
      expect(await failOnce(2)).toBe(false);
      await succeed('test');
      expect(await failOnce(3)).toBe(false);
    });

    test('a failure by hand does not make a success between forgotten', async () => {
      const { store, owner, endpoint } = await begin();
      const { deliveries } = store;
      const id = await deliverTo(store, endpoint, {}, { batch: 'bad' });
      const since: boolean[] = [];
      const failOnce = async (delivery: number): Promise<void> => {
        const claim = await claimOne(deliveries, owner, { now: NOON + 99 });
        await deliveries.settle(claim, ended(), (state) => {
          since.push(state.succeededSince);
          return { ...againAt(NOON + 50), failures: { delivery, endpoint: 0 } };
        });
      };
      await failOnce(2);
      await deliverTo(store, endpoint);
      await deliveries.settle(await claimOne(deliveries, owner), ended(), succeeded);
      await deliveries.retry(id, NOON, 'hand');
      await failOnce(2);
      await failOnce(1);
      expect(since.slice(1)).toEqual([true, true]);
    });

    test('disabling the endpoint cancels what waits there, not tests, and nothing elsewhere', async () => {
      const world = await begin();
      const { store, owner, endpoint } = world;
      const other = await anotherEndpoint(world);
      const fatal = await deliverTo(store, endpoint, { dueAt: NOON - 1 });
      const waiting = await deliverTo(store, endpoint, { dueAt: NOON + 99 });
      const tested = await deliverTo(store, endpoint, { trigger: 'test' });
      const elsewhere = await deliverTo(store, other);
      const claim = await claimOne(store.deliveries, owner, { now: NOON - 1 });
      const settled = await store.deliveries.settle(claim, ended(), () => ({
        ...failed('3 failed retries'),
        failures: { delivery: 3, endpoint: 4 },
      }));
      expect(settled).toEqual({
        status: 'failed',
        nextAttemptAt: null,
        disabled: { reason: '3 failed retries', canceled: 1 },
      });
      expect(await store.endpoints.get(endpoint.id)).toEqual({
        ...endpoint,
        status: 'disabled',
        disabledReason: '3 failed retries',
        disabledAt: NOON + 10,
        updatedAt: NOON + 10,
        failures: 4,
      });
      expect(await store.deliveries.get(fatal)).toMatchObject({ status: 'failed', finishedAt: NOON + 10 });
      expect(await store.deliveries.get(waiting)).toMatchObject({
        status: 'canceled',
        reason: 'the endpoint was disabled: 3 failed retries',
        finishedAt: NOON + 10,
        nextAttemptAt: null,
      });
      expect((await store.deliveries.get(tested))!.status).toBe('pending');
      expect((await store.deliveries.get(elsewhere))!.status).toBe('pending');
    });

    test.each(['inactive', 'disabled', 'deleted'] as const)(
      'what was under way when its endpoint was %s: a success succeeds, a failure is not tried again',
      async (end) => {
        const { store, owner, endpoint } = await begin();
        const [good, bad, last, tested] = [
          await deliverTo(store, endpoint, { dueAt: NOON - 4 }),
          await deliverTo(store, endpoint, { dueAt: NOON - 3 }),
          await deliverTo(store, endpoint, { dueAt: NOON - 2 }),
          await deliverTo(store, endpoint, { dueAt: NOON - 1, trigger: 'test' }),
        ];
        const { claims } = await store.deliveries.claim(wanting(owner));
        if (end === 'deleted') await store.endpoints.delete(endpoint.id, NOON);
        else await store.endpoints.update(endpoint.id, (before) => ({ ...before, status: end }));
        const settlements = [succeeded(), againAt(NOON + 60), failed('once more'), succeeded()];
        const settled: Settled[] = [];
        for (const [index, claim] of claims.entries()) {
          settled.push(await store.deliveries.settle(claim, ended(), () => settlements[index]!));
        }
        expect(settled).toEqual(
          ['succeeded', 'canceled', 'failed', 'succeeded'].map((status) => ({
            status,
            nextAttemptAt: null,
            disabled: null,
          })),
        );
        expect(await store.deliveries.get(good)).toMatchObject({ status: 'succeeded', attempts: 1 });
        expect(await store.deliveries.get(bad)).toMatchObject({
          status: 'canceled',
          reason: `the endpoint was ${end === 'deleted' ? 'deleted' : 'disabled'}`,
          attempts: 1,
          finishedAt: NOON + 10,
          nextAttemptAt: null,
        });
        expect(await store.deliveries.get(last)).toMatchObject({ status: 'failed' });
        expect(await store.deliveries.get(tested)).toMatchObject({ status: 'succeeded' });
        expect((await store.endpoints.get(endpoint.id))?.status).toBe(end === 'deleted' ? undefined : end);
      },
    );

    test('a claim that another engine has taken meanwhile records the attempt and changes nothing', async () => {
      const world = await begin();
      const { store, owner, endpoint } = world;
      const id = await deliverTo(store, endpoint);
      const lost = await claimOne(store.deliveries, owner);
      const later = await enterEngine(store, 4_000_002);
      await store.engines.remove(owner);
      const claim = await claimOne(store.deliveries, later);
      const before = [await store.deliveries.get(id), await store.endpoints.get(endpoint.id)];
      const decide = (): Settlement => {
        throw new Error('there is nothing to decide');
      };
      const made = ended({ error: null });
      expect(await store.deliveries.settle(lost, made, decide)).toEqual({
        status: null,
        nextAttemptAt: null,
        disabled: null,
      });
      expect([await store.deliveries.get(id), await store.endpoints.get(endpoint.id)]).toEqual(before);
      expect(await store.attempts.ofDelivery(id)).toHaveLength(1);
      // The later claim is as good as it was.
      expect((await store.deliveries.settle(claim, ended(), succeeded)).status).toBe('succeeded');
      expect(await store.attempts.ofDelivery(id)).toHaveLength(2);
    });

    test('of two claims by one engine only the later settles', async () => {
      const { store, owner, endpoint } = await begin();
      const id = await deliverTo(store, endpoint);
      const lost = await claimOne(store.deliveries, owner);
      await store.deliveries.release([lost]);
      expect((await store.deliveries.settle(lost, ended(), succeeded)).status).toBeNull();
      const claim = await claimOne(store.deliveries, owner);
      expect((await store.deliveries.settle(lost, ended(), succeeded)).status).toBeNull();
      expect((await store.deliveries.settle(claim, ended(), () => failed())).status).toBe('failed');
      expect((await store.deliveries.settle(claim, ended(), succeeded)).status).toBeNull();
      expect(await store.deliveries.get(id)).toMatchObject({ status: 'failed', attempts: 1 });
    });

    test('a decision that throws writes nothing', async () => {
      const { store, owner, endpoint } = await begin();
      const id = await deliverTo(store, endpoint);
      const claim = await claimOne(store.deliveries, owner);
      const broken = (): Settlement => {
        throw new Error('no decision');
      };
      await expect(store.deliveries.settle(claim, ended(), broken)).rejects.toThrow('no decision');
      expect(await store.attempts.ofDelivery(id)).toEqual([]);
      expect((await store.deliveries.settle(claim, ended(), succeeded)).status).toBe('succeeded');
    });
  });

  describe('giving back', () => {
    test('makes a delivery due as before, and counts an interruption', async () => {
      const world = await begin();
      const { store, owner, endpoint } = world;
      const id = await deliverTo(store, endpoint, { dueAt: NOON - 5 });
      const claim = await claimOne(store.deliveries, owner);
      await store.deliveries.release([claim]);
      expect(await store.deliveries.get(id)).toMatchObject({
        status: 'pending',
        nextAttemptAt: NOON - 5,
        attempts: 0,
        interruptions: 1,
      });
      expect(await claimOne(store.deliveries, owner)).toMatchObject({ number: 2, step: 0, dueAt: NOON - 5 });
    });

    test('takes nothing from who has it now', async () => {
      const { store, owner, endpoint } = await begin();
      const id = await deliverTo(store, endpoint);
      const lost = await claimOne(store.deliveries, owner);
      await store.deliveries.release([lost]);
      await claimOne(store.deliveries, owner);
      await store.deliveries.release([lost]);
      expect(await store.deliveries.get(id)).toMatchObject({ status: 'sending', interruptions: 1 });
    });

    test('cancels what would wait for ever at an endpoint that was disabled meanwhile', async () => {
      const world = await begin();
      const other = await anotherEndpoint(world);
      const { store, owner, endpoint } = world;
      const id = await deliverTo(store, endpoint);
      const elsewhere = await deliverTo(store, other);
      const { claims } = await store.deliveries.claim(wanting(owner));
      await store.endpoints.update(endpoint.id, (before) => ({
        ...before,
        status: 'disabled',
        updatedAt: NOON + 3,
      }));
      await store.deliveries.release(claims);
      expect(await store.deliveries.get(id)).toMatchObject({
        status: 'canceled',
        reason: 'the endpoint was disabled',
        finishedAt: NOON + 3,
        nextAttemptAt: null,
        interruptions: 1,
      });
      expect(await store.deliveries.get(elsewhere)).toMatchObject({ status: 'pending' });
    });
  });
}

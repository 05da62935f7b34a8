import { describe, expect, test } from 'vitest';
import type { RetentionRule } from '../../src/model/retention.ts';
import type { Store } from '../../src/store/store.ts';
import { attempt, newCapture } from '../support/captures.ts';
import {
  NOON,
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
} from '../support/deliveries.ts';

const MINUTE = 60_000;

export function storeRetentionContract(start: () => Promise<Store>): void {
  /** Prunes to the end, as a command does. */
  async function prune({ retention }: Store, rule: RetentionRule, now = NOON): Promise<[number, number]> {
    const total: [number, number] = [0, 0];
    for (let step = 0; step < 5_000; step += 1) {
      const { captures, deliveries, isDone } = await retention.prune(rule, now);
      total[0] += captures;
      total[1] += deliveries;
      if (isDone) return total;
    }
    throw new Error('it does not come to an end');
  }

  async function receive({ captures }: Store, count: number, about: { at?: number; size?: number } = {}) {
    const made = Array.from({ length: count }, () =>
      newCapture({ receivedAt: about.at ?? NOON, body: Buffer.alloc(about.size ?? 0, 'a') }),
    );
    await Promise.all(made.map((capture) => captures.add(capture)));
    return made.map(({ id }) => id);
  }

  const idsOf = async ({ captures }: Store): Promise<string[]> =>
    (await captures.list({}, { limit: 10_000 })).captures.map(({ id }) => id).toReversed();

  const deliveriesOf = async ({ deliveries }: Store): Promise<string[]> =>
    (await deliveries.list({}, { limit: 10_000 })).deliveries.map(({ id }) => id).toReversed();

  /** An endpoint, an engine, and what delivers to the one by the other. */
  async function startDelivering(store: Store) {
    const endpoint = newEndpoint();
    await store.endpoints.add(endpoint);
    const engine = await enterEngine(store);
    const settle = async (endedAt: number, outcome = succeeded()): Promise<void> => {
      const claim = await claimOne(store.deliveries, engine);
      await store.deliveries.settle(claim, ended({}, endedAt), () => outcome);
    };
    return {
      endpoint,
      engine,
      settle,
      /** One that has ended. */
      past: async (at: number, endedAt = at): Promise<string> => {
        const id = await deliverTo(store, endpoint, {}, { createdAt: at });
        await settle(endedAt);
        return id;
      },
      open: (at: number) => deliverTo(store, endpoint, { dueAt: NOON }, { createdAt: at }),
    };
  }

  describe('retention', () => {
    test('by number keeps the newest captures, with what belongs to them', async () => {
      const store = await start();
      const { captures, attempts, retention } = store;
      const ids = await receive(store, 450);
      for (const id of [ids[0]!, ids.at(-1)!]) {
        const answer = { headers: [], body: Buffer.from('a'), truncated: false };
        await captures.recordResponse(id, { status: 500, durationMs: 1 }, answer);
        await attempts.add({ ...attempt(), id: nextId('atm'), captureId: id });
      }
      expect(await prune(store, { count: 451 })).toEqual([0, 0]);
      expect(await retention.prune({ count: 450 }, NOON)).toEqual({
        captures: 0,
        deliveries: 0,
        isDone: true,
      });
      expect(await prune(store, { count: 10 })).toEqual([440, 0]);
      expect(await idsOf(store)).toEqual(ids.slice(-10));
      expect([await captures.answer(ids[0]!), await attempts.ofCapture(ids[0]!)]).toEqual([null, []]);
      expect(await captures.answer(ids.at(-1)!)).not.toBeNull();
      expect(await attempts.ofCapture(ids.at(-1)!)).toHaveLength(1);
      expect((await captures.list({ status: '500' }, { limit: 10 })).captures).toHaveLength(1);

      // With more it goes on.
      const more = await receive(store, 3);
      expect(await prune(store, { count: 10 })).toEqual([3, 0]);
      expect(await idsOf(store)).toEqual([...ids.slice(-7), ...more]);
    });

    test('by number counts seldom where much is kept, and is at most one in a hundred above it', async () => {
      const store = await start();
      await receive(store, 1_000);
      expect(await prune(store, { count: 1_000 })).toEqual([0, 0]);
      await receive(store, 10);
      expect(await prune(store, { count: 1_000 })).toEqual([0, 0]);
      await receive(store, 1);
      expect(await prune(store, { count: 1_000 })).toEqual([11, 0]);
    });

    test('by age goes by the time of receipt, and by when the last delivery of an event ended', async () => {
      const store = await start();
      const { past, open } = await startDelivering(store);
      await receive(store, 2, { at: NOON - 11 * MINUTE });
      const young = await receive(store, 2, { at: NOON - 10 * MINUTE });
      await past(NOON - 20 * MINUTE);
      const late = await past(NOON - 20 * MINUTE, NOON - MINUTE);
      await past(NOON - 15 * MINUTE);
      const recent = await past(NOON - 5 * MINUTE);
      const waits = await open(NOON - 30 * MINUTE);
      expect(await prune(store, { ageMs: 10 * MINUTE })).toEqual([2, 2]);
      expect(await idsOf(store)).toEqual(young);
      expect(await deliveriesOf(store)).toEqual([late, recent, waits]);
      expect(await prune(store, { ageMs: 10 * MINUTE }, NOON + 10 * MINUTE)).toEqual([2, 2]);
      expect(await deliveriesOf(store)).toEqual([waits]);
    });

    test('an event goes with its messages and attempts when nothing of it is to be delivered any more', async () => {
      const store = await start();
      const { deliveries, attempts, endpoints } = store;
      const { endpoint, engine, settle } = await startDelivering(store);
      const other = newEndpoint();
      await endpoints.add(other);
      const remember = [{ filter: 'stage', key: 'deal 1', value: 'won' }];
      const both = await deliveries.publish(
        newEvent({ createdAt: NOON - 9 * MINUTE, remember }),
        planned({}, [endpoint.id, other.id]),
      );
      const [done, sending] = both.map(({ id }) => id);
      await receive(store, 1);
      const { claims } = await deliveries.claim({
        owner: engine,
        now: NOON,
        room: 10,
        roomAtEndpoint: 10,
        underWay: () => 0,
      });
      const mine = claims.find(({ deliveryId }) => deliveryId === done)!;
      const rest = claims.find(({ deliveryId }) => deliveryId === sending)!;
      await deliveries.settle(mine, ended({}, NOON - 8 * MINUTE), () => failed());
      const rule = { ageMs: MINUTE, count: 1, sizeBytes: 1 };
      // One is under way.
      expect(await prune(store, { ageMs: MINUTE })).toEqual([0, 0]);
      expect(await deliveriesOf(store)).toEqual([done, sending]);
      await deliveries.settle(rest, ended({}, NOON - 7 * MINUTE), () => succeeded());
      // One is to be tried again by hand.
      expect(await deliveries.retry(done!, NOON, 'by hand')).toBe('due');
      expect(await prune(store, rule, NOON + MINUTE)).toEqual([1, 0]);
      expect(await deliveries.body(done!)).not.toBeNull();
      await settle(NOON - 6 * MINUTE);
      expect(await prune(store, { ageMs: MINUTE }, NOON + 2 * MINUTE)).toEqual([0, 2]);
      for (const id of [done!, sending!]) {
        expect(await deliveries.get(id)).toBeNull();
        expect(await deliveries.body(id)).toBeNull();
        expect(await attempts.ofDelivery(id)).toEqual([]);
      }
      expect(await deliveries.count('by hand')).toMatchObject({ succeeded: 0, pending: 0 });
      let recalled: string | null = null;
      await deliveries.publish(newEvent(), (_, recall) => {
        recalled = recall('stage', 'deal 1');
        return [];
      });
      expect(recalled).toBe('won');
    });

    test('an event that is retried at the moment it would go stays', async () => {
      const store = await start();
      const { past } = await startDelivering(store);
      const id = await past(NOON - 9 * MINUTE);
      const [answer, pruned] = await Promise.all([
        store.deliveries.retry(id, NOON, 'by hand'),
        store.retention.prune({ ageMs: MINUTE }, NOON),
      ]);
      expect([answer, pruned.deliveries]).toEqual(['due', 0]);
      expect((await store.deliveries.get(id))?.status).toBe('pending');
    });

    test('by number keeps as many events; what waits among the older ones stays', async () => {
      const store = await start();
      const { past, open } = await startDelivering(store);
      const first = await past(NOON);
      const ids: string[] = [];
      for (let i = 0; i < 5; i += 1) ids.push(await past(NOON));
      const waits = await open(NOON);
      const last: string[] = [];
      for (let i = 0; i < 2; i += 1) last.push(await open(NOON));
      expect(await deliveriesOf(store)).toHaveLength(9);
      expect(await prune(store, { count: 4 })).toEqual([0, 5]);
      expect(await deliveriesOf(store)).toEqual([ids.at(-1), waits, ...last]);
      expect(await store.deliveries.get(first)).toBeNull();
      expect(await prune(store, { count: 1 }, NOON + MINUTE)).toEqual([0, 1]);
      expect(await deliveriesOf(store)).toEqual([waits, ...last]);
    });

    test('more events than are looked at in one go that still wait do not hide those behind them', async () => {
      const store = await start();
      const { endpoint, past } = await startDelivering(store);
      await past(NOON - 9 * MINUTE);
      await Promise.all(
        Array.from({ length: 700 }, () =>
          store.deliveries.publish(
            newEvent({ createdAt: NOON - 8 * MINUTE }),
            planned({ dueAt: NOON + MINUTE }, [endpoint.id]),
          ),
        ),
      );
      const behind = await past(NOON - 7 * MINUTE);
      expect(await prune(store, { ageMs: MINUTE })).toEqual([0, 2]);
      expect(await store.deliveries.get(behind)).toBeNull();
      expect(await deliveriesOf(store)).toHaveLength(700);
    });

    test('by size takes the oldest of both, until the file has come down, and not much more', async () => {
      const store = await start();
      const { past } = await startDelivering(store);
      const old = await past(NOON - 9 * MINUTE);
      const first = await receive(store, 60, { at: NOON - 8 * MINUTE, size: 20_000 });
      const between = await past(NOON - 7 * MINUTE);
      const second = await receive(store, 60, { at: NOON - 6 * MINUTE, size: 20_000 });
      const young = await past(NOON - MINUTE);
      expect(await store.retention.size()).toBeGreaterThan(2_400_000);
      expect(await prune(store, { sizeBytes: 100_000_000 })).toEqual([0, 0]);
      const [captures, deliveries] = await prune(store, { sizeBytes: 1_000_000 });
      // 60 of the younger ones would be 1.2 MB.
      expect(deliveries).toBe(2);
      expect(captures).toBeGreaterThan(75);
      expect(captures).toBeLessThan(105);
      expect(await idsOf(store)).toEqual([...first, ...second].slice(captures));
      expect(await deliveriesOf(store)).toEqual([young]);
      expect([await store.deliveries.get(old), await store.deliveries.get(between)]).toEqual([null, null]);

      while (!(await store.retention.giveBack(0)).isDone);
      expect(await store.retention.size()).toBeLessThan(1_000_000);
      expect(await prune(store, { sizeBytes: 1_000_000 })).toEqual([0, 0]);
      expect((await store.captures.get(second.at(-1)!))!.body).toHaveLength(20_000);
    });

    test('the file goes below its size even where little of it is free', async () => {
      const store = await start();
      await receive(store, 100, { size: 20_000 });
      await prune(store, { count: 99 });
      const size = await store.retention.size();
      while (!(await store.retention.giveBack(0.05, size)).isDone);
      expect(await store.retention.size()).toBe(size);
      while (!(await store.retention.giveBack(0.05, size - 1)).isDone);
      expect(await store.retention.size()).toBeLessThan(size);
    });

    test('bodies however large', async () => {
      const store = await start();
      for (const size of [9_000_000, 9_000_000, 20_000_000, 0]) await receive(store, 1, { size });
      expect(await prune(store, { count: 1 })).toEqual([3, 0]);
      expect(await idsOf(store)).toHaveLength(1);
    });

    test('the text of what is left is found, and nothing else, however often it was pruned', async () => {
      const store = await start();
      const { captures } = store;
      const search = async (text: string): Promise<string[]> =>
        (await captures.list({ text }, { limit: 10_000 })).captures.map(({ id }) => id).toReversed();
      for (let round = 0; round < 3; round += 1) {
        const made = Array.from({ length: 200 }, (_, index) =>
          newCapture({ receivedAt: NOON, body: Buffer.from(`needle n${index}`) }),
        );
        await Promise.all(made.map((capture) => captures.add(capture)));
        if (round !== 1) await captures.indexText();
        await prune(store, { count: 20 });
        const left = made.slice(-20).map(({ id }) => id);
        expect(await search('needle')).toEqual(left);
        expect(await search('n185')).toEqual([made[185]!.id]);
        expect(await search('n1')).toEqual([]);
      }
      expect(await captures.delete([(await search('n185'))[0]!])).toBe(1);
      expect(await search('n185')).toEqual([]);
      expect(await search('needle')).toHaveLength(19);
    });

    test('an answer that comes after its capture was pruned is no error', async () => {
      const store = await start();
      const [gone] = await receive(store, 2);
      const answered = store.captures.recordResponse(gone!, { status: 200, durationMs: 1 });
      await Promise.all([prune(store, { count: 1 }), answered]);
      await store.captures.recordResponse(gone!, { status: 200, durationMs: 1 });
      await store.attempts.add({ ...attempt(), id: nextId('atm'), captureId: gone! });
      expect(await store.captures.get(gone!)).toBeNull();
    });

    test('an empty store, and one that holds less than is kept, stay as they are', async () => {
      const store = await start();
      const rule = { count: 1, ageMs: 1_000, sizeBytes: 100_000_000 };
      const mark = await store.changes();
      expect(await prune(store, rule)).toEqual([0, 0]);
      const [id] = await receive(store, 1);
      expect(await prune(store, rule)).toEqual([0, 0]);
      expect(await idsOf(store)).toEqual([id]);
      expect(await store.changes()).not.toBe(mark);
    });
  });
}

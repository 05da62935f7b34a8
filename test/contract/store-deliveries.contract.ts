import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/model/delivery.ts';
import type { DeliveryFilter, Store } from '../../src/store/store.ts';
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

export function storeDeliveryContract(start: () => Promise<Store>): void {
  describe('publishing', () => {
    test('writes the event with its deliveries, in the order of the plan', async () => {
      const { endpoints, deliveries } = await start();
      const [one, other] = [newEndpoint(), newEndpoint()];
      for (const endpoint of [one!, other!]) await endpoints.add(endpoint);
      const event = newEvent({ eventType: null, batch: 'b1' });
      const plan = {
        body: Buffer.from('x'),
        discarded: null,
        trigger: 'scheduled',
        dueAt: NOON + 5,
      } as const;
      const published = await deliveries.publish(event, () => [
        { ...plan, endpointId: other!.id, id: 'dlv_b' },
        { ...plan, endpointId: one!.id, id: 'dlv_a', discarded: 'it sleeps', trigger: 'test' },
      ]);
      const same = { eventId: event.id, provider: 'iverton', eventType: null, createdAt: NOON };
      expect(published).toEqual<Delivery[]>([
        {
          ...same,
          id: 'dlv_b',
          endpointId: other!.id,
          status: 'pending',
          trigger: 'scheduled',
          nextAttemptAt: NOON + 5,
          finishedAt: null,
          attempts: 0,
          interruptions: 0,
          reason: null,
        },
        {
          ...same,
          id: 'dlv_a',
          endpointId: one!.id,
          status: 'discarded',
          trigger: 'test',
          nextAttemptAt: null,
          finishedAt: NOON,
          attempts: 0,
          interruptions: 0,
          reason: 'it sleeps',
        },
      ]);
      expect(await deliveries.get('dlv_b')).toEqual(published[0]);
    });

    test('asks the plan about the endpoints of the provider that are there, oldest first', async () => {
      const { endpoints, deliveries } = await start();
      const [first, second, foreign, deleted] = [
        newEndpoint({ id: 'ep_z' }),
        newEndpoint({ id: 'ep_a', status: 'disabled' }),
        newEndpoint({ provider: 'filedgr' }),
        newEndpoint(),
      ];
      for (const endpoint of [first!, second!, foreign!, deleted!]) await endpoints.add(endpoint);
      await endpoints.delete(deleted!.id, NOON);
      let offered: unknown;
      await deliveries.publish(newEvent(), (all) => {
        offered = all;
        return [];
      });
      expect(offered).toEqual([first, second]);
    });

    test('is one transaction: a plan that throws leaves nothing, and harms no neighbour', async () => {
      const { endpoints, deliveries } = await start();
      await endpoints.add(newEndpoint());
      const remember = [{ filter: 'f', key: 'k', value: 'v' }];
      const [good, bad, alsoGood] = await Promise.allSettled([
        deliveries.publish(newEvent(), planned()),
        deliveries.publish(newEvent({ remember }), () => {
          throw new Error('no plan');
        }),
        deliveries.publish(newEvent(), planned()),
      ]);
      expect([good.status, bad.status, alsoGood.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect((await deliveries.list({}, { limit: 10 })).deliveries).toHaveLength(2);
      await deliveries.publish(newEvent(), (_endpoints, recall) => {
        expect(recall('f', 'k')).toBeNull();
        return [];
      });
    });

    test('of a delivery that cannot be written writes none of the event', async () => {
      const { endpoints, deliveries } = await start();
      const [one, other] = [newEndpoint(), newEndpoint()];
      for (const endpoint of [one!, other!]) await endpoints.add(endpoint);
      const twice = planned({ id: 'dlv_same' });
      await expect(deliveries.publish(newEvent({ createdAt: NOON + 9 }), twice)).rejects.toThrow();
      expect((await deliveries.list({}, { limit: 10 })).deliveries).toEqual([]);
      expect(await deliveries.lastTime()).toBeNull();
    });

    test('remembers values by provider, filter and key; the newest counts', async () => {
      const { deliveries } = await start();
      const tell = (provider: string, filter: string, key: string, value: string) =>
        deliveries.publish(newEvent({ provider, remember: [{ filter, key, value }] }), () => []);
      await tell('filedgr', 'f', 'k', 'old');
      await tell('filedgr', 'f', 'k', 'new');
      await tell('filedgr', 'f', 'other', 'x');
      await tell('iverton', 'f', 'k', 'y');
      const seen: unknown[] = [];
      await deliveries.publish(newEvent({ provider: 'filedgr' }), (_endpoints, recall) => {
        seen.push(recall('f', 'k'), recall('f', 'other'), recall('g', 'k'), recall('f', 'nothing'));
        return [];
      });
      expect(seen).toEqual(['new', 'x', null, null]);
    });

    test('keeps each body byte for byte', async () => {
      const { endpoints, deliveries } = await start();
      const [one, other] = [newEndpoint(), newEndpoint()];
      for (const endpoint of [one!, other!]) await endpoints.add(endpoint);
      const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const bodies = [everyByte.subarray(65, 91), new Uint8Array()];
      const published = await deliveries.publish(newEvent(), (endpoints_) =>
        endpoints_.map(({ id }, index) => ({
          endpointId: id,
          id: nextId('dlv'),
          body: bodies[index]!,
          discarded: null,
          trigger: 'scheduled',
          dueAt: NOON,
        })),
      );
      for (const [index, { id }] of published.entries()) {
        expect(Buffer.compare((await deliveries.body(id))!, bodies[index]!)).toBe(0);
      }
      expect(await deliveries.body('dlv_nowhere')).toBeNull();
    });

    test('an event may come again under its id', async () => {
      const { endpoints, deliveries } = await start();
      await endpoints.add(newEndpoint());
      const event = newEvent();
      await deliveries.publish(event, planned());
      await deliveries.publish(event, planned());
      expect((await deliveries.list({ event: event.id }, { limit: 10 })).deliveries).toHaveLength(2);
    });
  });

  describe('deliveries', () => {
    /** Two endpoints of iverton and one of filedgr, with a delivery in each state. */
    async function history(store: Store): Promise<Record<string, string>> {
      const { endpoints, deliveries } = store;
      const [a, b, c] = [
        newEndpoint({ id: 'ep_a' }),
        newEndpoint({ id: 'ep_b' }),
        newEndpoint({ id: 'ep_c', provider: 'filedgr' }),
      ];
      for (const endpoint of [a!, b!, c!]) await endpoints.add(endpoint);
      const owner = await enterEngine(store);
      const names: Record<string, string> = {};
      const at = (offset: number, eventType: string | null = 'deal.won') => ({
        createdAt: NOON + offset,
        eventType,
        batch: 'b',
      });
      names['succeeded'] = await deliverTo(store, a!, {}, at(0));
      await deliveries.settle(await claimOne(deliveries, owner), ended(), succeeded);
      names['failed'] = await deliverTo(store, a!, {}, at(10, 'deal.lost'));
      await deliveries.settle(await claimOne(deliveries, owner), ended(), () => failed());
      names['alsoFailed'] = await deliverTo(store, b!, {}, { ...at(20, 'contact.created'), id: 'evt_x' });
      await deliveries.settle(await claimOne(deliveries, owner), ended(), () => failed());
      names['sending'] = await deliverTo(store, b!, {}, at(30));
      await claimOne(deliveries, owner);
      names['canceled'] = await deliverTo(store, b!, {}, at(40));
      await deliveries.cancel([names['canceled']], 'why not', NOON + 50);
      names['discarded'] = await deliverTo(store, c!, { discarded: 'asleep' }, at(50, 'vault.created'));
      names['pending'] = await deliverTo(store, c!, {}, at(60, null));
      return names;
    }

    test.each<[DeliveryFilter, string[]]>([
      [{}, ['pending', 'discarded', 'canceled', 'sending', 'alsoFailed', 'failed', 'succeeded']],
      [{ status: 'succeeded' }, ['succeeded']],
      [{ status: 'failed' }, ['alsoFailed', 'failed']],
      [{ status: 'sending' }, ['sending']],
      [{ status: 'canceled' }, ['canceled']],
      [{ status: 'discarded' }, ['discarded']],
      [{ status: 'pending' }, ['pending']],
      [{ endpoint: 'ep_a' }, ['failed', 'succeeded']],
      [{ endpoint: 'ep_nowhere' }, []],
      [{ provider: 'filedgr' }, ['pending', 'discarded']],
      [{ provider: 'nobody' }, []],
      [{ type: 'deal.won' }, ['canceled', 'sending', 'succeeded']],
      [{ type: 'deal.*' }, ['canceled', 'sending', 'failed', 'succeeded']],
      [{ type: '*' }, ['discarded', 'canceled', 'sending', 'alsoFailed', 'failed', 'succeeded']],
      [{ type: 'deal.[wl]*' }, []],
      [{ event: 'evt_x' }, ['alsoFailed']],
      [{ event: 'evt_nowhere' }, []],
      [{ since: NOON + 20, until: NOON + 50 }, ['canceled', 'sending', 'alsoFailed']],
      [{ since: NOON + 60 }, ['pending']],
      [{ since: NOON + 61 }, []],
      [{ until: NOON }, []],
      [
        { endpoint: 'ep_b', status: 'failed', type: 'contact.*', since: NOON, until: NOON + 21 },
        ['alsoFailed'],
      ],
      [{ endpoint: 'ep_a', provider: 'filedgr' }, []],
    ])('that pass %j are listed newest first', async (filter, expected) => {
      const store = await start();
      const names = await history(store);
      const nameOf = new Map(Object.entries(names).map(([name, id]) => [id, name]));
      const { deliveries, nextCursor } = await store.deliveries.list(filter, { limit: 10 });
      expect(deliveries.map(({ id }) => nameOf.get(id))).toEqual(expected);
      expect(nextCursor).toBeNull();
      for (const delivery of deliveries) {
        expect(delivery).toEqual(await store.deliveries.get(delivery.id));
        expect(delivery).toMatchObject({ status: nameOf.get(delivery.id)!.replace('alsoFailed', 'failed') });
      }
    });

    test('none pass a pattern that is too long for any event type', async () => {
      const store = await start();
      await history(store);
      const type = `${'a'.repeat(60_000)}*`;
      expect((await store.deliveries.list({ type }, { limit: 5 })).deliveries).toEqual([]);
    });

    test.each<[DeliveryFilter]>([
      [{}],
      [{ status: 'failed' }],
      [{ endpoint: 'ep_a' }],
      [{ since: NOON + 3 }],
    ])(
      'that pass %j come in pages that leave nothing out, whatever is published meanwhile',
      async (filter) => {
        const store = await start();
        const endpoint = newEndpoint({ id: 'ep_a' });
        await store.endpoints.add(endpoint);
        const owner = await enterEngine(store);
        for (let at = 0; at < 7; at += 1) {
          await deliverTo(store, endpoint, {}, { createdAt: NOON + at });
          await store.deliveries.settle(await claimOne(store.deliveries, owner), ended(), () => failed());
        }
        const all = (await store.deliveries.list(filter, { limit: 100 })).deliveries;
        const paged: Delivery[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.deliveries.list(filter, { limit: 3, cursor });
          expect(page.deliveries.length).toBeLessThanOrEqual(3);
          paged.push(...page.deliveries);
          cursor = page.nextCursor ?? undefined;
          await deliverTo(store, endpoint, { discarded: 'new' }, { createdAt: NOON + 50 });
        } while (cursor !== undefined);
        expect(paged).toEqual(all);
      },
    );

    test('have no page after a cursor that is none', async () => {
      const { deliveries } = await start();
      await expect(deliveries.list({}, { limit: 5, cursor: '1; --' })).rejects.toMatchObject({
        code: 'ERR_USAGE',
      });
    });

    test('are counted by status, batch by batch', async () => {
      const store = await start();
      await history(store);
      const none = { pending: 0, sending: 0, succeeded: 0, failed: 0, discarded: 0, canceled: 0 };
      expect(await store.deliveries.count('b')).toEqual({
        pending: 1,
        sending: 1,
        succeeded: 1,
        failed: 2,
        discarded: 1,
        canceled: 1,
      });
      expect(await store.deliveries.count('another')).toEqual(none);
    });

    test('that are not there are null', async () => {
      const { deliveries, attempts } = await start();
      expect(await deliveries.get('dlv_nowhere')).toBeNull();
      expect(await attempts.ofDelivery('dlv_nowhere')).toEqual([]);
    });

    test('are canceled where they wait, and nowhere else', async () => {
      const store = await start();
      const names = await history(store);
      const ids = Object.values(names);
      const before = await store.deliveries.list({}, { limit: 100 });
      expect(await store.deliveries.cancel([...ids, 'dlv_nowhere'], 'enough', NOON + 99)).toBe(1);
      const after = await store.deliveries.list({}, { limit: 100 });
      expect(after.deliveries).toEqual(
        before.deliveries.map((delivery) =>
          delivery.id === names['pending']
            ? {
                ...delivery,
                status: 'canceled',
                reason: 'enough',
                finishedAt: NOON + 99,
                nextAttemptAt: null,
              }
            : delivery,
        ),
      );
      expect(await store.deliveries.cancel(ids, 'again', NOON + 100)).toBe(0);
    });

    test('a test that waits can be canceled', async () => {
      const store = await start();
      const endpoint = newEndpoint();
      await store.endpoints.add(endpoint);
      const id = await deliverTo(store, endpoint, { trigger: 'test' });
      expect(await store.deliveries.cancel([id], 'no', NOON)).toBe(1);
    });
  });

  describe('the latest time that is stored', () => {
    test('is none in the beginning', async () => {
      expect(await (await start()).deliveries.lastTime()).toBeNull();
    });

    test('is that of an event, a delivery or the end of an attempt', async () => {
      const store = await start();
      const { deliveries, attempts } = store;
      const endpoint = newEndpoint();
      await store.endpoints.add(endpoint);
      await deliveries.publish(newEvent({ createdAt: NOON - 9 }), () => []);
      expect(await deliveries.lastTime()).toBe(NOON - 9);
      await deliverTo(store, endpoint);
      expect(await deliveries.lastTime()).toBe(NOON);
      const claim = await claimOne(deliveries, await enterEngine(store));
      await deliveries.settle(
        claim,
        ended({ startedAt: NOON + 5, durationMs: 30_000 }, NOON + 30_005),
        succeeded,
      );
      expect(await deliveries.lastTime()).toBe(NOON + 30_005);
      await deliveries.publish(newEvent({ createdAt: NOON - 99 }), () => []);
      expect(await deliveries.lastTime()).toBe(NOON + 30_005);
      await attempts.add({
        ...ended({ startedAt: NOON + 40_000, durationMs: 0.25 }),
        id: nextId('atm'),
        captureId: null,
      });
      expect(await deliveries.lastTime()).toBe(NOON + 40_001);
    });
  });
}

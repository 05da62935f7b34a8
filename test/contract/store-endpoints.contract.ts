import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/model/endpoint.ts';
import type { Store } from '../../src/store/store.ts';
import {
  NOON,
  claimOne,
  deliverTo,
  ended,
  enterEngine,
  failed,
  newEndpoint,
  planned,
  newEvent,
  succeeded,
  wanting,
} from '../support/deliveries.ts';

const disabled = (endpoint: Endpoint): Endpoint => ({
  ...endpoint,
  status: 'disabled',
  disabledReason: 'it is broken',
  disabledAt: NOON + 1,
  updatedAt: NOON + 1,
});

export function storeEndpointContract(start: () => Promise<Store>): void {
  describe('endpoints', () => {
    test('come back as they were', async () => {
      const { endpoints } = await start();
      const full = newEndpoint({
        url: 'https://user:pass@x.example/ü?a=%00',
        eventTypes: ['deal.*', '__proto__'],
        secret: 'whsec_ü "\u0000',
        headers: [
          ['X-Twice', 'b'],
          ['x-twice', ''],
        ],
        filters: { vaultIds: ['a', 'b'], userIds: [] },
        timeoutMs: 1_500,
        retryCount: 0,
        retryDelayMs: 0,
        delaysMs: [],
        status: 'disabled',
        disabledReason: 'because',
        disabledAt: NOON,
        testedAt: NOON - 1,
        failures: 3,
      });
      await endpoints.add(full);
      expect(await endpoints.get(full.id)).toEqual(full);
      expect(await endpoints.list()).toEqual([full]);
    });

    test.each<[string, Endpoint['secret']]>([
      ['none', null],
      ['text that looks like a number', '0123'],
      ['empty text', ''],
      ['bytes', Uint8Array.from([0, 255, 128, 10])],
      ['a piece of a larger buffer', Uint8Array.from({ length: 256 }, (_, byte) => byte).subarray(65, 91)],
    ])('keep a secret exactly: %s', async (_name, secret) => {
      const store = await start();
      const endpoint = newEndpoint({ secret });
      await store.endpoints.add(endpoint);
      await deliverTo(store, endpoint);
      const kept = (await store.endpoints.get(endpoint.id))!.secret;
      const claimed = (await claimOne(store.deliveries, await enterEngine(store))).endpoint.secret;
      for (const found of [kept, claimed]) {
        if (secret instanceof Uint8Array) expect([...(found as Uint8Array)]).toEqual([...secret]);
        else expect(found).toBe(secret);
      }
    });

    test('are listed oldest first, by provider and status', async () => {
      const { endpoints } = await start();
      const [first, second, third] = [
        newEndpoint({ id: 'ep_z' }),
        newEndpoint({ id: 'ep_a', status: 'inactive' }),
        newEndpoint({ id: 'ep_m', provider: 'filedgr' }),
      ];
      for (const endpoint of [first!, second!, third!]) await endpoints.add(endpoint);
      const ids = async (...filter: Parameters<typeof endpoints.list>) =>
        (await endpoints.list(...filter)).map(({ id }) => id);
      expect(await ids()).toEqual(['ep_z', 'ep_a', 'ep_m']);
      expect(await ids({ provider: 'iverton' })).toEqual(['ep_z', 'ep_a']);
      expect(await ids({ status: 'active' })).toEqual(['ep_z', 'ep_m']);
      expect(await ids({ provider: 'iverton', status: 'inactive' })).toEqual(['ep_a']);
      expect(await ids({ provider: 'nobody' })).toEqual([]);
    });

    test('one id is for one endpoint', async () => {
      const { endpoints } = await start();
      const endpoint = newEndpoint();
      await endpoints.add(endpoint);
      await expect(endpoints.add({ ...endpoint, url: 'http://other/' })).rejects.toThrow();
      expect(await endpoints.list()).toEqual([endpoint]);
    });

    test('that are not there are null, and cannot be changed or deleted', async () => {
      const { endpoints } = await start();
      expect(await endpoints.get('ep_nowhere')).toBeNull();
      const change = (): Endpoint => {
        throw new Error('there is nothing to change');
      };
      expect(await endpoints.update('ep_nowhere', change)).toBeNull();
      expect(await endpoints.delete('ep_nowhere', NOON)).toBe(false);
    });

    test('are changed by what they are, one change after the other', async () => {
      const { endpoints } = await start();
      const endpoint = newEndpoint();
      await endpoints.add(endpoint);
      const count = (): Promise<Endpoint | null> =>
        endpoints.update(endpoint.id, (before) => ({ ...before, failures: before.failures + 1 }));
      const seen = await Promise.all(Array.from({ length: 20 }, count));
      expect(seen.map((after) => after!.failures)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
      expect(await endpoints.get(endpoint.id)).toEqual({ ...endpoint, failures: 20 });
    });

    test('a change that throws changes nothing', async () => {
      const { endpoints } = await start();
      const endpoint = newEndpoint();
      await endpoints.add(endpoint);
      const change = (): Endpoint => {
        throw new Error('no');
      };
      await expect(endpoints.update(endpoint.id, change)).rejects.toThrow('no');
      expect(await endpoints.get(endpoint.id)).toEqual(endpoint);
    });

    test('once changed are delivered to as they are then', async () => {
      const store = await start();
      const endpoint = newEndpoint();
      await store.endpoints.add(endpoint);
      const owner = await enterEngine(store);
      for (const url of ['http://a/', 'http://b/', 'http://c/']) {
        await store.endpoints.update(endpoint.id, (before) => ({ ...before, url }));
        await deliverTo(store, endpoint);
        expect((await claimOne(store.deliveries, owner)).endpoint.url).toBe(url);
      }
    });

    test('what a transaction took back is not what is delivered to', async () => {
      const store = await start();
      const endpoint = newEndpoint();
      await store.endpoints.add(endpoint);
      await deliverTo(store, endpoint);
      const owner = await enterEngine(store);
      let changes = 0;
      const [, claimed, published] = await Promise.allSettled([
        store.endpoints.update(endpoint.id, (before) => ({ ...before, url: `http://${(changes += 1)}/` })),
        store.deliveries.claim(wanting(owner)),
        // Shares their transaction, and makes it fail: each is done again by itself.
        store.deliveries.publish(newEvent(), () => {
          throw new Error('no');
        }),
      ]);
      expect(published.status).toBe('rejected');
      const { url } = (await store.endpoints.get(endpoint.id))!;
      expect(claimed).toMatchObject({ value: { claims: [{ endpoint: { url } }] } });
    });

    test.each(['inactive', 'disabled'] as const)(
      'made %s have what waits canceled, but not tests and not what is over or under way',
      async (status) => {
        const store = await start();
        const [endpoint, other] = [newEndpoint(), newEndpoint()];
        await store.endpoints.add(endpoint!);
        await store.endpoints.add(other!);
        const owner = await enterEngine(store);
        const over = await deliverTo(store, endpoint!);
        const claim = await claimOne(store.deliveries, owner);
        await store.deliveries.settle(claim, ended(), succeeded);
        const sending = await deliverTo(store, endpoint!);
        await claimOne(store.deliveries, owner);
        const waiting = await deliverTo(store, endpoint!);
        const later = await deliverTo(store, endpoint!, { dueAt: NOON + 99 });
        const byHand = await deliverTo(store, endpoint!, { trigger: 'manual' });
        const tested = await deliverTo(store, endpoint!, { trigger: 'test' });
        const elsewhere = await deliverTo(store, other!);

        const after = await store.endpoints.update(endpoint!.id, (before) => ({
          ...disabled(before),
          status,
        }));
        expect(after).toMatchObject({ status });
        const states = await Promise.all(
          [over, sending, waiting, later, byHand, tested, elsewhere].map((id) => store.deliveries.get(id)),
        );
        expect(states.map((delivery) => delivery!.status)).toEqual([
          'succeeded',
          'sending',
          'canceled',
          'canceled',
          'canceled',
          'pending',
          'pending',
        ]);
        expect(states[2]).toMatchObject({
          reason: 'it is broken',
          finishedAt: NOON + 1,
          nextAttemptAt: null,
        });
      },
    );

    test('changed while they are not active cancel nothing, and enabled again get what comes', async () => {
      const store = await start();
      const endpoint = newEndpoint();
      await store.endpoints.add(endpoint);
      const canceled = await deliverTo(store, endpoint);
      await store.endpoints.update(endpoint.id, disabled);
      const enabled = await store.endpoints.update(endpoint.id, (before) => ({
        ...before,
        status: 'active',
        disabledReason: null,
        disabledAt: null,
      }));
      expect(enabled).toEqual({ ...endpoint, updatedAt: NOON + 1 });
      expect((await store.deliveries.get(canceled))!.status).toBe('canceled');
      const waiting = await deliverTo(store, endpoint);
      await store.endpoints.update(endpoint.id, (before) => ({ ...before, url: 'http://b/' }));
      expect((await store.deliveries.get(waiting))!.status).toBe('pending');
    });

    test('deleted are gone, with what waits for them; their history stays', async () => {
      const store = await start();
      const endpoint = newEndpoint();
      await store.endpoints.add(endpoint);
      const owner = await enterEngine(store);
      const over = await deliverTo(store, endpoint);
      await store.deliveries.settle(await claimOne(store.deliveries, owner), ended(), () => failed());
      const waiting = await deliverTo(store, endpoint);
      const tested = await deliverTo(store, endpoint, { trigger: 'test' });
      expect(await store.endpoints.delete(endpoint.id, NOON + 7)).toBe(true);

      expect(await store.endpoints.get(endpoint.id)).toBeNull();
      expect(await store.endpoints.list()).toEqual([]);
      expect(await store.endpoints.update(endpoint.id, (before) => before)).toBeNull();
      expect(await store.endpoints.delete(endpoint.id, NOON + 8)).toBe(false);
      for (const id of [waiting, tested]) {
        expect(await store.deliveries.get(id)).toMatchObject({
          status: 'canceled',
          reason: 'the endpoint was deleted',
          finishedAt: NOON + 7,
        });
      }
      expect(await store.deliveries.get(over)).toMatchObject({ status: 'failed', endpointId: endpoint.id });
      expect(await store.attempts.ofDelivery(over)).toHaveLength(1);
      expect(await store.deliveries.publish(newEvent(), planned())).toEqual([]);
    });

    test('know when a test was acknowledged, and a failed one changes nothing', async () => {
      const store = await start();
      const endpoint = newEndpoint({ status: 'disabled', failures: 4 });
      await store.endpoints.add(endpoint);
      const owner = await enterEngine(store);
      await deliverTo(store, endpoint, { trigger: 'test' });
      await store.deliveries.settle(await claimOne(store.deliveries, owner), ended(), () => ({
        ...failed(),
        failures: { delivery: 0, endpoint: 4 },
      }));
      expect(await store.endpoints.get(endpoint.id)).toEqual(endpoint);
      await deliverTo(store, endpoint, { trigger: 'test' });
      await store.deliveries.settle(await claimOne(store.deliveries, owner), ended({}, NOON + 5), () => ({
        ...succeeded(),
        failures: { delivery: 0, endpoint: 4 },
      }));
      expect(await store.endpoints.get(endpoint.id)).toEqual({ ...endpoint, testedAt: NOON + 5 });
    });
  });
}

import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/model/endpoint.ts';
import type { PlannedDelivery, Settlement, Store } from '../../src/store/store.ts';
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
  succeeded,
  wanting,
} from '../support/deliveries.ts';

export function storeRecordContract(start: () => Promise<Store>): void {
  async function withEndpoint(): Promise<{ store: Store; endpoint: Endpoint; owner: number }> {
    const store = await start();
    const endpoint = newEndpoint();
    await store.endpoints.add(endpoint);
    return { store, endpoint, owner: await enterEngine(store) };
  }

  /** Delivers so many at once and settles them all alike. */
  async function settleMany(
    { store, endpoint, owner }: { store: Store; endpoint: Endpoint; owner: number },
    count: number,
    settlement: () => Settlement,
    about: Partial<PlannedDelivery> = {},
  ): Promise<void> {
    const plan = { endpointId: endpoint.id, body: Buffer.from('{}'), discarded: null, dueAt: NOON } as const;
    await store.deliveries.publish(newEvent(), () =>
      Array.from({ length: count }, () => ({
        ...plan,
        trigger: 'scheduled' as const,
        ...about,
        id: nextId('dlv'),
      })),
    );
    const { claims } = await store.deliveries.claim(wanting(owner));
    expect(claims).toHaveLength(count);
    await Promise.all(claims.map((claim) => store.deliveries.settle(claim, ended(), settlement)));
  }

  const NOTHING = { succeeded: 0, failed: 0, waiting: 0, retries: 0 };

  describe("an endpoint's record", () => {
    test('is all zeros for one that is new, and for one that is not there', async () => {
      const { store, endpoint } = await withEndpoint();
      expect(await store.deliveries.recordOf(endpoint.id)).toEqual(NOTHING);
      expect(await store.deliveries.recordOf('ep_nowhere')).toEqual(NOTHING);
    });

    test('counts what succeeded and what failed, without tests and what was never sent', async () => {
      const at = await withEndpoint();
      await settleMany(at, 3, succeeded);
      await settleMany(at, 2, () => failed());
      await settleMany(at, 4, succeeded, { trigger: 'test' });
      await settleMany(at, 5, () => failed(), { trigger: 'test' });
      await deliverTo(at.store, at.endpoint, { discarded: 'it sleeps' });
      const canceled = await deliverTo(at.store, at.endpoint);
      await at.store.deliveries.cancel([canceled], 'enough', NOON);
      expect(await at.store.deliveries.recordOf(at.endpoint.id)).toEqual({
        ...NOTHING,
        succeeded: 3,
        failed: 2,
      });
    });

    test('is that of the endpoint alone', async () => {
      const at = await withEndpoint();
      const other = { ...at, endpoint: newEndpoint() };
      await at.store.endpoints.add(other.endpoint);
      await settleMany(other, 2, succeeded);
      await deliverTo(at.store, other.endpoint);
      expect(await at.store.deliveries.recordOf(at.endpoint.id)).toEqual(NOTHING);
    });

    test('is that of the latest 100 that ended, however many wait after them', async () => {
      const at = await withEndpoint();
      await settleMany(at, 30, () => failed());
      await settleMany(at, 60, succeeded);
      await settleMany(at, 120, () => failed(), { trigger: 'test' });
      await settleMany(at, 20, () => failed());
      for (let index = 0; index < 110; index += 1) {
        await deliverTo(at.store, at.endpoint, { dueAt: NOON + 1_000 });
      }
      expect(await at.store.deliveries.recordOf(at.endpoint.id)).toEqual({
        ...NOTHING,
        succeeded: 60,
        failed: 40,
        waiting: 110,
      });
    });

    test('waiting are those that are due, that are not yet, and that are being sent', async () => {
      const { store, endpoint, owner } = await withEndpoint();
      const { deliveries } = store;
      await deliverTo(store, endpoint);
      const claim = await claimOne(deliveries, owner);
      await deliverTo(store, endpoint);
      await deliverTo(store, endpoint, { dueAt: NOON + 60_000 });
      expect(await deliveries.recordOf(endpoint.id)).toEqual({ ...NOTHING, waiting: 3 });
      await deliveries.settle(claim, ended(), succeeded);
      expect(await deliveries.recordOf(endpoint.id)).toEqual({ ...NOTHING, succeeded: 1, waiting: 2 });
    });

    test('retries are the most that one that waits has failed, until the endpoint acknowledges anything', async () => {
      const at = await withEndpoint();
      const { deliveries } = at.store;
      const again = (count: number) => (): Settlement => ({
        ...againAt(NOON + 60_000),
        failures: { delivery: count, endpoint: 0 },
      });
      await settleMany(at, 1, again(2));
      await settleMany(at, 1, again(1));
      expect(await deliveries.recordOf(at.endpoint.id)).toEqual({ ...NOTHING, waiting: 2, retries: 2 });
      await settleMany(at, 1, succeeded);
      expect(await deliveries.recordOf(at.endpoint.id)).toEqual({ ...NOTHING, succeeded: 1, waiting: 2 });
    });
  });
}

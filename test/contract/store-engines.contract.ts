import { describe, expect, test } from 'vitest';
import type { EngineRecord, Store } from '../../src/store/store.ts';
import { NOON, claimOne, deliverTo, enterEngine, newEndpoint, wanting } from '../support/deliveries.ts';

const engine = (about: Partial<EngineRecord> = {}) => ({
  clock: 'real',
  host: 'here',
  pid: 4_000_001,
  processStarted: NOON,
  ...about,
});
const nobodyIsGone = (): boolean => false;

export function storeEngineContract(start: () => Promise<Store>): void {
  describe('engines', () => {
    test('are listed as they were entered, each with a number of its own', async () => {
      const { engines } = await start();
      const first = await engines.register(engine(), nobodyIsGone);
      const second = await engines.register(engine({ pid: 4_000_002, host: 'there' }), nobodyIsGone);
      const listed = await engines.list();
      expect(listed).toEqual([
        { ...engine(), seq: expect.any(Number), beats: 0 },
        { ...engine({ pid: 4_000_002, host: 'there' }), seq: expect.any(Number), beats: 0 },
      ]);
      expect([first, second]).toEqual(listed.map(({ seq }) => ({ seq })));
      expect(listed[0]!.seq).not.toBe(listed[1]!.seq);
    });

    test('never get the number of one that is gone', async () => {
      const store = await start();
      const first = await enterEngine(store);
      await store.engines.remove(first);
      expect(await enterEngine(store)).toBeGreaterThan(first);
    });

    test.each([
      ['real', 'real', false],
      ['real', 'virtual', true],
      ['virtual', 'real', true],
      ['manual', 'virtual', true],
      ['scaled', 'scaled', true],
    ])('with a %s clock, another with a %s clock is excluded: %s', async (clock, other, excluded) => {
      const { engines } = await start();
      await engines.register(engine({ clock }), nobodyIsGone);
      const answer = await engines.register(engine({ clock: other, pid: 4_000_002 }), nobodyIsGone);
      const listed = await engines.list();
      if (excluded) expect(answer).toEqual({ excludedBy: listed[0] });
      else expect(answer).toEqual({ seq: listed[1]!.seq });
      expect(listed).toHaveLength(excluded ? 1 : 2);
    });

    test('of many that come at once with a clock of their own, one gets in', async () => {
      const { engines } = await start();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          engines.register(engine({ clock: 'virtual', pid: 4_000_000 + index }), nobodyIsGone),
        ),
      );
      expect(answers.filter((answer) => 'seq' in answer)).toHaveLength(1);
      expect(await engines.list()).toHaveLength(1);
    });

    test('that are gone make room, and what they had is free', async () => {
      const store = await start();
      const endpoint = newEndpoint();
      await store.endpoints.add(endpoint);
      const gone = await enterEngine(store, 4_000_001);
      const id = await deliverTo(store, endpoint);
      await claimOne(store.deliveries, gone);
      const asked: number[] = [];
      const answer = await store.engines.register(engine({ clock: 'virtual', pid: 4_000_002 }), (other) => {
        asked.push(other.pid);
        return other.pid === 4_000_001;
      });
      expect(asked).toEqual([4_000_001]);
      expect(answer).toEqual({ seq: expect.any(Number) });
      expect((await store.engines.list()).map(({ pid }) => pid)).toEqual([4_000_002]);
      expect(await store.deliveries.get(id)).toMatchObject({ status: 'pending', interruptions: 1 });
    });

    test('beat as long as they are there', async () => {
      const store = await start();
      const seq = await enterEngine(store);
      expect([await store.engines.beat(seq), await store.engines.beat(seq)]).toEqual([true, true]);
      expect(await store.engines.list()).toMatchObject([{ seq, beats: 2 }]);
      await store.engines.remove(seq);
      expect(await store.engines.beat(seq)).toBe(false);
      expect(await store.engines.list()).toEqual([]);
    });

    test('removed free what they had, as due as before, and count it as interrupted', async () => {
      const store = await start();
      const endpoint = newEndpoint();
      await store.endpoints.add(endpoint);
      const [gone, alive] = [await enterEngine(store, 4_000_001), await enterEngine(store, 4_000_002)];
      const [early, late] = [
        await deliverTo(store, endpoint, { dueAt: NOON - 5 }),
        await deliverTo(store, endpoint, { dueAt: NOON - 4, trigger: 'manual' }),
      ];
      await store.deliveries.claim(wanting(gone));
      const others = await deliverTo(store, endpoint);
      await claimOne(store.deliveries, alive);
      expect(await store.engines.remove(gone)).toBe(2);
      expect(await store.deliveries.get(early)).toMatchObject({
        status: 'pending',
        nextAttemptAt: NOON - 5,
        interruptions: 1,
        attempts: 0,
      });
      expect(await store.deliveries.get(others)).toMatchObject({ status: 'sending', interruptions: 0 });
      const { claims } = await store.deliveries.claim(wanting(alive));
      expect(claims.map(({ deliveryId, trigger, number }) => [deliveryId, trigger, number])).toEqual([
        [early, 'scheduled', 2],
        [late, 'manual', 2],
      ]);
      expect(await store.engines.remove(gone)).toBe(0);
    });

    test.each(['disabled', 'deleted'] as const)(
      'removed after the endpoint was %s free nothing to wait for ever',
      async (end) => {
        const store = await start();
        const [endpoint, other] = [newEndpoint(), newEndpoint()];
        await store.endpoints.add(endpoint!);
        await store.endpoints.add(other!);
        const owner = await enterEngine(store);
        const id = await deliverTo(store, endpoint!);
        const tested = await deliverTo(store, endpoint!, { trigger: 'test' });
        const elsewhere = await deliverTo(store, other!);
        await store.deliveries.claim(wanting(owner));
        if (end === 'deleted') await store.endpoints.delete(endpoint!.id, NOON + 3);
        else {
          await store.endpoints.update(endpoint!.id, (before) => ({
            ...before,
            status: 'disabled',
            updatedAt: NOON + 3,
          }));
        }
        expect(await store.engines.remove(owner)).toBe(3);
        expect(await store.deliveries.get(id)).toMatchObject({
          status: 'canceled',
          reason: `the endpoint was ${end}`,
          nextAttemptAt: null,
          finishedAt: NOON + 3,
          interruptions: 1,
        });
        expect((await store.deliveries.get(tested))!.status).toBe(end === 'deleted' ? 'canceled' : 'pending');
        expect((await store.deliveries.get(elsewhere))!.status).toBe('pending');
      },
    );
  });
}

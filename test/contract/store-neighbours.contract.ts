import { describe, expect, test } from 'vitest';
import type { CaptureStore, NewCapture, Store } from '../../src/store/store.ts';
import { newCapture } from '../support/captures.ts';

/** Keeps captures one after the other, and gives back their ids. */
async function keepAll(captures: CaptureStore, all: readonly Partial<NewCapture>[]): Promise<string[]> {
  const said = all.map((about) => newCapture(about));
  for (const capture of said) await captures.add(capture);
  return said.map(({ id }) => id);
}

export function storeNeighbourContract(start: () => Promise<Store>): void {
  describe('neighbours', () => {
    test('are those kept just before and after, whatever their time', async () => {
      const { captures } = await start();
      const [first, middle, last] = await keepAll(captures, [
        { provider: 'iverton', receivedAt: 3_000 },
        { provider: 'filedgr', receivedAt: 1_000 },
        { provider: null, receivedAt: 2_000 },
      ]);
      expect(await captures.neighbours(first!)).toMatchObject({ newer: middle, older: null });
      expect(await captures.neighbours(middle!)).toMatchObject({ newer: last, older: first });
      expect(await captures.neighbours(last!)).toMatchObject({ newer: null, older: middle });
    });

    test('pass over what was deleted in between', async () => {
      const { captures } = await start();
      const type = { provider: 'iverton', eventType: 'deal.won' };
      const [a, b, c, d, e] = await keepAll(captures, [type, type, type, type, type]);
      await captures.delete([b!, d!]);
      expect(await captures.neighbours(c!)).toEqual({ newer: e, older: a, previous: a });
      await captures.delete([a!, e!]);
      expect(await captures.neighbours(c!)).toEqual({ newer: null, older: null, previous: null });
    });

    test('of a capture that is not there are null', async () => {
      const { captures } = await start();
      const [gone] = await keepAll(captures, [{}, {}]);
      await captures.delete([gone!]);
      expect(await captures.neighbours(gone!)).toBeNull();
      expect(await captures.neighbours('cap_nowhere')).toBeNull();
    });
  });

  describe('the previous capture', () => {
    test('is the newest before it of the same provider and type', async () => {
      const { captures } = await start();
      const won = { provider: 'iverton', eventType: 'deal.won', path: '/a' };
      const [first, second, , , , subject] = await keepAll(captures, [
        won,
        { ...won, path: '/b', method: 'PUT' },
        { ...won, provider: 'filedgr' },
        { ...won, provider: null },
        { ...won, eventType: 'deal.lost' },
        won,
        won,
      ]);
      expect((await captures.neighbours(subject!))!.previous).toBe(second);
      expect((await captures.neighbours(second!))!.previous).toBe(first);
      expect((await captures.neighbours(first!))!.previous).toBeNull();
    });

    test('of one whose type is known and whose provider is not has no provider either', async () => {
      const { captures } = await start();
      const unknown = { provider: null, eventType: 'ping' };
      const [first, , subject] = await keepAll(captures, [
        unknown,
        { ...unknown, provider: 'iverton' },
        unknown,
      ]);
      expect((await captures.neighbours(subject!))!.previous).toBe(first);
    });

    test('of one without a type is the newest before it of the same method and path', async () => {
      const { captures } = await start();
      const [first, second, , , subject] = await keepAll(captures, [
        { path: '/a' },
        { path: '/a', provider: 'iverton', eventType: 'deal.won' },
        { path: '/a', method: 'PUT' },
        { path: '/a/b' },
        { path: '/a' },
        { path: '/a' },
      ]);
      expect((await captures.neighbours(subject!))!.previous).toBe(second);
      expect((await captures.neighbours(first!))!.previous).toBeNull();
    });

    test('of one without a type is looked for among the 1000 before it', async () => {
      const { captures } = await start();
      const said = [newCapture({ path: '/a' }), ...Array.from({ length: 999 }, () => newCapture())];
      const [near, far] = [newCapture({ path: '/a' }), newCapture({ path: '/a' })];
      await Promise.all([...said, near].map((capture) => captures.add(capture)));
      expect((await captures.neighbours(near.id))!.previous).toBe(said[0]!.id);
      await captures.delete([near.id]);
      await Promise.all([newCapture(), far].map((capture) => captures.add(capture)));
      expect((await captures.neighbours(far.id))!.previous).toBeNull();
    });
  });
}

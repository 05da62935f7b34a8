import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaptureFilter, Store } from '../../src/store/store.ts';
import { anyFilter, choices, keep, variety } from './store-filters.contract.ts';

const alone = Object.entries(choices).flatMap(([name, values]) =>
  values.map((value) => ({ [name]: value }) as CaptureFilter),
);

export function storeWindowContract(start: () => Promise<Store>): void {
  async function varied(): Promise<Store> {
    const store = await start();
    await keep(store, variety());
    return store;
  }

  /** Compares a window with the same part of the list by cursor. */
  async function compare(
    { captures }: Store,
    filter: CaptureFilter,
    offset: number,
    limit: number,
  ): Promise<number> {
    const { captures: all } = await captures.list(filter, { limit: 10_000 });
    expect([filter, await captures.window(filter, { offset, limit })]).toEqual([
      filter,
      { captures: all.slice(offset, offset + limit), total: all.length, isMore: false },
    ]);
    return all.length;
  }

  describe('a window', () => {
    test('is a part of the list, whatever the filter', async () => {
      const store = await varied();
      await fc.assert(
        fc.asyncProperty(anyFilter, fc.nat(200), fc.nat(60), async (filter, offset, limit) => {
          await compare(store, filter, offset, limit);
        }),
        { numRuns: 300 },
      );
    });

    test('by each filter alone, at its beginning, within it and over its end', async () => {
      const store = await varied();
      let found = 0;
      for (const filter of [{}, ...alone]) {
        const total = await compare(store, filter, 0, 7);
        for (const offset of [1, total >> 1, total - 2]) {
          if (offset > 0) await compare(store, filter, offset, 7);
        }
        if (total > 0) found += 1;
      }
      expect(found).toBeGreaterThan(40);
    });

    test.each<CaptureFilter>([{}, { provider: 'iverton' }, { text: 'alpha' }, { status: '5xx' }])(
      'beyond the end is empty, and knows how many there are: %j',
      async (filter) => {
        const store = await varied();
        const total = await compare(store, filter, 0, 10_000);
        expect(total).toBeGreaterThan(5);
        for (const offset of [total, total + 1, 1_000_000]) {
          expect(await store.captures.window(filter, { offset, limit: 10 })).toEqual({
            captures: [],
            total,
            isMore: false,
          });
        }
      },
    );

    test('is empty in an empty store', async () => {
      const { captures } = await start();
      expect(await captures.window({}, { offset: 0, limit: 10 })).toEqual({
        captures: [],
        total: 0,
        isMore: false,
      });
    });

    test('has no gap where captures were deleted', async () => {
      const store = await varied();
      const { captures: all } = await store.captures.list({}, { limit: 10_000 });
      const gone = all.filter((_, index) => index % 3 === 0).map(({ id }) => id);
      await store.captures.delete(gone);
      expect(await compare(store, {}, 20, 40)).toBe(all.length - gone.length);
      expect(await compare(store, { text: 'alpha' }, 5, 10)).toBeGreaterThan(5);
    });
  });
}

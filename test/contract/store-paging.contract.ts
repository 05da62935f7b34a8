import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import type { CaptureFilter, CaptureStore, Store } from '../../src/store/store.ts';
import { newCapture } from '../support/captures.ts';

/** Walks through all pages; `between` runs after each of them with the ids it held. */
async function walk(
  captures: CaptureStore,
  filter: CaptureFilter,
  limit: number,
  between: (ids: readonly string[]) => Promise<void> = async () => {},
): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await captures.list(filter, { limit, cursor });
    const ids = page.captures.map(({ id }) => id);
    expect(ids.length).toBeLessThanOrEqual(limit);
    if (page.nextCursor !== null) expect(ids).toHaveLength(limit);
    expect(seen.filter((id) => ids.includes(id))).toEqual([]);
    seen.push(...ids);
    await between(ids);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return seen;
}

async function fill(captures: CaptureStore, count: number): Promise<string[]> {
  const said = Array.from({ length: count }, (_, index) =>
    newCapture({
      provider: index % 2 === 0 ? 'iverton' : 'filedgr',
      receivedAt: index % 3 === 0 ? 2_000 : 1_000,
      body: Buffer.from(index % 4 === 0 ? 'needle' : 'hay'),
    }),
  );
  await Promise.all(said.map((capture) => captures.add(capture)));
  await Promise.all(
    said.map(({ id }, index) =>
      captures.recordResponse(id, { status: index % 5 === 0 ? 500 : 200, durationMs: 1 }),
    ),
  );
  return said.map(({ id }) => id);
}

export function storePagingContract(start: () => Promise<Store>): void {
  describe('paging', () => {
    test.each<CaptureFilter>([
      {},
      { provider: 'iverton' },
      { status: '5xx' },
      { status: '200' },
      { text: 'needle' },
      { since: 1_500 },
      { until: 1_500, text: 'needle', status: '200' },
    ])('the pages of %j are its list', async (filter) => {
      const { captures } = await start();
      await fill(captures, 60);
      const { captures: all } = await captures.list(filter, { limit: 10_000 });
      const ids = all.map(({ id }) => id);
      expect(ids.length).toBeGreaterThan(5);
      for (const limit of [1, 2, 7, ids.length - 1, ids.length, ids.length + 1]) {
        expect(await walk(captures, filter, limit)).toEqual(ids);
      }
    });

    test('no row comes twice or is missed while new ones arrive and others are deleted', async () => {
      const { captures } = await start();
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 7 }),
          fc.infiniteStream(fc.nat()),
          fc.constantFrom<CaptureFilter>({}, { status: '2xx' }, { status: '5xx' }, { text: 'needle' }),
          async (limit, choice, filter) => {
            await captures.deleteMatching({});
            await fill(captures, 24);
            const { captures: before } = await captures.list(filter, { limit: 10_000 });
            const left = before.map(({ id }) => id);
            const expected: string[] = [];
            const pick = (): number => choice.next().value % left.length;
            const seen = await walk(captures, filter, limit, async (ids) => {
              expected.push(...left.splice(0, ids.length));
              await fill(captures, 3);
              // One that was seen (the cursor's own row among them), and one that was not.
              if (ids.length > 0) await captures.delete([ids.at(-1)!]);
              if (left.length > 1) {
                const index = pick();
                await captures.delete(left.splice(index, 1));
              }
            });
            expect(seen).toEqual(expected);
          },
        ),
        { numRuns: 15 },
      );
    });

    test('an empty store has one empty page and nothing latest', async () => {
      const { captures } = await start();
      expect(await captures.list({}, { limit: 50 })).toEqual({ captures: [], nextCursor: null });
      expect(await captures.latest()).toBeNull();
      expect(await captures.latest({ text: 'needle' })).toBeNull();
    });

    test('the latest is the one kept last, whole', async () => {
      const { captures } = await start();
      await captures.add(newCapture({ receivedAt: 9_000 }));
      const last = newCapture({ receivedAt: 1_000, headers: [['A', 'b']], body: Buffer.from('c') });
      await captures.add(last);
      expect(await captures.latest()).toEqual(await captures.get(last.id));
      expect((await captures.latest())!.headers).toEqual([['A', 'b']]);
    });

    test('a summary holds neither headers nor body', async () => {
      const { captures } = await start();
      await captures.add(newCapture({ headers: [['A', 'b']], body: Buffer.from('four') }));
      const { captures: listed } = await captures.list({}, { limit: 1 });
      expect(listed[0]).toMatchObject({ bodySize: 4, response: null, verdict: null });
      expect(Object.keys(listed[0]!)).not.toEqual(expect.arrayContaining(['headers']));
      expect(Object.keys(listed[0]!)).not.toEqual(expect.arrayContaining(['body']));
    });

    test('a cursor beyond either end is no error', async () => {
      const { captures } = await start();
      const ids = await fill(captures, 3);
      const page = async (cursor: string): Promise<string[]> =>
        (await captures.list({}, { limit: 10, cursor })).captures.map(({ id }) => id);
      expect(await page('0')).toEqual([]);
      expect(await page('999999999999999')).toEqual(ids.toReversed());
    });

    test.each(['', 'abc', '-1', '1.5', '1e3', ' 1', '1 or 1=1', '0x10', '9'.repeat(16), '١'])(
      'a cursor that is none is a usage error: %j',
      async (cursor) => {
        const { captures } = await start();
        const failure = captures.list({ text: 'a' }, { limit: 10, cursor });
        await expect(failure).rejects.toBeInstanceOf(UsageError);
        await expect(failure).rejects.toMatchObject({ hint: expect.stringContaining('nextCursor') });
      },
    );
  });
}

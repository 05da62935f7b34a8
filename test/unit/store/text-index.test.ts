import { expect, test } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { newCapture } from '../../support/captures.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';
import { manualClock } from '../../support/manual-clock.ts';

async function addNeedles({ captures }: Store, count: number): Promise<string[]> {
  const said = Array.from({ length: count }, () => newCapture({ body: Buffer.from('needle') }));
  await Promise.all(said.map((capture) => captures.add(capture)));
  return said.map(({ id }) => id);
}

/** How many rows of the index itself hold a word, whether or not their captures are there. */
function indexed(path: string, word: string): number {
  const count = connect(path, { readonly: true }).prepare<[string], number>(
    'select count(*) from captures_text where captures_text match ?',
  );
  return count.pluck().get(word)!;
}

test('what is deleted leaves the index', async () => {
  const path = newDatabasePath();
  const store = await openForTest({ path });
  const ids = await addNeedles(store, 10);
  await store.captures.indexText();
  await store.captures.delete(ids.slice(0, 3));
  expect(indexed(path, 'needle')).toBe(7);
  await store.captures.deleteMatching({ text: 'needle' });
  expect(indexed(path, 'needle')).toBe(0);
});

test('captures are acknowledged before they are indexed', async () => {
  const path = newDatabasePath();
  const store = await openForTest({ path });
  await addNeedles(store, 10);
  expect(indexed(path, 'needle')).toBe(0);
});

test('searching an index that is up to date writes nothing, and so waits for no lock', async () => {
  const path = newDatabasePath();
  const clock = manualClock();
  const store = await openForTest({ path, clock });
  await addNeedles(store, 3);
  await store.captures.indexText();
  const other = connect(path);
  other.exec('begin exclusive');
  expect((await store.captures.list({ text: 'needle' }, { limit: 5 })).captures).toHaveLength(3);
  expect(clock.due).toEqual([]);
});

test('indexing goes no further than what was there when it began', async () => {
  const store = await openForTest({ path: newDatabasePath() });
  await addNeedles(store, 300);
  const indexing = store.captures.indexText();
  await addNeedles(store, 1_000);
  // The second group of the first three hundred takes in what follows it in the same batch, and that is all.
  expect(await indexing).toBeLessThanOrEqual(400);
  expect(await store.captures.indexText()).toBeGreaterThanOrEqual(900);
});

test('a gap at the end, where the newest were deleted, is no reason to look for ever', async () => {
  const store = await openForTest({ path: newDatabasePath() });
  const ids = await addNeedles(store, 210);
  const indexing = store.captures.indexText();
  await store.captures.delete(ids.slice(200));
  expect(await indexing).toBeLessThanOrEqual(210);
  expect((await store.captures.list({ text: 'needle' }, { limit: 300 })).captures).toHaveLength(200);
});

test('two processes that index at the same time take in each capture once', async () => {
  const path = newDatabasePath();
  const stores = [await openForTest({ path }), await openForTest({ path })] as const;
  await addNeedles(stores[0], 400);
  const counts = await Promise.all(stores.map(({ captures }) => captures.indexText()));
  expect(counts[0]! + counts[1]!).toBe(400);
  expect(indexed(path, 'needle')).toBe(400);
});

test('of large bodies few are taken in at a time, so that others come to write in between', async () => {
  const store = await openForTest({ path: newDatabasePath() });
  const body = Buffer.from('needle '.repeat(10_000));
  await Promise.all(Array.from({ length: 20 }, () => store.captures.add(newCapture({ body }))));
  const { captures } = store;
  let isIndexed = false;
  const indexing = captures.indexText().finally(() => (isIndexed = true));
  // Four of 64 KiB are as much as is taken in at a time, whatever they hold.
  for (let turn = 0; turn < 3; turn += 1) {
    await captures.add(newCapture());
    expect(isIndexed).toBe(false);
  }
  expect(await indexing).toBeGreaterThanOrEqual(20);
  expect((await captures.list({ text: 'needle' }, { limit: 30 })).captures).toHaveLength(20);
});

import { statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { newCapture } from '../../support/captures.ts';
import { newDatabasePath, openForTest } from '../../support/database.ts';

const LIMIT = 1024 * 1024;
const full = { code: 'ERR_STORE_FULL', hint: expect.stringContaining('captures delete') };

const sized = (bytes: number): ReturnType<typeof newCapture> =>
  newCapture({ body: Buffer.alloc(bytes, 'x') });

/** Adds until nothing fits any more; how many did. */
async function fill({ captures }: Store, bytes: number): Promise<number> {
  for (let kept = 0; ; kept += 1) {
    const refusal = await captures.add(sized(bytes)).then(
      () => null,
      (error: unknown) => error,
    );
    if (refusal === null) continue;
    expect(refusal).toMatchObject(full);
    return kept;
  }
}

async function count({ captures }: Store): Promise<number> {
  return (await captures.list({}, { limit: 10_000 })).captures.length;
}

describe('a database with a largest size', () => {
  test('refuses what does not fit, keeps all that it took, and never grows beyond', async () => {
    const path = newDatabasePath();
    const store = await openStore({ path, maxSizeBytes: LIMIT });
    const kept = await fill(store, 20_000);
    expect(kept).toBeGreaterThan(30);
    expect(await count(store)).toBe(kept);
    await store.close();
    expect(statSync(path).size).toBeLessThanOrEqual(LIMIT);
    expect(await count(await openForTest({ path }))).toBe(kept);
  });

  test('takes new ones once old ones are deleted', async () => {
    const store = await openForTest({ path: newDatabasePath(), maxSizeBytes: LIMIT });
    const kept = await fill(store, 20_000);
    await expect(store.captures.add(sized(20_000))).rejects.toMatchObject(full);
    expect(await store.captures.deleteMatching({})).toBe(kept);
    expect(await fill(store, 20_000)).toBeGreaterThanOrEqual(kept - 1);
  });

  test('can be made room in by one capture as well, indexed or not', async () => {
    const store = await openForTest({ path: newDatabasePath(), maxSizeBytes: LIMIT });
    await store.captures.add(newCapture({ body: Buffer.from('needle '.repeat(3_000)) }));
    await store.captures.indexText();
    await fill(store, 20_000);
    const { captures } = await store.captures.list({}, { limit: 10_000 });
    expect(await store.captures.delete([captures[0]!.id, captures.at(-1)!.id])).toBe(2);
    await store.captures.add(sized(10_000));
  });

  test('what is too large for the room left does not fail its neighbours', async () => {
    const store = await openForTest({ path: newDatabasePath(), maxSizeBytes: LIMIT });
    const [small, huge, other] = [sized(10), sized(2 * LIMIT), sized(10)];
    const results = await Promise.allSettled([small, huge, other].map(store.captures.add));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((results[1] as PromiseRejectedResult).reason).toMatchObject(full);
    const { captures } = await store.captures.list({}, { limit: 5 });
    expect(captures.map(({ id }) => id)).toEqual([other.id, small.id]);
  });

  test('too small for the schema cannot be opened', async () => {
    await expect(openStore({ path: newDatabasePath(), maxSizeBytes: 4_096 })).rejects.toMatchObject(full);
  });

  test('smaller than what is there already: readable, deletable, takes nothing more', async () => {
    const path = newDatabasePath();
    const first = await openStore({ path });
    for (let index = 0; index < 20; index += 1) await first.captures.add(sized(20_000));
    await first.close();
    const store = await openForTest({ path, maxSizeBytes: 10_000 });
    expect(await count(store)).toBe(20);
    await fill(store, 20_000);
    expect(await store.captures.deleteMatching({})).toBeGreaterThanOrEqual(20);
  });
});

test('deleting gives the room back to the disk', async () => {
  const path = newDatabasePath();
  const store = await openStore({ path });
  await Promise.all(Array.from({ length: 200 }, () => store.captures.add(sized(20_000))));
  await store.captures.deleteMatching({});
  await store.close();
  expect(statSync(path).size).toBeLessThan(300_000);
});

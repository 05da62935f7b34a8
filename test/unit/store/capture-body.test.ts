import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { LARGEST_WHOLE, PIECE_BYTES } from '../../../src/store/capture-body.ts';
import { newCapture } from '../../support/captures.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';
import { noise } from '../../support/noise.ts';
import { runScript } from '../../support/run-script.ts';

const MEGABYTE = 1024 * 1024;
const SIZES = [
  0,
  1,
  PIECE_BYTES,
  LARGEST_WHOLE - 1,
  LARGEST_WHOLE,
  LARGEST_WHOLE + 1,
  5 * PIECE_BYTES - 1,
  5 * PIECE_BYTES,
  5 * PIECE_BYTES + 1,
  10 * MEGABYTE,
  10 * MEGABYTE + 17,
];

test.each(SIZES)('a body of %i bytes comes back as it was, from another connection too', async (size) => {
  const path = newDatabasePath();
  const { captures } = await openForTest({ path });
  // With others around it, whose pieces are not its own.
  const said = [noise(2 * MEGABYTE, 'before'), noise(size, 'it'), noise(2 * MEGABYTE, 'after')].map((body) =>
    newCapture({ body }),
  );
  await Promise.all(said.map((capture) => captures.add(capture)));
  const other = await openForTest({ path });
  for (const { id, body } of said) {
    for (const store of [captures, other.captures]) {
      const kept = await store.get(id);
      expect([kept!.body.length, digest(kept!.body)]).toEqual([body.length, digest(body)]);
    }
  }
  const page = await captures.list({}, { limit: 3 });
  expect(page.captures.map(({ bodySize }) => bodySize)).toEqual([2 * MEGABYTE, size, 2 * MEGABYTE]);
});

test('no row has more than a piece of a large body', async () => {
  const path = newDatabasePath();
  const { captures } = await openForTest({ path });
  await captures.add(newCapture({ body: noise(10 * MEGABYTE, 'x') }));
  const db = connect(path, { readonly: true });
  const largest = 'select max(length(bytes)) from capture_chunks union all select length(body) from captures';
  for (const size of db.prepare(largest).pluck().all()) expect(size).toBeLessThanOrEqual(PIECE_BYTES);
});

test('what an earlier version kept in one piece is read as it is', async () => {
  const path = newDatabasePath();
  const { captures } = await openForTest({ path });
  const said = newCapture({ body: Buffer.from('small') });
  await captures.add(said);
  const body = noise(3 * MEGABYTE, 'old');
  connect(path).prepare('update captures set body = ?, body_size = ?').run(body, body.length);
  expect(digest((await captures.get(said.id))!.body)).toBe(digest(body));
});

test('words in the first 64 KiB of ten megabytes are found, those behind are not', async () => {
  const { captures } = await openForTest({ path: newDatabasePath() });
  const body = Buffer.alloc(10 * MEGABYTE, 'filler ');
  body.write(' needle ', 60_000);
  body.write(' thorn ', 70_000);
  const said = newCapture({ body });
  await captures.add(said);
  const found = async (text: string) =>
    (await captures.list({ text }, { limit: 5 })).captures.map(({ id }) => id);
  expect([await found('needle'), await found('thorn')]).toEqual([[said.id], []]);
});

test('a deletion takes the pieces along, and leaves those of others', async () => {
  const path = newDatabasePath();
  const { captures } = await openForTest({ path });
  const [gone, stays, matches] = ['gone', 'stays', 'matches'].map((name) =>
    newCapture({ body: noise(3 * MEGABYTE, name), provider: name }),
  );
  for (const capture of [gone!, stays!, matches!]) await captures.add(capture);
  const pieces = connect(path, { readonly: true }).prepare('select count(*) from capture_chunks').pluck();
  const ofEach = (pieces.get() as number) / 3;
  await captures.delete([gone!.id]);
  await captures.deleteMatching({ provider: 'matches' });
  expect(pieces.get()).toBe(ofEach);
  expect(digest((await captures.get(stays!.id))!.body)).toBe(digest(stays!.body));
});

describe('a capture is there with all its pieces, or not at all', () => {
  test('where there is no room for the last of them, nothing of it is left, and smaller ones are taken', async () => {
    const path = newDatabasePath();
    const { captures } = await openForTest({ path, maxSizeBytes: 4 * MEGABYTE });
    const [small, large] = [
      newCapture({ body: Buffer.from('x') }),
      newCapture({ body: noise(6 * MEGABYTE, 'x') }),
    ];
    const outcomes = await Promise.allSettled([captures.add(small), captures.add(large)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await captures.get(large.id)).toBeNull();
    const db = connect(path, { readonly: true });
    expect(db.prepare('select count(*) from capture_chunks').pluck().get()).toBe(0);
    expect(db.pragma('foreign_key_check')).toEqual([]);
  });

  test('readers beside one who writes and deletes never see a part, nor does who comes after its sudden end', async () => {
    const path = newDatabasePath();
    const { captures } = await openForTest({ path });
    const whole = digest(noise(4_000_000, 'large'));
    for (let round = 0; round < 2; round += 1) {
      const writer = runScript(new URL('./scripts/add-and-delete.ts', import.meta.url), [path]);
      await writer.line();
      for (let seen = 0; seen < 6;) {
        const [newest] = (await captures.list({}, { limit: 1 })).captures;
        const capture = newest === undefined ? null : await captures.get(newest.id);
        if (capture === null) continue;
        expect(digest(capture.body)).toBe(whole);
        seen += 1;
      }
      writer.kill('SIGKILL');
      await writer.ended;
    }
    const left = (await captures.list({}, { limit: 10 })).captures;
    for (const { id } of left) expect(digest((await captures.get(id))!.body)).toBe(whole);
    const pieces = connect(path, { readonly: true }).prepare('select count(*) from capture_chunks').pluck();
    expect(pieces.get()).toBe(left.length * (Math.ceil(4_000_000 / PIECE_BYTES) - 1));
  });

  test('a lost piece is damage, and is said to be', async () => {
    const path = newDatabasePath();
    const { captures } = await openForTest({ path });
    const said = newCapture({ body: noise(3 * MEGABYTE, 'x') });
    await captures.add(said);
    connect(path).prepare('delete from capture_chunks where number = 4').run();
    await expect(captures.get(said.id)).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
  });
});

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

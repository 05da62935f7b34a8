import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Header } from '../../../src/model/request.ts';
import { searchableText } from '../../../src/model/text.ts';
import { indexedText } from '../../../src/store/indexed-text.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';

/** Says which words the index makes of two texts, and where they stand. */
async function createIndexes() {
  const path = newDatabasePath();
  await openForTest({ path });
  const definition = connect(path, { readonly: true })
    .prepare<[], string>("select sql from sqlite_schema where name = 'captures_text'")
    .pluck()
    .get()!;
  const db = connect(':memory:');
  db.exec(`${definition}; create virtual table words using fts5vocab(captures_text, instance)`);
  const insert = db.prepare('insert into captures_text (rowid, headers, body, facet) values (1, ?, ?, ?)');
  const words = db.prepare('select term, col, offset from words order by offset, col').raw();
  return ({ headers, body }: { headers: string; body: string }): unknown[] => {
    db.exec('delete from captures_text');
    insert.run(headers, body, '1');
    return words.all();
  };
}

test('it holds the same words at the same places as the headers written line by line', async () => {
  const wordsOf = await createIndexes();
  const latin1 = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 30,
  });
  const text = fc.oneof(
    { weight: 3, arbitrary: latin1 },
    fc.stringMatching(/^[A-Za-z0-9 ,:;"[\]{}=/+._-]{0,30}$/),
    fc.constantFrom('', '"', '\\', 'sha256=abc', 'a","b', '],["x', 'é', '\u00ad', 'na\u00efve', 'gzip'),
    fc.string({ unit: 'binary', maxLength: 10 }),
  );
  const header = fc.oneof(fc.tuple(text, text), fc.tuple(fc.constant('content-Encoding'), text));
  let short = 0;
  fc.assert(
    fc.property(fc.array(header, { maxLength: 6 }), (headers: readonly Header[]) => {
      const body = Buffer.from('{"a":"body"}');
      const json = JSON.stringify(headers);
      const indexed = indexedText(json, body);
      if (indexed.headers === json) short += 1;
      expect(wordsOf(indexed)).toEqual(wordsOf(searchableText(headers, body)));
    }),
    { numRuns: 1_000 },
  );
  expect(short).toBeGreaterThan(100);
});

test.each(['Content-Encoding', 'content-encoding', 'CONTENT-ENCODING'])(
  'a body is read as its %s says',
  (name) => {
    const indexed = indexedText(JSON.stringify([[name, 'gzip']]), gzipSync('needle'));
    expect(indexed.body).toBe('needle');
  },
);

test('of a capture without a body there is no text', () => {
  expect(indexedText('[]', null)).toEqual({ headers: '[]', body: '' });
});

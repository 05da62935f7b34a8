import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Header } from '../../src/model/request.ts';
import type { CaptureFilter, NewCapture, Store } from '../../src/store/store.ts';
import { newCapture } from '../support/captures.ts';

async function idsOf({ captures }: Store, filter: CaptureFilter): Promise<string[]> {
  const page = await captures.list(filter, { limit: 10_000 });
  expect(page.nextCursor).toBeNull();
  return page.captures.map(({ id }) => id);
}

export function storeSearchContract(start: () => Promise<Store>): void {
  describe('text', () => {
    const withBody = (body: Uint8Array | string, headers: readonly Header[] = []): NewCapture =>
      newCapture({ headers, body: Buffer.from(body) });

    async function finds(store: Store, capture: NewCapture, text: string): Promise<boolean> {
      return (await idsOf(store, { text })).includes(capture.id);
    }

    test.each<[string, NewCapture, string[], string[]]>([
      [
        'whole words of the body in any order and case',
        withBody('{"name":"Acme Renewal","id":"dl_88"}'),
        ['acme', 'RENEWAL acme', 'dl_88', '"Acme Renewal"', 'name'],
        ['acm', 'acme missing', 'renewal_acme'],
      ],
      [
        'an address as one phrase',
        withBody('john@example.com and example.org'),
        ['john@example.com', 'example.org'],
        ['john@example.org', 'com.example'],
      ],
      [
        'headers, names and values',
        withBody('', [['X-Special-Header', 'Quite Unusual']]),
        ['x-special-header', 'unusual', 'X-Special-Header: Quite'],
        ['X-Special-Value'],
      ],
      [
        'words with and without their accents',
        withBody('Żółć in Zürich'),
        ['zurich', 'ZÜRICH', 'żółć'],
        ['zuerich'],
      ],
      [
        'what compressed bodies hold',
        withBody(gzipSync('squeezed text'), [['Content-Encoding', 'gzip']]),
        ['squeezed'],
        ['absent'],
      ],
      [
        'deflate',
        withBody(deflateSync('squeezed text'), [['content-encoding', 'deflate']]),
        ['squeezed'],
        ['absent'],
      ],
      [
        'brotli',
        withBody(brotliCompressSync('squeezed text'), [['Content-Encoding', 'BR']]),
        ['squeezed'],
        ['absent'],
      ],
      [
        'the first 64 KiB and no more',
        withBody(`first ${'filler '.repeat(10_000)} last`),
        ['first', 'filler'],
        ['last'],
      ],
    ])('finds %s', async (_name, capture, there, absent) => {
      const store = await start();
      await store.captures.add(withBody('a capture of something else'));
      await store.captures.add(capture);
      for (const text of there) expect([text, await finds(store, capture, text)]).toEqual([text, true]);
      for (const text of absent) expect([text, await finds(store, capture, text)]).toEqual([text, false]);
    });

    test('what came in since the last search is found', async () => {
      const store = await start();
      for (let round = 0; round < 3; round += 1) {
        await store.captures.add(withBody('needle'));
        expect(await idsOf(store, { text: 'needle' })).toHaveLength(round + 1);
      }
    });

    test('indexing says how many it took in, each once', async () => {
      const { captures } = await start();
      expect(await captures.indexText()).toBe(0);
      await Promise.all(Array.from({ length: 120 }, () => captures.add(withBody('needle'))));
      expect(await captures.indexText()).toBe(120);
      expect(await captures.indexText()).toBe(0);
    });

    test.each(['', ' ', '"', '***', '()', '\u0301', '\0', '- -'])(
      'nothing is found by what holds no word: %j',
      async (text) => {
        const store = await start();
        await store.captures.add(withBody('and a word'));
        expect(await idsOf(store, { text })).toEqual([]);
      },
    );

    test('operators of the search language are words like any other', async () => {
      const store = await start();
      const plain = withBody('hello world');
      const named = withBody('hello AND NOT NEAR OR world');
      await store.captures.add(plain);
      await store.captures.add(named);
      expect(await idsOf(store, { text: 'hello world' })).toEqual([named.id, plain.id]);
      for (const text of ['hello AND world', 'hello NOT world', 'hello OR near']) {
        expect([text, await idsOf(store, { text })]).toEqual([text, [named.id]]);
      }
      for (const text of ['hel*', 'body:hello', 'NEAR(hello world)', '-hello missing']) {
        expect([text, await idsOf(store, { text })]).toEqual([text, []]);
      }
      expect(await idsOf(store, { text: '"hello' })).toEqual([named.id, plain.id]);
    });

    test('any text at all never fails', async () => {
      const store = await start();
      await store.captures.add(withBody('a AND b'));
      const piece = fc.oneof(
        fc.constantFrom('AND', 'OR', 'NOT', 'NEAR(', 'body', 'headers', ':', '"', '""', "'", '*', '^'),
        fc.constantFrom('(', ')', '+', '-', '{a b}', '\\', '\0', '\ud800', '\udfff', '\ufeff', '\u0301'),
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.string({ unit: 'grapheme', maxLength: 8 }),
      );
      const text = fc
        .array(piece, { maxLength: 12 })
        .chain((pieces) => fc.constantFrom(...[' ', '', '\n', '\0'].map((between) => pieces.join(between))));
      await fc.assert(
        fc.asyncProperty(text, async (anything) => {
          await store.captures.list({ text: anything }, { limit: 3 });
        }),
        { numRuns: 500 },
      );
    });

    test('however long a text is', async () => {
      const store = await start();
      const capture = withBody(Array.from({ length: 3_000 }, (_, index) => `w${index}`).join(' '));
      await store.captures.add(capture);
      const words = (count: number): string =>
        Array.from({ length: count }, (_, index) => `w${index}`).join(' ');
      expect(await finds(store, capture, words(3_000))).toBe(true);
      expect(await finds(store, capture, `${words(500)} missing`)).toBe(false);
      expect(await finds(store, capture, 'w1 '.repeat(200_000))).toBe(true);
      for (const text of [words(100_000), 'x'.repeat(1_000_000), 'a.'.repeat(100_000), '"'.repeat(100_000)]) {
        await store.captures.list({ text }, { limit: 1 });
      }
    });
  });
}

import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Header } from '../../../src/model/request.ts';
import { decodeContent, SEARCHABLE_BYTES, searchableText } from '../../../src/model/text.ts';

const encoded = (encoding: string): Header[] => [['Content-Encoding', encoding]];
const textOf = (body: Uint8Array, headers: readonly Header[] = []): string =>
  searchableText(headers, body).body;

const json = Buffer.from('{"name":"Zoë","note":"plain"}');
/** Text that compresses badly, so that its encoded form is long as well. */
const varied = Buffer.from(
  Array.from({ length: 60_000 }, (_, index) => ((index * 2_654_435_761) % 4_294_967_296).toString(36)).join(
    ' ',
  ),
);

describe('searchableText', () => {
  test('headers are lines, in order, with duplicates', () => {
    const headers: Header[] = [
      ['X-A', 'one'],
      ['x-a', 'two'],
      ['Empty', ''],
    ];
    expect(searchableText(headers, new Uint8Array())).toEqual({
      headers: 'X-A: one\nx-a: two\nEmpty: ',
      body: '',
    });
  });

  test('a plain body is its text; bytes that are not UTF-8 are none', () => {
    expect(textOf(json)).toBe(json.toString());
    expect(textOf(Buffer.from('ok \xff', 'latin1'))).toBe('');
    expect(textOf(Buffer.from([0xed, 0xa0, 0x80]))).toBe('');
  });

  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP ', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('%s is undone', (encoding, encode) => {
    expect(textOf(encode(json), encoded(encoding))).toBe(json.toString());
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('of a long body in %s the start is read, though only a part is decoded', (encoding, encode) => {
    const body = encode(varied);
    expect(body.length).toBeGreaterThan(SEARCHABLE_BYTES);
    const text = textOf(body, encoded(encoding));
    expect(text.length).toBe(SEARCHABLE_BYTES);
    expect(varied.toString().startsWith(text)).toBe(true);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('a body in %s that breaks off is read as far as it goes', (encoding, encode) => {
    const body = encode(varied);
    const text = textOf(body.subarray(0, 20_000), encoded(encoding));
    expect(text.length).toBeGreaterThan(1_000);
    expect(varied.toString().startsWith(text)).toBe(true);
  });

  test('what claims to be compressed and is not is read as it is', () => {
    for (const encoding of ['gzip', 'deflate', 'br', 'zstd', 'gzip, br', 'identity', '']) {
      expect([encoding, textOf(json, encoded(encoding))]).toEqual([encoding, json.toString()]);
    }
  });

  test('nothing decodes to more than 4 MiB', () => {
    const mebibyte = 1024 * 1024;
    const bomb = Buffer.alloc(40 * mebibyte, 'a');
    const bodies: [string, Uint8Array][] = [
      ['gzip', gzipSync(bomb)],
      ['deflate', deflateSync(bomb.subarray(0, 4 * mebibyte + 1))],
      ['br', brotliCompressSync(bomb, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ];
    for (const [encoding, body] of bodies) {
      expect(decodeContent(encoded(encoding), body), encoding).toBe(body);
      expect(textOf(body, encoded(encoding)).length).toBeLessThanOrEqual(SEARCHABLE_BYTES);
    }
    const within = gzipSync(bomb.subarray(0, 4 * mebibyte));
    expect(decodeContent(encoded('gzip'), within)).toHaveLength(4 * mebibyte);
  });

  test.each([0, 1, 2, 3])('a character that the limit cuts is dropped, %d bytes before it', (before) => {
    const body = Buffer.from('x'.repeat(SEARCHABLE_BYTES - before) + '😀'.repeat(3));
    expect(textOf(body)).toBe('x'.repeat(SEARCHABLE_BYTES - before));
    // Stored, not compressed: the limit cuts the encoded bytes, and the decoded ones end within a character.
    for (let shift = 0; shift < 4; shift += 1) {
      const wide = Buffer.from('x'.repeat(before + shift) + '😀'.repeat(30_000));
      const text = textOf(gzipSync(wide, { level: 0 }), encoded('gzip'));
      expect(text.length).toBeGreaterThan(30_000);
      expect(wide.toString().startsWith(text)).toBe(true);
    }
  });

  test('never fails, whatever is claimed', () => {
    const encoding = fc.constantFrom('gzip', 'deflate', 'br', 'x-gzip', 'zstd');
    const start = fc.constantFrom(
      gzipSync(json),
      deflateSync(json),
      brotliCompressSync(json),
      Buffer.alloc(0),
    );
    fc.assert(
      fc.property(encoding, start, fc.uint8Array({ maxLength: 200 }), fc.nat(60), (name, head, tail, cut) => {
        const body = Buffer.concat([head.subarray(0, cut), tail]);
        expect(typeof textOf(body, encoded(name))).toBe('string');
      }),
    );
  });
});

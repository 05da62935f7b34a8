import { describe, expect, it } from 'vitest';
import type { Header } from '../../../../src/inspector/contract.ts';
import { bytesOf, readBody } from '../../../../src/inspector/page/ui/body-content.ts';
import { HEX_LIMIT, hexLines } from '../../../../src/inspector/page/ui/hex.ts';

const typed = (type: string): Header[] => [['content-type', type]];

describe('readBody', () => {
  it.each(['application/json', 'application/vnd.api+json; charset=utf-8', 'text/plain'])(
    'shows an object as JSON under %s',
    (type) => {
      expect(readBody({ headers: typed(type), fields: { body: '{"a":1}' } }).shape.kind).toBe('json');
    },
  );

  it('shows a form as its fields, duplicates and all', () => {
    const { shape } = readBody({
      headers: typed('application/x-www-form-urlencoded'),
      fields: { body: 'a=1&b=x+y&a=%C3%A9' },
    });
    expect(shape).toEqual({
      kind: 'form',
      fields: [
        ['a', '1'],
        ['b', 'x y'],
        ['a', 'é'],
      ],
    });
  });

  it('shows broken JSON as text, and says why', () => {
    const { shape, notes } = readBody({ headers: typed('application/json'), fields: { body: '{"a":' } });
    expect([shape.kind, notes]).toEqual(['text', [expect.stringContaining('Cannot be read as JSON')]]);
  });

  it('does not complain of text that only looks like JSON', () => {
    const { shape, notes } = readBody({ headers: typed('text/plain'), fields: { body: '[info] started' } });
    expect([shape.kind, notes]).toEqual(['text', []]);
  });

  it('has no text for bytes', () => {
    expect(readBody({ headers: [], fields: { bodyBase64: '/wA=' } }).text).toBeNull();
  });

  it('shows what is behind a Content-Encoding, and says so', () => {
    const headers: Header[] = [
      ['Content-Encoding', 'gzip'],
      ['Content-Type', 'application/json'],
    ];
    const fields = { bodyBase64: 'H4sI' };
    const { text, shape, notes } = readBody({ headers, fields, decoded: { body: '[1]' } });
    expect([text, shape.kind, notes]).toEqual(['[1]', 'json', [expect.stringContaining('gzip')]]);
    expect(readBody({ headers, fields }).notes).toEqual([expect.stringContaining('could not be undone')]);
  });

  it('does not call a body broken of which only a part is there', () => {
    const { shape, notes } = readBody({
      headers: typed('application/json'),
      fields: { body: '{"a":' },
      truncated: true,
    });
    expect([shape.kind, notes]).toEqual(['text', [expect.stringContaining('Only its beginning')]]);
  });
});

it('does not call what was decoded broken where it was cut', () => {
  const headers: Header[] = [
    ['Content-Encoding', 'gzip'],
    ['Content-Type', 'application/json'],
  ];
  const decoded = { body: `["${'x'.repeat(1024 * 1024 - 2)}` };
  const { notes } = readBody({ headers, fields: { bodyBase64: 'H4sI' }, decoded });
  expect(notes).toEqual([expect.stringContaining('gzip'), expect.stringContaining('Only its beginning')]);
});

describe('bytes', () => {
  it('are those of the text, or those behind base64', () => {
    expect([...bytesOf({ body: 'é' })]).toEqual([0xc3, 0xa9]);
    expect([...bytesOf({ bodyBase64: '/wA=' })]).toEqual([0xff, 0]);
  });

  it('stand as offset, hex and characters', () => {
    const lines = hexLines(new Uint8Array([...new TextEncoder().encode('webhook <script>'), 0, 255]));
    expect(lines).toEqual([
      '00000000  77 65 62 68 6f 6f 6b 20  3c 73 63 72 69 70 74 3e  webhook <script>',
      `00000010  ${'00 ff'.padEnd(48)}  ..`,
    ]);
  });

  it('are cut at the limit', () => {
    expect(hexLines(new Uint8Array(HEX_LIMIT + 100))).toHaveLength(HEX_LIMIT / 16);
    expect(hexLines(new Uint8Array(40), 20).at(-1)).toMatch(/^00000010 {2}00 00 00 00 {2,}/);
  });
});

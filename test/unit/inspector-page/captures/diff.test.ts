import { describe, expect, it } from 'vitest';
import type { BodyFields, CaptureDetail, Header } from '../../../../src/inspector/contract.ts';
import {
  diffBodies,
  diffHeaders,
  firstDifference,
  fold,
  type DiffRow,
} from '../../../../src/inspector/page/captures/diff.ts';

type Side = Parameters<typeof diffBodies>[0];

function side(fields: BodyFields, more: Partial<Side> = {}): Side {
  const capture = { headers: [['content-type', 'application/json']], ...fields };
  return {
    capture: capture as unknown as CaptureDetail['capture'],
    decoded: null,
    bodyTruncated: false,
    ...more,
  };
}

const changed = (rows: readonly DiffRow[]): (string | null)[][] =>
  rows.filter(({ kind }) => kind !== 'same').map(({ kind, left, right }) => [kind, left, right]);

describe('diffBodies', () => {
  it('compares JSON value by value, with numbers as they are written', () => {
    const { rows, note } = diffBodies(
      side({ body: '{"id":1,"amount":10.0,"big":12345678901234567890}' }),
      side({ body: '{"id":1,"amount":10.00,"big":12345678901234567891}' }),
    );
    expect(changed(rows)).toEqual([
      ['changed', '  "amount": 10.0,', '  "amount": 10.00,'],
      ['changed', '  "big": 12345678901234567890', '  "big": 12345678901234567891'],
    ]);
    expect(note).toBeNull();
  });

  it('shows what was added and what was removed', () => {
    const { rows } = diffBodies(side({ body: 'a\nb\nc' }), side({ body: 'a\nc\nd' }));
    expect(changed(rows)).toEqual([
      ['removed', 'b', null],
      ['added', null, 'd'],
    ]);
  });

  it('says that equal bodies are equal', () => {
    expect(diffBodies(side({ body: '{}' }), side({ body: '{}' })).note).toBe('No difference in the body.');
    const binary = side({ bodyBase64: '/wA=' });
    expect(diffBodies(binary, binary).note).toBe('No difference in the body.');
  });

  it('says that only white space differs', () => {
    const { rows, note } = diffBodies(side({ body: '{"a": 1}' }), side({ body: '{"a":1}' }));
    expect([changed(rows), note]).toEqual([[], expect.stringContaining('white space')]);
  });

  it('says where bytes differ', () => {
    const { note } = diffBodies(side({ bodyBase64: '/wA=' }), side({ bodyBase64: '/wE=' }));
    expect(note).toContain('differ at byte 1');
  });

  it('compares what is behind a Content-Encoding', () => {
    const { rows } = diffBodies(
      side({ bodyBase64: '/wA=' }, { decoded: { body: '{"a":1}' } }),
      side({ bodyBase64: '/wE=' }, { decoded: { body: '{"a":2}' } }),
    );
    expect(changed(rows)).toEqual([['changed', '  "a": 1', '  "a": 2']]);
  });

  it('says that long bodies are compared in part', () => {
    const cut = { bodyTruncated: true };
    expect(diffBodies(side({ body: 'a' }, cut), side({ body: 'a' }, cut)).note).toContain(
      'no difference there',
    );
    const other = diffBodies(side({ body: 'a' }, cut), side({ body: 'b' }, cut));
    expect([other.note, changed(other.rows)]).toEqual([
      expect.not.stringContaining('no difference'),
      [['changed', 'a', 'b']],
    ]);
  });

  it('gives up on large texts that have nothing in common', () => {
    const lines = (name: string): string =>
      Array.from({ length: 20_000 }, (_, at) => `${name}${at}`).join('\n');
    expect(diffBodies(side({ body: lines('a') }), side({ body: lines('b') })).note).toContain('too little');
  });
});

describe('diffHeaders', () => {
  it('sets lines of the same name beside each other', () => {
    const left: Header[] = [
      ['Host', 'a'],
      ['X-Time', '1'],
      ['X-Old', 'o'],
      ['X-Sign', 'a'],
    ];
    const right: Header[] = [
      ['Host', 'a'],
      ['x-time', '2'],
      ['X-New', 'n'],
      ['X-Sign', 'b'],
    ];
    expect(changed(diffHeaders(left, right).rows)).toEqual([
      ['changed', 'X-Time: 1', 'x-time: 2'],
      ['removed', 'X-Old: o', null],
      ['added', null, 'X-New: n'],
      ['changed', 'X-Sign: a', 'X-Sign: b'],
    ]);
  });

  it('says that there is no difference', () => {
    expect(diffHeaders([['A', '1']], [['A', '1']]).note).toBe('No difference in the headers.');
  });
});

describe('firstDifference', () => {
  it.each([
    [[1, 2, 3], [1, 9, 3], 1],
    [[1, 2], [1, 2, 3], 2],
    [[1, 2, 3], [1, 2], 2],
  ])('of %j and %j is %i', (left, right, at) => {
    expect(firstDifference(Uint8Array.from(left), Uint8Array.from(right))).toBe(at);
  });
});

describe('fold', () => {
  const same = (count: number): DiffRow[] =>
    Array.from({ length: count }, (_, at) => ({ kind: 'same', left: `${at}`, right: `${at}` }));
  const added: DiffRow = { kind: 'added', left: null, right: 'x' };

  it('hides what is far from every difference, and loses no row', () => {
    const rows = [...same(20), added, ...same(20), added, ...same(5)];
    const parts = fold(rows);
    expect(parts.map((part) => ('hidden' in part ? -part.hidden.length : part.rows.length))).toEqual([
      -17, 7, -14, 7, 2,
    ]);
    expect(parts.flatMap((part) => ('hidden' in part ? part.hidden : part.rows))).toEqual(rows);
  });

  it('hides nothing where there is little', () => {
    expect(fold([...same(3), added, ...same(3)])).toHaveLength(1);
    expect(fold([])).toEqual([]);
  });
});

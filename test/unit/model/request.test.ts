import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  headerValue,
  headerValues,
  pairHeaders,
  withHeader,
  withoutHeaders,
  withoutHopByHop,
  type Header,
} from '../../../src/model/request.ts';

const headers: readonly Header[] = [
  ['X-A', '1'],
  ['x-b', '2'],
  ['x-a', '3'],
];

test('values are found whatever the case of the name, in order', () => {
  expect(headerValues(headers, 'X-a')).toEqual(['1', '3']);
  expect(headerValue(headers, 'x-A')).toBe('1');
  expect(headerValue(headers, 'X-B')).toBe('2');
  expect([headerValues(headers, 'X'), headerValue(headers, 'X')]).toEqual([[], undefined]);
});

test('a header is replaced where it first stands, under the name it has there, or appended', () => {
  expect(withHeader(headers, 'X-a', 'new')).toEqual([
    ['X-A', 'new'],
    ['x-b', '2'],
  ]);
  expect(withHeader(headers, 'X-C', 'new')).toEqual([...headers, ['X-C', 'new']]);
  expect(headers).toHaveLength(3);
});

test('headers are taken out whatever the case of the names', () => {
  expect(withoutHeaders(headers, ['X-a', 'nothing'])).toEqual([['x-b', '2']]);
});

test('a flat list is read as pairs', () => {
  expect(pairHeaders(['a', '1', 'A', ''])).toEqual([
    ['a', '1'],
    ['A', ''],
  ]);
  expect(pairHeaders([])).toEqual([]);
});

describe('headers of one hop', () => {
  test.each([
    'Connection',
    'KEEP-ALIVE',
    'Proxy-Connection',
    'Proxy-Authenticate',
    'Proxy-Authorization',
    'TE',
    'Trailer',
    'transfer-encoding',
    'Upgrade',
    'Expect',
  ])('%s is one', (name) => {
    expect(withoutHopByHop([[name, 'x'], ...headers])).toEqual(headers);
  });

  test.each(['Host', 'Content-Length', 'Content-Encoding', 'Via', 'Keep', 'X-Connection', ''])(
    '%s is none',
    (name) => {
      expect(withoutHopByHop([[name, 'x']])).toEqual([[name, 'x']]);
    },
  );

  test('so are those that any Connection header names', () => {
    const named: Header[] = [
      ['Connection', ' close , X-A,'],
      ['connection', 'x-C'],
      ['X-c', '4'],
    ];
    expect(withoutHopByHop([...named, ...headers])).toEqual([['x-b', '2']]);
  });

  test('the others stay as they are, in their order', () => {
    const line = fc.tuple(fc.constantFrom('X-A', 'x-a', 'X-B', 'Cookie', 'TE', 'Upgrade'), fc.string());
    fc.assert(
      fc.property(fc.array(line), (all) => {
        expect(withoutHopByHop(all)).toEqual(all.filter(([name]) => name !== 'TE' && name !== 'Upgrade'));
      }),
    );
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findDifference } from '../../../src/library/subset.ts';

const json = fc.jsonValue({ maxDepth: 4 });

test('everything is a part of itself, and of itself with more in its objects', () => {
  const more = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(more);
    if (typeof value !== 'object' || value === null) return value;
    const inner = Object.entries(value).map(([key, item]): [string, unknown] => [key, more(item)]);
    return Object.fromEntries([...inner, ['a key of its own', 1]]);
  };
  fc.assert(
    fc.property(json, (value) => {
      const copy: unknown = JSON.parse(JSON.stringify(value));
      // What was written as JSON has no negative zero.
      const plain: unknown = JSON.parse(JSON.stringify(value));
      expect(findDifference(copy, plain)).toBe(null);
      expect(findDifference(more(copy), plain)).toBe(null);
    }),
  );
});

test('a leaf that differs is found, however deep', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.nat(3)), { minLength: 1, maxLength: 6 }), (steps) => {
      const tree = (leaf: unknown): unknown =>
        steps.reduceRight<unknown>(
          (inner, key) =>
            typeof key === 'number'
              ? [...Array<null>(key).fill(null), inner]
              : Object.fromEntries([[key, inner]]),
          leaf,
        );
      expect(findDifference(tree(1), tree(1))).toBe(null);
      expect(findDifference(tree(2), tree(1))).toMatchObject({ expected: 1, actual: 2 });
    }),
  );
});

test.each<[unknown, unknown, string | null]>([
  [{ a: [{ b: 1, c: 2 }] }, { a: [{ b: 1 }] }, null],
  [{ a: [{ b: 2 }] }, { a: [{ b: 1 }] }, 'a[0].b'],
  [{ a: [1, 2] }, { a: [1] }, 'a'],
  [{ a: [1] }, { a: { 0: 1 } }, 'a'],
  [{}, { a: undefined }, null],
  [{}, { toString: expect.any(Function) }, 'toString'],
  [{ a: null }, { a: {} }, 'a'],
  [{ 'a b': { 'c.d': 1 } }, { 'a b': { 'c.d': 2 } }, 'a b["c.d"]'],
  [[1, { a: 1 }], [1, { a: expect.any(Number) }], null],
  [{ a: { b: 1 } }, { a: expect.objectContaining({ b: 2 }) }, 'a'],
  [1, 1, null],
  ['1', 1, ''],
])('of %j, %j', (actual, expected, path) => {
  expect(findDifference(actual, expected)?.path ?? null).toBe(path);
});

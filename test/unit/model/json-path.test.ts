import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { parseJsonPath, setAt, valueAt, type JsonPath } from '../../../src/model/json-path.ts';

describe('a path', () => {
  test.each<[string, JsonPath]>([
    ['id', ['id']],
    ['data.amount', ['data', 'amount']],
    ['data.items[0].name', ['data', 'items', 0, 'name']],
    ['data.items.0.name', ['data', 'items', 0, 'name']],
    ['[2][3]', [2, 3]],
    ['0', [0]],
    ['data["a.b"].c', ['data', 'a.b', 'c']],
    ['["a[0]"]', ['a[0]']],
    ['data["say \\"hi\\""]', ['data', 'say "hi"']],
    ['data["\\u00e9"]', ['data', 'é']],
    ['data[""]', ['data', '']],
    ['data.first name', ['data', 'first name']],
    ['data.été.日本', ['data', 'été', '日本']],
    ['a-b.c_d.$e', ['a-b', 'c_d', '$e']],
    ['007.1e3.-1', ['007', '1e3', '-1']],
    ['__proto__.polluted', ['__proto__', 'polluted']],
  ])('%s', (text, path) => {
    expect(parseJsonPath(text)).toEqual(path);
  });

  test.each([
    '',
    '.',
    '.a',
    'a.',
    'a..b',
    'a[',
    'a[]',
    'a[0',
    'a[x]',
    'a[-1]',
    'a[0]b',
    'a.[0]',
    'a]',
    'a"b',
    'a["b]',
    'a["b"',
    'a["\\q"]',
    'a["line\nbreak"]',
    "a['b']",
  ])('is not %j', (text) => {
    expect(() => parseJsonPath(text)).toThrow(UsageError);
  });

  test('of any keys and places comes back from the quoted form', () => {
    const step = fc.oneof(fc.string({ unit: 'grapheme' }), fc.nat(999));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), (path) => {
        expect(parseJsonPath(path.map((key) => `[${JSON.stringify(key)}]`).join(''))).toEqual(path);
      }),
    );
  });

  test('is read or refused, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a0."[]\\= é') }), (text) => {
        try {
          expect(parseJsonPath(text).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});

describe('the value at a path', () => {
  const json = { id: 1, data: { list: [{ name: 'first' }], empty: '', nothing: null } };

  test.each([
    ['', json],
    ['id', 1],
    ['data.list.0.name', 'first'],
    ['data.empty', ''],
    ['data.nothing', null],
    ['data.nothing.more', undefined],
    ['id.more', undefined],
    ['data.list.1', undefined],
    ['nowhere', undefined],
    // What every object inherits is not there.
    ['constructor', undefined],
    ['data.list.length.constructor', undefined],
    ['__proto__', undefined],
  ])('%s', (path, value) => {
    expect(valueAt(json, path)).toEqual(value);
  });

  test.each([undefined, null, 'text', 7])('in %s there is none', (root) => {
    expect(valueAt(root, 'a.b')).toBeUndefined();
  });
});

describe('setting a value', () => {
  test.each<[string, unknown, JsonPath, unknown, unknown]>([
    ['in an object', { a: 1, b: 2 }, ['a'], 3, { a: 3, b: 2 }],
    ['of another kind', { a: { b: 1 } }, ['a'], null, { a: null }],
    ['deep down', { a: { b: { c: 1, d: 2 } } }, ['a', 'b', 'c'], 9, { a: { b: { c: 9, d: 2 } } }],
    ['in an array', { a: [1, 2, 3] }, ['a', 1], 'x', { a: [1, 'x', 3] }],
    ['one beyond the end of an array', { a: [1] }, ['a', 1], 2, { a: [1, 2] }],
    ['in an object that is not there yet', {}, ['a', 'b', 'c'], 1, { a: { b: { c: 1 } } }],
    ['in an array that is not there yet', {}, ['a', 0, 'b'], 1, { a: [{ b: 1 }] }],
    ['in the place of null', { a: null }, ['a', 'b'], 1, { a: { b: 1 } }],
    ['under a number in an object', { a: { 7: 'x' } }, ['a', 7], 'y', { a: { 7: 'y' } }],
    ['under a number that is no key yet', { a: { b: 1 } }, ['a', 7], 'y', { a: { b: 1, 7: 'y' } }],
    ['in nothing at all', undefined, ['a'], 1, { a: 1 }],
    ['in the place of the whole', { a: 1 }, [], 'all', 'all'],
  ])('%s', (_name, root, path, value, expected) => {
    expect(setAt(root, path, value)).toEqual(expected);
  });

  test.each<[string, unknown, JsonPath]>([
    ['through text', { a: 'text' }, ['a', 'b']],
    ['through a number', { a: 5 }, ['a', 0]],
    ['through false', { a: false }, ['a', 'b']],
    ['in plain text', 'text', ['a']],
    ['with a hole in an array', { a: [1] }, ['a', 2]],
    ['beginning an array elsewhere than at 0', {}, ['a', 1]],
    ['by name in an array', { a: [1] }, ['a', 'length']],
  ])('not %s', (_name, root, path) => {
    expect(() => setAt(root, path, 'x')).toThrow(UsageError);
  });

  test('keeps the order of keys', () => {
    const root = setAt({ first: 1, second: 2, third: 3 }, ['second'], 'x');
    expect(JSON.stringify(setAt(root, ['fourth'], 4))).toBe('{"first":1,"second":"x","third":3,"fourth":4}');
  });

  test.each<[string, JsonPath]>([
    ['__proto__', ['__proto__']],
    ['a member of __proto__', ['__proto__', 'polluted']],
    ['a member of constructor.prototype', ['constructor', 'prototype', 'polluted']],
  ])('as %s changes that object and no other', (_name, path) => {
    const root = setAt({ a: 1 }, path, { polluted: true });
    expect(Object.getPrototypeOf(root)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const written = JSON.stringify(root);
    expect(written).toContain(`"a":1,"${path[0]}":`);
    expect(JSON.stringify(setAt(JSON.parse(written), path, 'again'))).toContain('again');
  });

  test('makes it the value at that path, and leaves all others as they are', () => {
    const key = fc.oneof(
      fc.constantFrom('a', 'b', '__proto__', 'constructor'),
      fc.stringMatching(/^[a-z]{1,3}$/),
    );
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.jsonValue()),
        fc.array(key, { minLength: 1, maxLength: 3 }),
        fc.jsonValue(),
        (root, path, value) => {
          const before = JSON.stringify(root);
          const others = Object.keys(root).filter((name) => name !== path[0]);
          let changed: unknown;
          try {
            changed = setAt(JSON.parse(before), path, value);
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
            return;
          }
          expect(JSON.stringify(valueAt(changed, path.join('.')))).toBe(JSON.stringify(value));
          for (const name of others) {
            expect(JSON.stringify(valueAt(changed, name))).toBe(JSON.stringify(root[name]));
          }
        },
      ),
    );
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });
});

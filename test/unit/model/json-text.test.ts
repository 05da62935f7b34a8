import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { setAt, type JsonPath } from '../../../src/model/json-path.ts';
import { removeFromJsonText, setInJsonText } from '../../../src/model/json-text.ts';

const ODD =
  '\t{ "id" : 12345678901234567890,\r\n "p":1.0,"p" : 2e0, "text":"a\\"}] \\\\","in": [ 1 , {"x":[[]] , "y":{} } ],"none":null }\n';

describe('setting in JSON text', () => {
  test.each<[JsonPath, unknown, string, string]>([
    [['id'], 1, '12345678901234567890', '1'],
    [['p'], 'x', '2e0', '"x"'],
    [['text'], '', '"a\\"}] \\\\"', '""'],
    [['in', 1, 'x', 0, 0], 7, '[[]]', '[[7]]'],
    [['in', 1, 'y', 'new', 0], true, '{} }', '{"new":[true]} }'],
    [['in', 2], null, ' ],"none', ',null ],"none'],
    [['none', 'a.b'], 1, 'null', '{"a.b":1}'],
    [['__proto__'], 1, 'null }', 'null,"__proto__":1 }'],
  ])('%j changes that and nothing else', (path, value, from, to) => {
    expect(setInJsonText(ODD, path, value)).toBe(ODD.replace(` ${from}`, ` ${to}`).replace(from, to));
  });

  test('any value at any path means what setting it in the value means', () => {
    const key = fc.constantFrom('a', 'b', '', '"', '\\', '__proto__', 'é');
    const tree = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 0 }),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
      ),
    })).tree;
    const path = fc.array(fc.oneof(key, fc.nat(3)), { minLength: 1, maxLength: 4 });
    const space = fc.constantFrom(undefined, 1, '\t', '\n');
    fc.assert(
      fc.property(tree, path, fc.jsonValue(), space, (root, at, value, indent) => {
        const text = JSON.stringify(root, null, indent);
        const whole = attempt(() => setAt(JSON.parse(text), at, value));
        expect(attempt(() => JSON.parse(setInJsonText(text, at, value)) as unknown)).toEqual(
          whole === null ? null : JSON.parse(JSON.stringify(whole)),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('removing from JSON text', () => {
  test.each<[JsonPath, string, string]>([
    [['id'], '"id" : 12345678901234567890,\r\n ', ''],
    [['p'], ',\r\n "p":1.0,"p" : 2e0', ''],
    [['none'], ',"none":null', ''],
    [['in', 1, 'y'], ' , "y":{}', ''],
    [['in', 1, 'x'], '"x":[[]] , ', ''],
    [['in', 0], '[ 1', '[ null'],
    [['in', 7], '', ''],
    [['not', 'there'], '', ''],
    [['text', 'there'], '', ''],
  ])('%j takes that and nothing else', (path, from, to) => {
    expect(removeFromJsonText(ODD, path)).toBe(ODD.replace(from, to));
  });

  test('leaves an empty object', () => {
    expect(removeFromJsonText('{ "a": 1 }', ['a'])).toBe('{  }');
  });
});

function attempt<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}

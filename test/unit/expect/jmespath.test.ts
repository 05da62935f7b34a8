import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileJmespath } from '../../../src/expect/jmespath.ts';

const json = (): unknown => ({
  data: { items: [{ price: 12 }, { price: 8 }], email: '', none: [], open: false, zero: 0, empty: {} },
});

describe('an expression', () => {
  test.each([
    'data.items[?price > `10`]',
    'data.items[0].price == `12`',
    'length(data.items) == `2`',
    'data.zero',
    'data.email == `""`',
    "contains(['a', 'b'], 'a')",
    '!(data.open)',
    'let $p = data.items[0].price in $p > `5`',
  ])('%s is true', async (expression) => {
    expect((await compileJmespath(expression))(json())).toBeNull();
  });

  test.each([
    ['data.items[?price > `100`]', 'gives []'],
    ['data.email', 'gives ""'],
    ['data.open', 'gives false'],
    ['data.empty', 'gives {}'],
    ['data.nothing', 'gives null'],
    ['constructor', 'gives null'],
    ['data.__proto__', 'gives null'],
    ['data.items[0].toString', 'gives null'],
    ['length(data.open)', 'fails: '],
    ['$x', 'fails: '],
  ])('%s is not', async (expression, why) => {
    const problem = (await compileJmespath(expression))(json());
    expect(problem).toMatch(`${expression} ${why}`);
  });

  test('says of any JSON whether it is there', async () => {
    const holds = await compileJmespath('a');
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), (a) => {
        const isNothing =
          a === null || a === false || a === '' || (typeof a === 'object' && Object.keys(a).length === 0);
        expect(holds({ a }) !== null).toBe(isNothing);
      }),
    );
  });
});

test.each([
  ['data.', 'at its end'],
  ['', 'at its end'],
  ['length(', 'at its end'],
  ['data.items[?price > ', 'at its end'],
  ['a b', 'at character 3'],
  ['data..x', 'at character 6'],
  ['a #', 'at character 3'],
  ['data[foo', 'at character 6'],
  ['a == "b', 'at character 6'],
  ['a = b', 'a single = compares nothing; write =='],
  [`a${'.a'.repeat(1_000)}`, 'at most 2000 characters, not 2001'],
  ['lenght(a)', 'there is no function lenght(); did you mean length()?'],
  ['data.items[?lenght(name) > `1`]', 'there is no function lenght()'],
])('%j is none, and it is said where', async (expression, part) => {
  await expect(compileJmespath(expression)).rejects.toMatchObject({
    code: 'ERR_USAGE',
    message: expect.stringContaining(part),
    hint: expect.any(String),
  });
});

test('whatever is given as one is refused or can be asked', async () => {
  const sign = fc.constantFrom(...'ab.[]*?|&@$!=<>(){}`\'",:0-# ');
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: sign, maxLength: 12 }), async (expression) => {
      const compiled = await compileJmespath(expression).catch((error: { code: string }) => error.code);
      if (typeof compiled === 'string') expect(compiled).toBe('ERR_USAGE');
      else expect([null, expect.any(String)]).toContainEqual(compiled({ a: [1, { b: 'x' }] }));
    }),
    { numRuns: 500 },
  );
});

import { describe, expect, test } from 'vitest';
import { compileSchema } from '../../../src/expect/schema.ts';

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';

describe('a schema', () => {
  const schema = {
    type: 'object',
    required: ['data'],
    properties: {
      data: {
        properties: {
          amount: { type: 'number' },
          email: { format: 'email' },
          tags: { items: { maxLength: 3 } },
        },
      },
    },
  };

  test.each([
    [{ data: { amount: 5, email: 'a@b.de' } }, null],
    [{ data: { amount: '5' } }, '/data/amount must be number'],
    [{ data: { amount: '5', tags: ['four', 'five'] } }, '/data/amount must be number, and 2 more'],
    [{ data: { email: 'nobody' } }, '/data/email must match format "email"'],
    [{}, "the body must have required property 'data'"],
    [[], 'the body must be object'],
  ])('of %j says what is wrong', async (json, why) => {
    expect((await compileSchema(schema))(json)).toBe(why);
  });

  test('is of draft 2020-12 unless it says draft-07', async () => {
    const tuple = { prefixItems: [{ type: 'string' }] };
    const list = { items: [{ type: 'string' }], additionalItems: false };
    const modern = 'https://json-schema.org/draft/2020-12/schema';
    for (const $schema of [undefined, modern, `${modern}#`]) {
      const about = $schema === undefined ? {} : { $schema };
      expect((await compileSchema({ ...about, ...tuple }))([1])).toBe('/0 must be string');
    }
    for (const $schema of [DRAFT_07, DRAFT_07.slice(0, -1), DRAFT_07.replace('http:', 'https:')]) {
      expect((await compileSchema({ $schema, ...list }))([1])).toMatch('/0 must be string');
      expect((await compileSchema({ $schema, ...tuple }))([1])).toBeNull();
    }
  });

  test('may be true or false, refer to itself, and hold what is unknown', async () => {
    expect((await compileSchema(true))({})).toBeNull();
    expect((await compileSchema(false))({})).toBe('the body boolean schema is false');
    const own = { $defs: { n: { type: 'number' } }, items: { $ref: '#/$defs/n' }, format: 'odd', odd: 1 };
    const holds = await compileSchema({ ...own, $id: 'https://example.com/one' });
    expect([holds([1]), holds(['x'])]).toEqual([null, '/0 must be number']);
    expect((await compileSchema({ ...own, $id: 'https://example.com/one' }))([1])).toBeNull();
  });

  test('that refers to itself fails at a body of any depth, and throws nothing', async () => {
    const holds = await compileSchema({ items: { $ref: '#' } });
    expect(holds(JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`))).toMatch(
      /^the body cannot be checked: /,
    );
  });

  test('shows no control characters of keys', async () => {
    const strict = await compileSchema({ additionalProperties: { type: 'null' } });
    expect(strict({ '\u001b[2J': 1 })).toBe('/\\u{1b}[2J must be null');
  });
});

test.each([
  [5, 'a JSON Schema is an object, true or false'],
  [null, 'a JSON Schema is an object, true or false'],
  [[], 'a JSON Schema is an object, true or false'],
  [{ type: 'nmber' }, 'not a valid JSON Schema: data/type must be equal to one of the allowed values'],
  [{ properties: 5 }, 'not a valid JSON Schema: data/properties must be object'],
  [{ pattern: '[' }, 'not a valid JSON Schema: Invalid regular expression'],
  [
    { $ref: 'http://127.0.0.1:9/x.json' },
    'the JSON Schema refers to http://127.0.0.1:9/x.json, which it does not hold',
  ],
  [{ $ref: '#/$defs/nothing' }, 'the JSON Schema refers to #/$defs/nothing, which it does not hold'],
  [{ $schema: 'http://json-schema.org/draft-04/schema#' }, 'which is not understood'],
  [{ $schema: 5 }, 'which is not understood'],
  [{ $async: true }, '$async'],
])('%j is none', async (schema, part) => {
  await expect(compileSchema(schema)).rejects.toMatchObject({
    code: 'ERR_SCHEMA',
    message: expect.stringContaining(part),
  });
});

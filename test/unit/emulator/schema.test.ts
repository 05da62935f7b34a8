import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { schemaOf } from '../../../src/emulator/schema.ts';

const ajv = new Ajv2020({ strict: false });

test('requires what all examples have, and takes each kind of value that was seen', () => {
  expect(schemaOf({ id: 'a', code: 200 }, { id: 'b', code: null, error: 'x' })).toEqual({
    type: 'object',
    required: ['id', 'code'],
    properties: {
      id: { type: 'string' },
      code: { type: ['integer', 'null'] },
      error: { type: 'string' },
    },
  });
  expect(schemaOf([1, 2.5], [])).toEqual({ type: 'array', items: { type: ['number'] } });
});

test('every example is of its own kind, whatever the others are', () => {
  const examples = fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(examples, (values) => {
      const validate = ajv.compile(schemaOf(...values));
      for (const value of values) expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
    }),
  );
});

test('what lacks a part that all examples have is of another kind', () => {
  const named = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue({ maxDepth: 1 }), {
    minKeys: 1,
  });
  fc.assert(
    fc.property(named, (value) => {
      const validate = ajv.compile(schemaOf(value));
      for (const name of Object.keys(value)) {
        const { [name]: _, ...rest } = value;
        expect(validate(rest)).toBe(false);
      }
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueAt } from '../../../src/model/json-path.ts';
import { parseJsonBody } from '../../../src/providers/identify.ts';
import { skimJson } from '../../../src/providers/skim-json.ts';

const PATHS = ['type', 'id', 'data.id', 'data.type', 'data.0.id', 'a.b.c', '__proto__', 'length'];

/** What providers would find there. */
function found(json: unknown): unknown {
  if (json === undefined) return 'not JSON';
  return PATHS.map((path) => {
    const value = valueAt(json, path);
    return typeof value === 'string' || typeof value === 'number' ? value : null;
  });
}

function expectAlike(body: Uint8Array): void {
  expect(found(skimJson(body, PATHS))).toEqual(found(parseJsonBody(body)));
}

const name = fc.constantFrom(...PATHS.flatMap((path) => path.split('.')), 'ty\\u0070e', 'other', '');
const scalar = fc.oneof(
  fc.constantFrom('true', 'false', 'null', '-0', '1e400', '30.0', '12345678901234567890', '0.1E+2'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  fc.constantFrom('"\\ud83d"', '"\\/\\b\\u00e9"', '"日本語 🎉"'),
);
const space = fc.constantFrom('', ' ', '\n\t', '\r\n');
/** JSON in all ways in which it can be written, with names that are there twice. */
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc
      .tuple(space, fc.array(tie('json'), { maxLength: 3 }))
      .map(([gap, all]) => `[${gap}${all.join(`${gap},`)}${gap}]`),
    fc
      .tuple(space, fc.array(fc.tuple(name, tie('json')), { maxLength: 5 }))
      .map(
        ([gap, all]) =>
          `{${gap}${all.map(([key, value]) => `"${key}"${gap}:${value}`).join(`,${gap}`)}${gap}}`,
      ),
  ),
}));

test('finds in JSON what JSON.parse does', () => {
  fc.assert(
    fc.property(json, (text) => expectAlike(Buffer.from(text))),
    { numRuns: 2_000 },
  );
});

test('takes for no JSON what JSON.parse does not', () => {
  const byte = fc.oneof(
    fc.constantFrom(...Buffer.from('{}[]",:\\u0e+-.9tn \n\0')),
    fc.integer({ min: 0, max: 255 }),
  );
  fc.assert(
    fc.property(
      json,
      fc.nat(),
      fc.nat({ max: 2 }),
      fc.array(byte, { maxLength: 2 }),
      (text, place, gone, put) => {
        const bytes = Buffer.from(text);
        const at = place % (bytes.length + 1);
        expectAlike(Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + gone)]));
      },
    ),
    { numRuns: 5_000 },
  );
});

test.each([
  [
    'nesting that no stack would hold',
    `{"id":1,"deep":${'['.repeat(200_000)}${']'.repeat(200_000)},"type":"x"}`,
  ],
  ['nesting that does not end', '['.repeat(200_000)],
  ['a byte order mark', '\ufeff{"type":"x"}'],
  ['nothing', ''],
  ['a cut word', '{"type":tru'],
])('%s', (_name, text) => {
  expectAlike(Buffer.from(text));
});

import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CONFIG_KEYS } from '../../../src/cli/config.ts';
import { compileSchema } from '../../../src/expect/schema.ts';
import { checkProfile } from '../../../src/own/check-profile.ts';
import { checkShape } from '../../../src/own/check-shape.ts';
import { CONFIG, editorSchemas } from '../../../src/own/config-schema.ts';
import { draftProfile } from '../../../src/own/draft.ts';
import { PROFILE } from '../../../src/own/profile-shape.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { nearlyProfile } from './nearly-profile.ts';

const schemas = editorSchemas();
const draft = draftProfile('acme', {}, 0);
const config = await compileSchema(schemas['webhook.config.schema.json']);

function asJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, one: unknown) => (key === 'log' ? undefined : one)),
  ) as unknown;
}

test.each(Object.keys(schemas))(
  'schema/%s is what the shapes say (after a build: node scripts/config-schema.mjs)',
  (name) => {
    const shipped = readFileSync(new URL(`../../../schema/${name}`, import.meta.url), 'utf8');
    expect(JSON.parse(shipped)).toEqual(asJson(schemas[name]));
  },
);

test('the schema of a provider in a file of its own is that of one in the configuration', () => {
  expect(schemas['provider.schema.json']).toMatchObject({
    $ref: 'webhook.config.schema.json#/$defs/provider',
  });
  expect(schemas['webhook.config.schema.json']).toHaveProperty('$defs.provider.properties.$schema');
  expect(config({ providers: [{ $schema: 'x', ...draft }] })).toBe(null);
});

test('the keys of a configuration are those of its schema', () => {
  expect(CONFIG.is === 'object' && Object.keys(CONFIG.fields).sort()).toEqual([...CONFIG_KEYS].sort());
});

test.each(builtIn.all)('$id fits', (one) => {
  expect(config({ $schema: 'x', providers: ['./acme.provider.json', asJson(one)] })).toBe(null);
});

const signedWith = (name: string): object => ({
  ...(draft.signature as object),
  values: { [name]: { header: 'X-Id' } },
});

describe('the schema and the checker agree', () => {
  test.each<[unknown, boolean]>([
    [{}, true],
    [{ db: 'x', keep: ['7d'], secrets: { a: 'b', c: ['d', 'e'] }, verifyToken: 't' }, true],
    [{ providers: [draft] }, true],
    [{ database: 'x' }, false],
    [{ keep: [] }, false],
    [{ secrets: { a: 7 } }, false],
    [{ providers: [{ ...draft, id: 'Acme' }] }, false],
    [{ providers: [{ ...draft, signature: { kind: 'hmac', hash: 'sha256' } }] }, false],
    [{ providers: [{ ...draft, signature: { value: { kind: 'none' }, assumed: 'so' } }] }, true],
    [{ providers: [{ ...draft, envelope: { type: [{ body: 'a', header: 'b' }] } }] }, false],
    [{ providers: [{ ...draft, success: [[200]] }] }, false],
    [{ providers: [{ ...draft, retry: { delaysSeconds: ['1'] } }] }, false],
    [{ providers: [{ ...draft, endpoint: { secret: 'mine' } }] }, false],
    [{ providers: [{ $schema: 'x', ...draft }] }, true],
    [{ providers: [{ $schema: 1, ...draft }] }, false],
    [{ providers: [{ ...draft, timeoutMs: { value: 5, assumed: null } }] }, true],
    [{ providers: [{ ...draft, timeoutMs: { value: 5, assumed: null, foo: 1 } }] }, false],
    [
      {
        providers: [
          { ...draft, signature: { value: { kind: 'none' }, assumed: null, kind: 'hmac', oops: 1 } },
        ],
      },
      false,
    ],
    [{ providers: [{ ...draft, events: [{ ...draft.events[0], headers: { 'X-Y': 'v' } }] }] }, true],
    [{ providers: [{ ...draft, events: [{ ...draft.events[0], headers: { 'X Y': 'v' } }] }] }, false],
    [{ providers: [{ ...draft, events: [{ ...draft.events[0], headers: { 'X-Y\n': 'v' } }] }] }, false],
    [{ providers: [{ ...draft, events: [{ ...draft.events[0], headers: { 'X-Y': 'Ł' } }] }] }, false],
    [{ providers: [{ ...draft, signature: signedWith('id') }] }, true],
    [{ providers: [{ ...draft, signature: signedWith('bodyId') }] }, true],
    [{ providers: [{ ...draft, signature: signedWith('body') }] }, false],
  ])('on %j', (value, fits) => {
    expect(config(value) === null).toBe(fits);
    expect(checkShape(CONFIG, value, '').length === 0).toBe(fits);
  });

  test('on what is nearly a profile', () => {
    fc.assert(
      fc.property(nearlyProfile, (profile) => {
        const problem = config({ providers: [profile] });
        const fits = problem === null;
        expect([checkShape(PROFILE, profile, '').length === 0, problem]).toEqual([fits, problem]);
        if (!fits) expect(checkProfile(profile)).toHaveProperty('problems');
      }),
      { numRuns: 300 },
    );
  });
});

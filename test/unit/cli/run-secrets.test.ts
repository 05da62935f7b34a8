import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secretsOfRun } from '../../../src/cli/run-secrets.ts';
import { createSecrets } from '../../../src/cli/secrets.ts';
import { providerIds } from '../../../src/providers/index.ts';

const secret = fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme-ascii' });
const variables = ['WEBHOOK_SECRET', ...providerIds.map((id) => `WEBHOOK_SECRET_${id.toUpperCase()}`)];

describe('the secrets of a run', () => {
  test('are the same for its receiver and for its command, whatever they come from', () => {
    fc.assert(
      fc.property(
        fc.array(secret, { maxLength: 2 }),
        fc.dictionary(fc.constantFrom(...variables), fc.oneof(secret, fc.constant(''))),
        fc.dictionary(fc.constantFrom(...providerIds), fc.array(secret, { minLength: 1, maxLength: 2 })),
        secret,
        (given, env, configured, shared) => {
          const own = createSecrets({ secret: given }, env, configured, () => {});
          const { secretsFor, env: added } = secretsOfRun(own, providerIds, shared, env);
          const inside = createSecrets({}, { ...env, ...added }, configured, () => {});
          for (const id of providerIds) {
            expect(secretsFor(id)).toEqual(own(id).length > 0 ? own(id) : [shared]);
            expect(inside(id)).toEqual([secretsFor(id)[0]]);
          }
          expect(added['WEBHOOK_SECRET']).toBe(shared);
        },
      ),
    );
  });

  test('are text, to the byte', () => {
    const made = secretsOfRun(() => [], ['iverton'], Buffer.from('\ufeffé\n'), {});
    expect(made.env).toEqual({ WEBHOOK_SECRET: '\ufeffé\n' });
    for (const bad of [Buffer.from([0xff]), 'a\0b']) {
      expect(() => secretsOfRun(() => [], ['iverton'], bad, {})).toThrow(/^the secret is not text/);
    }
  });
});

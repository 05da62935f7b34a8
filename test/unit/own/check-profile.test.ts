import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkProfile } from '../../../src/own/check-profile.ts';
import { draftProfile } from '../../../src/own/draft.ts';
import { printable } from '../../../src/model/printable.ts';
import { builtIn } from '../../../src/providers/index.ts';

const draft = draftProfile('acme', {}, 0);
const hmac = {
  kind: 'hmac',
  hash: 'sha256',
  signature: { header: 'X-S' },
  forms: [{ prefix: '', encoding: 'hex' }],
};
const signed = (changes: object): unknown => ({ ...draft, signature: { ...hmac, ...changes } });

function problems(profile: unknown): readonly string[] {
  const checked = checkProfile(profile);
  return 'problems' in checked ? checked.problems : [];
}

describe.each(builtIn.all)('$id', (provider) => {
  test('is a profile, and the same provider again', () => {
    expect(checkProfile(provider)).toEqual({ provider });
  });

  test('is one as JSON too', () => {
    const { log, ...endpoint } = provider.endpoint;
    expect(log).toBeDefined();
    expect(problems(JSON.parse(JSON.stringify({ ...provider, endpoint })))).toEqual([]);
  });
});

test('what init writes is sound, and may name its schema', () => {
  const checked = checkProfile({ $schema: 'x', ...draft });
  expect(checked).toMatchObject({ provider: { id: 'acme', name: 'Acme', body: 'json' } });
});

describe('a mistake is named with its provider, its field, and what is due', () => {
  test.each<[string, unknown, string]>([
    ['no profile', 7, 'a provider without an id: it is 7: an object is due'],
    [
      'an unknown key',
      { ...draft, sigature: 1 },
      'provider acme: it has no key "sigature"; did you mean signature?',
    ],
    [
      'an id that is none',
      { ...draft, id: 'Acme' },
      'provider Acme: id is "Acme": lower-case letters, digits and -, with a letter first is due',
    ],
    ['no events', { ...draft, events: [] }, 'provider acme: events is empty: at least 1 is due'],
    [
      'an event without a name',
      { ...draft, events: [{ description: 'x', payload: 'synthetic' }] },
      'provider acme: events.0.name is missing: the name is due',
    ],
    [
      'two of a name',
      { ...draft, events: [draft.events[0], draft.events[0]] },
      'provider acme: events has "order.created" twice',
    ],
    [
      'a wrong kind',
      { ...draft, events: 'order.created' },
      'provider acme: events is "order.created": a list is due',
    ],
    [
      'an unknown hash',
      signed({ hash: 'sha265' }),
      'provider acme: signature.hash is "sha265": one of md5, sha1, sha256, sha384, sha512 is due; did you mean sha256?',
    ],
    [
      'an unknown kind',
      { ...draft, signature: { kind: 'hamc' } },
      'provider acme: signature.kind is "hamc": one of hmac, digest, asymmetric, token, none is due; did you mean hmac?',
    ],
    [
      'no place',
      signed({ signature: { haeder: 'X' } }),
      'provider acme: signature.signature has none of the keys header, body, form, query: where the signature stands is due; did you mean header?',
    ],
    [
      'two places',
      signed({ signature: { header: 'X', body: 'y' } }),
      'provider acme: signature.signature has no key "body": it stands for itself, not beside header',
    ],
    [
      'a header that is none',
      signed({ signature: { header: 'X S' } }),
      'provider acme: signature.signature.header is "X S": a header\'s name is due',
    ],
    [
      'an unknown filter',
      signed({ content: '{body|sha256hexx}' }),
      'provider acme: signature.content names the filter sha256hexx, which is none; did you mean sha256hex?',
    ],
    [
      'an unknown value',
      signed({ content: '{bdy}' }),
      'provider acme: signature.content names {bdy}, which is no value; did you mean {body}?',
    ],
    [
      'a time that is not said',
      signed({ content: '{timestamp}.{body}' }),
      'provider acme: signature.content names {timestamp}, which is no value: the signature has no timestamp',
    ],
    [
      'an open brace',
      signed({ content: '{timestamp.{body}' }),
      expect.stringContaining('with no } behind it') as unknown as string,
    ],
    [
      'a template without a signature',
      signed({ write: 'v1=' }),
      'provider acme: signature.write has no {signature}',
    ],
    [
      'a field of nothing',
      signed({ timestamp: { from: { field: 't' }, format: 'unix', toleranceSeconds: 300 } }),
      "provider acme: signature.timestamp.from is a field of the signature's value, which has none: items is due",
    ],
    [
      'a digest without its secret',
      { ...draft, signature: { ...hmac, kind: 'digest', content: '{body}' } },
      'provider acme: signature.content has no {secret}: anyone could make that digest',
    ],
    [
      'an assumption without a reason',
      { ...draft, timeoutMs: { value: 1_000, assumed: true } },
      'provider acme: timeoutMs.assumed is true: why it is assumed is due, or null',
    ],
    [
      'a range the wrong way round',
      { ...draft, success: [[299, 200]] },
      'provider acme: 299 to 200 is no range of statuses',
    ],
    [
      'a number out of bounds',
      { ...draft, retry: { delaysSeconds: [-1] } },
      'provider acme: retry.delaysSeconds.0 is -1: a number from 0 to 31536000 is due',
    ],
    [
      'a line break in a header',
      { ...draft, headers: [{ name: 'X', value: { text: 'a\r\nb' } }] },
      'provider acme: headers.0.value.text is "a\\r\\nb": text in one line is due',
    ],
  ])('%s', (_what, profile, problem) => {
    expect(problems(profile)).toContainEqual(problem);
  });
});

/** JSON that is nearly a profile: a good one with a value somewhere put in place of another. */
const nearly = fc
  .tuple(
    fc
      .constantFrom(...builtIn.all, draft)
      .map((one) => JSON.parse(JSON.stringify(one)) as Record<string, unknown>),
    fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
    fc.jsonValue(),
  )
  .map(([profile, path, value]) => {
    let holder: Record<string, unknown> = profile;
    for (const [depth, step] of path.entries()) {
      const keys = Object.keys(holder);
      const key = keys[step % Math.max(1, keys.length)] ?? '__proto__';
      const next = holder[key];
      if (depth === path.length - 1 || typeof next !== 'object' || next === null) {
        Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
        break;
      }
      holder = next as Record<string, unknown>;
    }
    return profile;
  });

describe('whatever it is given', () => {
  test('it is a provider or problems, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.jsonValue(), nearly), (given) => {
        const checked = checkProfile(given);
        if ('problems' in checked) {
          expect(checked.problems.length).toBeGreaterThan(0);
          for (const problem of checked.problems) expect(problem).toBe(printable(problem));
        } else expect(checked.provider.events.length).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
  });

  test('however deep or large', () => {
    let deep: unknown = { body: 'x' };
    for (let depth = 0; depth < 20_000; depth += 1) deep = { join: [deep], with: '' };
    expect(problems({ ...draft, envelope: { type: [deep] } })[0]).toMatch(/nested too deeply$/);
    const circle: Record<string, unknown> = { with: '' };
    circle['join'] = [circle];
    expect(problems({ ...draft, envelope: { type: [circle] } })[0]).toMatch(/nested too deeply$/);
    const large = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`k${index}`.repeat(20), 1]),
    );
    expect(problems({ ...draft, ...large }).length).toBeLessThanOrEqual(50);
  });
});

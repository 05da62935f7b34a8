import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkProfile } from '../../../src/own/check-profile.ts';
import { draftProfile } from '../../../src/own/draft.ts';
import { printable } from '../../../src/model/printable.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { nearlyProfile } from './nearly-profile.ts';

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
      'a digest of what is signed unless said otherwise',
      { ...draft, signature: { ...hmac, kind: 'digest' } },
      'provider acme: signature.content is left out, and {body} has no {secret}: anyone could make that digest',
    ],
    [
      'such a digest as another signature',
      { ...draft, otherSignatures: [{ name: 'v2', description: 'x', scheme: { ...hmac, kind: 'digest' } }] },
      'provider acme: otherSignatures.0.scheme.content is left out, and {body} has no {secret}: anyone could make that digest',
    ],
    ...['body', 'method', 'url', 'path', 'timestamp', 'secret'].map((name): [string, unknown, string] => [
      `a value named ${name}`,
      signed({ content: `{${name}}`, values: { [name]: { header: 'X' } } }),
      `provider acme: signature.values has a key "${name}": letters, digits and _, but none of body, method, url, path, timestamp and secret (content has those already) is due`,
    ]),
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
      'provider acme: headers.0.value.text is "a\\r\\nb": text in one line that a header can hold is due',
    ],
    [
      'what is no byte in a header',
      { ...draft, events: [{ ...draft.events[0], headers: { 'X-Y': 'Łódź' } }] },
      'provider acme: events.0.headers.X-Y is "Łódź": text in one line that a header can hold is due',
    ],
    ...['X Y', 'X-Y\n', '', 'X:'].flatMap((name): [string, unknown, string][] => {
      const headers = { [name]: 'v' };
      const problem = `has a key ${JSON.stringify(name)}: a header's name is due`;
      const handshake = {
        name: 'ping',
        description: 'x',
        signed: false,
        request: { method: 'POST' },
        respond: { status: 200 },
      };
      return [
        [
          `an event's header ${JSON.stringify(name)}`,
          { ...draft, events: [{ ...draft.events[0], headers }] },
          `provider acme: events.0.headers ${problem}`,
        ],
        [
          `a handshake's header ${JSON.stringify(name)}`,
          { ...draft, handshakes: [{ ...handshake, request: { method: 'POST', headers } }] },
          `provider acme: handshakes.0.request.headers ${problem}`,
        ],
        [
          `an answer's header ${JSON.stringify(name)}`,
          { ...draft, handshakes: [{ ...handshake, respond: { status: 200, headers } }] },
          `provider acme: handshakes.0.respond.headers ${problem}`,
        ],
      ];
    }),
    ...['999.1.1.1/99', '10.0.0.0/33', '1.2.3/8', '::1/129', '1::2::3/64'].map(
      (range): [string, unknown, string] => [
        `the range ${range}`,
        { ...draft, ipRanges: { value: ['10.0.0.0/8', '2001:db8::/32', range], assumed: null } },
        `provider acme: ipRanges has ${range}, which is no CIDR range such as 203.0.113.0/24`,
      ],
    ),
    [
      'a key beside a fact',
      { ...draft, timeoutMs: { value: 5, assumed: null, foo: 1 } },
      'provider acme: timeoutMs has no key "foo" beside value and assumed',
    ],
    [
      'a signature that is a fact and a signature',
      { ...draft, signature: { value: { kind: 'none' }, assumed: null, kind: 'hmac' } },
      'provider acme: signature has no key "kind" beside value and assumed',
    ],
    ['a schema that is no text', { $schema: 1, ...draft }, 'provider acme: $schema is 1: text is due'],
  ])('%s', (_what, profile, problem) => {
    expect(problems(profile)).toContainEqual(problem);
  });
});

describe('whatever it is given', () => {
  test('it is a provider or problems, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.jsonValue(), nearlyProfile), (given) => {
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

describe('what throws when it is looked at', () => {
  const thrower = (error: unknown) => () => {
    throw error;
  };
  const revoked = (): object => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const withGetter = (name: string, error: unknown): object =>
    Object.defineProperty({ ...draft }, name, { get: thrower(error), enumerable: true });

  test.each<[string, () => unknown, string]>([
    [
      'a getter',
      () => withGetter('name', new Error('boom\n')),
      'provider acme: it cannot be read, as looking at it throws: boom',
    ],
    [
      'a getter of the id',
      () => withGetter('id', 'boom'),
      'a provider: it cannot be read, as looking at it throws: boom',
    ],
    [
      'a getter within',
      () => ({ ...draft, events: [withGetter('description', new Error('boom'))] }),
      'provider acme: it cannot be read, as looking at it throws: boom',
    ],
    [
      'a proxy',
      () => new Proxy({ ...draft }, { ownKeys: thrower(new Error('boom')) }),
      'provider acme: it cannot be read, as looking at it throws: boom',
    ],
    ['a revoked proxy', revoked, 'a provider: it cannot be read, as looking at it throws: '],
    [
      'a getter that throws a revoked proxy',
      () => withGetter('name', revoked()),
      'provider acme: it cannot be read, as looking at it throws',
    ],
  ])('is a problem in words: %s', (_what, made, problem) => {
    const found = problems(made());
    expect(found).toEqual([expect.stringContaining(problem)]);
    expect(found[0]).toBe(printable(found[0]!));
  });
});

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { MOST_HASHED_BYTES, MOST_TRIALS } from '../../../src/diagnosis/budget.ts';
import { diagnose, examine } from '../../../src/diagnosis/diagnose.ts';
import type { Header, RawRequest } from '../../../src/model/request.ts';
import { discord } from '../../../src/providers/discord.ts';
import { hubspot } from '../../../src/providers/hubspot.ts';
import { loadProviders } from '../../../src/providers/index.ts';
import { sendgrid } from '../../../src/providers/sendgrid.ts';
import { standardWebhooks } from '../../../src/providers/standard-webhooks.ts';
import { twilio } from '../../../src/providers/twilio.ts';
import type { ContentScheme } from '../../../src/signing/scheme.ts';
import { payload, storedEventTypes } from '../../support/fixtures.ts';
import { cases, goodRequest, plainProviders, SECRET } from './causes.ts';
import { keysOf, NOW, sent } from './schemes.ts';

const providers = await loadProviders();
const iverton = providers.find(({ id }) => id === 'iverton')!;
const MB = 1024 * 1024;
const keys = Array.from({ length: 70_000 }, (_, index) => `"k${(index * 7_919) % 99_991}":1`);

/** Of the processor, so that what else runs on the machine does not count. */
function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}

describe('what an attacker sends takes little time', () => {
  const bodies: readonly (readonly [string, () => Uint8Array])[] = [
    [
      'lists in lists, to be indented',
      () => Buffer.from(`${'['.repeat(99)}${'[],'.repeat(340_000)}[]${']'.repeat(99)}`),
    ],
    [
      'the same, small enough to be written again',
      () => Buffer.from(`${'['.repeat(99)}${'[],'.repeat(43_000)}[]${']'.repeat(99)}`),
    ],
    ['one long text', () => Buffer.from(`["${'x'.repeat(MB - 10)}"]`)],
    ['a text of escapes', () => Buffer.from(`["${'\\n'.repeat(60_000)}"]`)],
    ['many keys', () => Buffer.from(`{${keys.join(',')}}`)],
    ['many numbers', () => Buffer.from(`[${'1,'.repeat(500_000)}1]`)],
    ['opening brackets', () => Buffer.from('['.repeat(MB))],
    ['other characters than ASCII', () => Buffer.from(`["${'é'.repeat(MB / 2 - 10)}"]`)],
    ['a form of many fields', () => Buffer.from('a=b&'.repeat(MB / 4))],
    ['a form of escapes', () => Buffer.from(`a=${'%2f'.repeat(MB / 3 - 5)}`)],
    ['a gzip bomb', () => gzipSync(Buffer.alloc(100 * MB))],
    ['a million empty gzip members', () => Buffer.alloc(25 * MB, gzipSync(''))],
    ['25 MB of newlines', () => Buffer.alloc(25 * MB, '\n')],
    ['25 MB of NULs', () => Buffer.alloc(25 * MB)],
    [
      'a Buffer of half a million bytes',
      () => Buffer.from(`{"type":"Buffer","data":[${'1,'.repeat(500_000)}1]}`),
    ],
    ['quotes around backslashes', () => Buffer.from(`"${'\\'.repeat(MB - 3)}"`)],
  ];

  test.each(bodies)('%s', (_, make) => {
    const body = make();
    const request = { ...goodRequest(iverton, body, [], 'of nobody'), body };
    const start = process.cpuUsage();
    const { trials, hashedBytes } = examine(request, iverton, ['one', 'two', 'three'], {
      providers,
      secretsFor: () => ['four', 'five'],
    });
    expect(milliseconds(process.cpuUsage(start))).toBeLessThan(3_000);
    expect(trials).toBeLessThanOrEqual(MOST_TRIALS);
    expect(hashedBytes).toBeLessThanOrEqual(MOST_HASHED_BYTES);
  });

  test.each(
    [discord, sendgrid, twilio, hubspot, standardWebhooks].map(
      (provider) => [provider.id, provider] as const,
    ),
  )('whatever is signed, as of %s', (_id, provider) => {
    const { receiver } = keysOf(provider.signature.value as ContentScheme);
    const hosts: Header[] = [
      ['X-Forwarded-Host', 'one.example'],
      ['X-Original-Host', 'two.example'],
    ];
    for (const body of [Buffer.alloc(2 * MB, 'x'), Buffer.from(`[${'1, '.repeat(20_000)}1]`)]) {
      const request = { ...sent(provider, { headers: hosts }), body };
      const start = process.cpuUsage();
      const { trials, hashedBytes } = examine(request, provider, [receiver, receiver, receiver], {
        providers,
        now: NOW,
      });
      expect(milliseconds(process.cpuUsage(start))).toBeLessThan(3_000);
      expect(trials).toBeLessThanOrEqual(MOST_TRIALS);
      expect(hashedBytes).toBeLessThanOrEqual(MOST_HASHED_BYTES);
    }
  });

  const digest = 'a'.repeat(64);
  const lines: readonly (readonly [string, Header[]])[] = [
    ['commas', [['X-Iverton-Signature', ','.repeat(16_384)]]],
    ['semicolons', [['X-Iverton-Signature', ';'.repeat(16_384)]]],
    ['prefixes', [['X-Iverton-Signature', `${'a='.repeat(8_192)}${digest}`]]],
    ['prefixes that are none', [['X-Iverton-Signature', 'a-'.repeat(8_192)]]],
    ['escapes', [['X-Iverton-Signature', '%41'.repeat(5_000)]]],
    ['digests', [['X-Iverton-Signature', `${digest},`.repeat(2_000)]]],
    ['headers', Array.from({ length: 20_000 }, (_, index): Header => [`X-Signature-${index}`, digest])],
    [
      'a name',
      [
        ['signature'.repeat(100_000), digest],
        ['-id'.repeat(100_000), '1'],
      ],
    ],
    [
      'a value',
      [
        ['X-Signature-Time', ' t='.repeat(400_000)],
        ['X-Id', 'x'.repeat(1_000_000)],
      ],
    ],
  ];

  test.each(lines)('many: %s', (_, headers) => {
    const request: RawRequest = { method: 'POST', path: '/', headers, body: Buffer.from('{}') };
    const start = process.cpuUsage();
    const { diagnosis, trials } = examine(request, iverton, ['one'], {
      providers,
      secretsFor: () => ['two'],
    });
    expect(milliseconds(process.cpuUsage(start))).toBeLessThan(3_000);
    expect(trials).toBeLessThanOrEqual(MOST_TRIALS);
    for (const { fix } of diagnosis) expect(fix.length).toBeLessThan(400);
  });
});

test('a signature is found behind a hundred other headers', () => {
  const noise = Array.from({ length: 150 }, (_, index): Header => [`X-${index}`, String(index)]);
  const good = goodRequest(iverton, Buffer.from('{}'), noise);
  expect(diagnose({ ...good, body: Buffer.from('{}\n') }, iverton, [SECRET])[0]!.cause).toBe('body-newline');
});

test('a body that is a part of a larger buffer is read as that part', () => {
  const whole = Buffer.from('xx{"a": 1}\nyy');
  const body = new Uint8Array(whole.buffer, whole.byteOffset + 2, 9);
  const found = (signed: string): string =>
    diagnose({ ...goodRequest(iverton, Buffer.from(signed)), body }, iverton, [SECRET])[0]!.cause;
  expect(found('{"a": 1}')).toBe('body-newline');
  expect(found('{"a":1}')).toBe('body-reserialized');
  expect(found('{\n  "a": 1\n}')).toBe('body-reserialized');
});

test('a large body leaves trials for a change of the secret', () => {
  const body = Buffer.alloc(25 * MB, 'x');
  const request = goodRequest(iverton, body);
  expect(diagnose(request, iverton, [`${SECRET}\n`])[0]).toMatchObject({
    cause: 'secret-whitespace',
    confidence: 'certain',
  });
});

test('what is too large to be tried is not said to have been tried', () => {
  const body = Buffer.alloc(33 * MB, 'x');
  const { tried, trials, isCutShort } = examine(goodRequest(iverton, body, [], 'other'), iverton, [
    ` ${SECRET}`,
  ]);
  expect(tried).not.toContain('secret-whitespace');
  expect(trials).toBeLessThan(10);
  expect(isCutShort).toBe(true);
});

test('an id of the size of a digest costs no trial', () => {
  const spent = (headers: Header[]): number =>
    examine(goodRequest(iverton, Buffer.from('{}'), headers, 'other'), iverton, [SECRET]).trials;
  expect(
    spent([
      ['X-Trace', 'a'.repeat(32)],
      ['X-Commit', 'b'.repeat(40)],
    ]),
  ).toBe(spent([]));
});

// Several secrets share the trials: what is usual comes first, for all of them.
describe.each(plainProviders)('$id, with the second of three secrets', (provider) => {
  const [type] = storedEventTypes(provider.id);
  const usual = new Set([
    'pretty-printed by something on the way',
    'a newline was added',
    'a newline was lost',
    'in base64',
    'in another header',
    'a newline after the secret',
    'white space around the secret',
    'quotes around the secret',
    'whsec_ left out',
    'whsec_ not left out',
    'base64 not decoded',
    'hex not decoded',
    'id.timestamp.body',
  ]);
  const made = [...cases(provider, payload(provider.id, type!), plainProviders)].filter(({ name }) =>
    usual.has(name),
  );

  test.each(made)('$cause: $name', ({ request, cause, secret }) => {
    const otherSecrets = Array.from({ length: 12 }, (_, index) => ({
      name: `ep_${index}`,
      secret: `of ${index}`,
    }));
    const { diagnosis } = examine(request, provider, [' old secret ', secret, 'bmV4dA=='], { otherSecrets });
    // What a provider accepts is no cause there.
    if (diagnosis.length > 0) expect(diagnosis[0]).toMatchObject({ cause, confidence: 'certain' });
    else expect(cause).toBe('signature-encoding');
  });
});

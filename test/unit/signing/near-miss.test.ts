import { describe, expect, test } from 'vitest';
import { hmac } from '../../../src/signing/digest.ts';
import { isReserialized } from '../../../src/signing/near-miss.ts';
import type { HmacScheme, Secret } from '../../../src/signing/scheme.ts';
import { verify } from '../../../src/signing/verify.ts';
import { payload } from '../../support/fixtures.ts';

const scheme: HmacScheme = {
  kind: 'hmac',
  hash: 'sha256',
  signature: { header: 'X-Example-Signature' },
  forms: [{ prefix: '', encoding: 'hex' }],
};

/** The verdict on a body that was signed as `signed`, with `signedWith`. */
function verdict(body: Uint8Array, secret: Secret, signed: Uint8Array, signedWith: Secret = secret) {
  const signature = hmac('sha256', signedWith, signed).toString('hex');
  return verify(scheme, { headers: [['X-Example-Signature', signature]], body }, [secret]);
}

describe('a body that was parsed and written again', () => {
  test.each([
    ['a number that loses its fraction', '{"threshold": 30.0}', '{"threshold":30}'],
    ['an escape that is written out', '{"name":"Zo\\u00eb"}', '{"name":"Zoë"}'],
    ['keys that are put in order', '{"b":1,"2":2,"1":1}', '{"1":1,"2":2,"b":1}'],
    ['white space alone', '[ 1,\r\n 2 ]\n', '[1,2]'],
    ['many brackets side by side', `[ ${'[{}],'.repeat(200)}[]]`, `[${'[{}],'.repeat(200)}[]]`],
    ['brackets inside text', `{ "text": "${'['.repeat(200)}" }`, `{"text":"${'['.repeat(200)}"}`],
    ['an escaped quote before brackets', `{ "t": "\\"${'{'.repeat(200)}" }`, `{"t":"\\"${'{'.repeat(200)}"}`],
  ])('is told by %s', (_, arrived, signed) => {
    expect(verdict(Buffer.from(arrived), 'secret', Buffer.from(signed))).toMatchObject({
      ok: false,
      reason: 'reserialized',
    });
  });

  test('is told for a stored payload', () => {
    const body = payload('filedgr', 'stream.alert_triggered');
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    expect(verdict(body, 'secret', rewritten).reason).toBe('reserialized');
    expect(verdict(rewritten, 'secret', body).reason).toBe('no-match');
  });

  test('is told whichever secret it was signed with', () => {
    const body = Buffer.from('{ "a": 1 }');
    const signature = hmac('sha256', 'new', Buffer.from('{"a":1}')).toString('hex');
    const request = { headers: [['X-Example-Signature', signature]] as const, body };
    expect(verify(scheme, request, ['old', 'new']).reason).toBe('reserialized');
  });

  test.each([
    ['no JSON', Buffer.from('a=1&b=2')],
    ['broken JSON', Buffer.from('{"a": ')],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['nothing', new Uint8Array()],
    ['deep nesting', Buffer.from(`${'['.repeat(50_000)} ${']'.repeat(50_000)}`)],
    ['closing brackets only', Buffer.from(']'.repeat(200))],
  ])('is not looked for in %s', (_, body) => {
    expect(verdict(body, 'secret', Buffer.from('something else')).reason).toBe('no-match');
  });

  const asked = (body: string): number => {
    let bodies = 0;
    isReserialized(Buffer.from(body), () => {
      bodies += 1;
      return false;
    });
    return bodies;
  };

  test('is not looked for where it would change nothing', () => {
    expect(asked('{"a":[1]}')).toBe(0);
  });

  // Writing JSON takes time that grows with size times depth: a megabyte 4000 levels deep would hold up the receiver
  // for seconds.
  test('is looked for to 100 levels of nesting', () => {
    const nested = (depth: number): string => `${'['.repeat(depth)} 1${']'.repeat(depth)}`;
    expect(asked(nested(100))).toBe(1);
    expect(asked(nested(101))).toBe(0);
  });

  test('is looked for up to one mebibyte', () => {
    const sized = (bytes: number): string => `[ "${'x'.repeat(bytes - 5)}"]`;
    expect(Buffer.byteLength(sized(1024 * 1024))).toBe(1024 * 1024);
    expect(asked(sized(1024 * 1024))).toBe(1);
    expect(asked(sized(1024 * 1024 + 1))).toBe(0);
  });
});

// What else may explain it is the diagnosis's to find: a verdict takes no more than the secrets it is given.
test.each(['secret\n', ' secret', 'whsec_xxxx'])(
  'a secret meant otherwise is not tried: %j',
  (configured) => {
    const body = Buffer.from('{"a":1}');
    const meant = configured.startsWith('whsec_')
      ? Buffer.from(configured.slice(6), 'base64')
      : configured.trim();
    const result = verdict(body, configured, body, meant);
    expect(result).toMatchObject({ ok: false, reason: 'no-match' });
    expect(result.message).toContain('another secret, or other bytes');
  },
);

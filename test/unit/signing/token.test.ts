import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Header, OutgoingRequest } from '../../../src/model/request.ts';
import { withoutSignature, withSpoiltSignature } from '../../../src/signing/place.ts';
import type { TokenScheme } from '../../../src/signing/scheme.ts';
import { sign } from '../../../src/signing/sign.ts';
import { signedView } from '../../../src/signing/signed-request.ts';
import { verify } from '../../../src/signing/verify.ts';

const header: TokenScheme = { kind: 'token', token: { header: 'X-Token' } };
const bearer: TokenScheme = { kind: 'token', token: { header: 'Authorization', prefix: 'Bearer ' } };
const basic: TokenScheme = { kind: 'token', token: { basic: true } };
const query: TokenScheme = { kind: 'token', token: { query: 'access_token' } };
const inBody: TokenScheme = { kind: 'token', token: { body: 'value.0.clientState' } };
const inForm: TokenScheme = { kind: 'token', token: { form: 'token' } };

const request: OutgoingRequest = {
  method: 'POST',
  url: 'https://example.com/hook?a=1',
  headers: [],
  body: Buffer.from('{"value":[{"id":1}]}'),
};

describe.each([
  ['a header', header],
  ['a header with a prefix', bearer],
  ['basic credentials', basic],
  ['the query', query],
  ['the body', inBody],
  ['a form', inForm],
])('a token in %s', (_, scheme) => {
  const given = scheme === inForm ? { ...request, body: Buffer.from('?a=b&c') } : request;

  test('is the secret, and no other', () => {
    const secret = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(secret, secret, (one, other) => {
        const signed = sign(scheme, given, one, { now: 0 });
        const judge = (...secrets: string[]) => verify(scheme, signedView(signed), secrets);
        expect(judge(one)).toMatchObject({ ok: true, reason: 'valid', secretIndex: 0 });
        if (Buffer.from(one).equals(Buffer.from(other))) return;
        expect(judge(other)).toMatchObject({ ok: false, reason: 'no-match' });
        expect(judge('', other, one)).toMatchObject({ ok: true, secretIndex: 2 });
        expect(JSON.stringify(judge(other)).includes(one) && one.length > 12).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test('can be taken away and spoilt', () => {
    const signed = sign(scheme, given, 'user:passwort', { now: 0 });
    const judge = (of: OutgoingRequest) => verify(scheme, signedView(of), ['user:passwort']).reason;
    expect(judge(withSpoiltSignature(scheme, signed))).toBe('no-match');
    expect(judge(withoutSignature(scheme, signed))).toBe('missing-header');
    expect(judge(given)).toBe('missing-header');
    expect(verify(scheme, signedView(signed), []).reason).toBe('no-secret');
    expect(verify(scheme, signedView(signed), ['']).reason).toBe('no-secret');
  });

  test('keeps the rest of the request as it is', () => {
    const signed = withoutSignature(scheme, sign(scheme, given, 'user:passwort', { now: 0 }));
    expect(signed.url).toBe(given.url);
    expect(signed.headers).toEqual([]);
  });
});

const judge = (scheme: TokenScheme, headers: readonly Header[], ...secrets: string[]) =>
  verify(scheme, { headers, body: Buffer.from('{}') }, secrets).reason;

test.each<[TokenScheme, string, string]>([
  [bearer, 'Bearer abc', 'valid'],
  [bearer, 'bearer abc', 'valid'],
  [bearer, 'Bearer Abc', 'no-match'],
  [bearer, 'abc', 'malformed-header'],
  [bearer, '', 'malformed-header'],
  [basic, 'Basic YWJj', 'valid'],
  [basic, 'basic  YWJj ', 'valid'],
  [basic, 'Basic YWJjZA==', 'no-match'],
  [basic, 'Basic YWJjZA', 'no-match'],
  [basic, 'Basic !', 'malformed-header'],
  [basic, 'Bearer YWJj', 'malformed-header'],
])('%o judges %j', (scheme, value, reason) => {
  expect(judge(scheme, [['Authorization', value]], 'abc')).toBe(reason);
});

test('a token may be optional, stand in another header, and be longer or shorter than the secret', () => {
  const optional: TokenScheme = {
    kind: 'token',
    token: { header: 'X-Token', fallback: ['X-Old'] },
    optional: true,
  };
  expect(judge(optional, [])).toBe('unsigned');
  expect(judge(optional, [], 'a')).toBe('missing-header');
  expect(judge(optional, [['X-Token', 'a']])).toBe('no-secret');
  expect(judge(optional, [['X-Old', 'a']], 'a')).toBe('valid');
  expect(judge(optional, [['X-Token', 'ab']], 'a')).toBe('no-match');
  expect(judge(optional, [['X-Token', '']], 'a')).toBe('no-match');
});

test('bytes that are no text cannot be put where only text can stand', () => {
  expect(() => sign(inBody, request, Buffer.of(0xff), { now: 0 })).toThrow(
    expect.objectContaining({ code: 'ERR_SECRET' }),
  );
  const { headers } = sign(header, request, Buffer.of(0xff), { now: 0 });
  expect(verify(header, { headers, body: request.body }, [Buffer.of(0xff)]).reason).toBe('valid');
});

test('nothing is signed where nothing proves the sender', () => {
  expect(sign({ kind: 'none' }, request, 'secret', { now: 0 })).toBe(request);
  expect(verify({ kind: 'none' }, request, ['secret'])).toMatchObject({ ok: true, reason: 'unsigned' });
});

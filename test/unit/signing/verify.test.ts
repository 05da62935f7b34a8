import { describe, expect, test } from 'vitest';
import type { Header } from '../../../src/model/request.ts';
import { hmac } from '../../../src/signing/digest.ts';
import type { HmacScheme, Secret } from '../../../src/signing/scheme.ts';
import { verify } from '../../../src/signing/verify.ts';

const header = 'X-Example-Signature';
const scheme: HmacScheme = {
  kind: 'hmac',
  hash: 'sha256',
  signature: { header },
  forms: [
    { prefix: 'sha256=', encoding: 'hex' },
    { prefix: '', encoding: 'hex', warning: 'the prefix is missing' },
  ],
};

const secret = 'a secret';
const body = Buffer.from('{"a":1}');
const digestOf = (key: Secret, bytes: Uint8Array = body): string =>
  hmac('sha256', key, bytes).toString('hex');
const good = `sha256=${digestOf(secret)}`;
const wrong = `sha256=${'0'.repeat(64)}`;

const check = (
  headers: readonly Header[],
  secrets: readonly Secret[] = [secret],
  of: HmacScheme = scheme,
  bytes: Uint8Array = body,
) => verify(of, { headers, body: bytes }, secrets);

describe('valid', () => {
  test('says what matched, and where', () => {
    expect(check([[header, good]])).toEqual({
      ok: true,
      reason: 'valid',
      message: `the signature in ${header} matches`,
      scheme: 'hmac-sha256',
      header,
      form: 'sha256=<hex>',
      secretIndex: 0,
    });
  });

  test('finds the header in any case', () => {
    expect(check([['x-EXAMPLE-signature', good]]).reason).toBe('valid');
  });

  test('takes hex digits in either case', () => {
    expect(check([[header, `sha256=${digestOf(secret).toUpperCase()}`]]).reason).toBe('valid');
  });

  test('passes over white space around the value', () => {
    expect(check([[header, ` \t${good} `]]).reason).toBe('valid');
  });

  test('repeats the warning of the form that matched', () => {
    const verdict = check([[header, digestOf(secret)]]);
    expect(verdict).toMatchObject({ ok: true, form: '<hex>', warnings: ['the prefix is missing'] });
  });

  test('verifies the bytes as they are, JSON or not', () => {
    for (const bytes of [new Uint8Array(), Buffer.from([0, 255, 254, 13, 10]), Buffer.from('{"a": 1.0}\n')]) {
      expect(check([[header, `sha256=${digestOf(secret, bytes)}`]], [secret], scheme, bytes).ok).toBe(true);
    }
  });
});

describe('several secrets and signatures', () => {
  test.each([0, 1, 2])('tells which of three secrets matched: number %i', (index) => {
    const secrets = ['one', 'two', 'three'];
    const verdict = check([[header, digestOf(secrets[index]!)]], secrets);
    expect(verdict).toMatchObject({ ok: true, secretIndex: index });
  });

  test('counts an empty secret, and does not use it', () => {
    expect(check([[header, good]], ['', secret])).toMatchObject({ ok: true, secretIndex: 1 });
    expect(check([[header, digestOf('')]], ['', secret]).reason).toBe('no-match');
  });

  test('tells the first secret and the first signature of several that match', () => {
    const verdict = check([[header, `${wrong}, ${good}, ${digestOf(secret)}`]], ['another', secret, secret]);
    expect(verdict).toMatchObject({ form: 'sha256=<hex>', secretIndex: 1 });
  });

  test('tries every signature of a list in one header', () => {
    expect(check([[header, `${wrong}, ${good}`]]).reason).toBe('valid');
    expect(check([[header, `${good},,not-one`]]).reason).toBe('valid');
    expect(check([[header, `${wrong},${wrong}`]]).reason).toBe('no-match');
  });

  test('tries every signature of a header sent twice', () => {
    expect(
      check([
        [header, wrong],
        [header.toLowerCase(), good],
      ]).reason,
    ).toBe('valid');
    expect(
      check([
        [header, wrong],
        [header, ''],
      ]).reason,
    ).toBe('no-match');
  });
});

describe('unsigned', () => {
  const optional: HmacScheme = { ...scheme, optional: true };

  test('is fine where signing is optional and no secret is set', () => {
    expect(check([], [], optional)).toMatchObject({ ok: true, reason: 'unsigned', header });
  });

  test('is not fine once a secret is set', () => {
    expect(check([], [secret], optional)).toMatchObject({ ok: false, reason: 'missing-header' });
  });

  test('is not what an empty secret means', () => {
    expect(check([], [''], optional)).toMatchObject({ ok: false, reason: 'no-secret' });
  });

  test('is not what a signature without a secret means', () => {
    expect(check([[header, good]], [], optional)).toMatchObject({ ok: false, reason: 'no-secret' });
  });
});

describe('no-secret', () => {
  test('where there is none', () => {
    expect(check([[header, good]], [])).toMatchObject({
      ok: false,
      reason: 'no-secret',
      message: 'there is no secret to verify with',
    });
  });

  test.each([
    ['text', ''],
    ['bytes', new Uint8Array()],
  ])('where the only one is empty %s, even for a signature made with it', (_, empty) => {
    expect(check([[header, digestOf('')]], [empty])).toMatchObject({
      ok: false,
      reason: 'no-secret',
      message: 'the secret is empty',
    });
  });
});

describe('missing-header', () => {
  test('names the header that is wanted', () => {
    expect(check([['X-Other-Signature', good]])).toMatchObject({
      ok: false,
      reason: 'missing-header',
      message: `there is no ${header} header`,
      header,
    });
  });
});

describe('malformed-header', () => {
  test.each([
    ['', 'is empty'],
    [' , ', 'is empty'],
    ['sha256=', 'has 0 hex digits where 64 are due'],
    ['abc', 'has 3 hex digits where 64 are due'],
    [`${good}0`, 'has 65 hex digits where 64 are due'],
    [`${good}zz`, 'is not a signature (73 characters)'],
    ['your-test-signature', 'is not a signature (19 characters)'],
    ['\u00e9'.repeat(64), 'is not a signature (64 characters)'],
    ['a'.repeat(10_240), 'has 10240 hex digits where 64 are due'],
    ['z'.repeat(10_240), 'is not a signature (10240 characters)'],
    [','.repeat(10_240), 'is empty'],
  ])('says what is wrong with %j', (value, problem) => {
    const verdict = check([[header, value]]);
    expect(verdict).toMatchObject({ ok: false, reason: 'malformed-header', header });
    expect(verdict.message).toBe(`the ${header} header ${problem}; expected sha256=<hex> or <hex>`);
  });

  test('does not count the digits of a digest that only lacks its prefix', () => {
    const strict: HmacScheme = { ...scheme, forms: [scheme.forms[0]] };
    expect(check([[header, digestOf(secret)]], [secret], strict).message).toBe(
      `the ${header} header is not a signature (64 characters); expected sha256=<hex>`,
    );
  });
});

describe('no-match', () => {
  test.each([
    ['another secret', () => check([[header, good]], ['another'])],
    ['another body', () => check([[header, good]], [secret], scheme, Buffer.from('{"a":2}'))],
    ['a digest of zeros', () => check([[header, wrong]])],
  ])('for %s', (_, run) => {
    expect(run()).toMatchObject({
      ok: false,
      reason: 'no-match',
      message: `the signature in ${header} does not match: another secret, or other bytes`,
    });
  });
});

describe('other headers', () => {
  const searching: HmacScheme = {
    ...scheme,
    signature: { header, fallback: ['Example-Signature', 'X-Signature'], anyHeader: true },
  };
  const found = (headers: readonly Header[]) => check(headers, [secret], searching);

  test('are looked at in their order where the documented one is missing', () => {
    expect(
      found([
        ['X-Signature', wrong],
        ['example-signature', good],
      ]),
    ).toMatchObject({
      ok: true,
      header: 'Example-Signature',
      warnings: [`the signature was found in Example-Signature, not in ${header}`],
    });
  });

  test('do not stand in for a documented header that is wrong', () => {
    const headers: Header[] = [
      ['X-Signature', good],
      [header, wrong],
    ];
    expect(found(headers)).toMatchObject({ ok: false, reason: 'no-match', header });
    expect(found([headers[0]!, [header, '']])).toMatchObject({
      ok: false,
      reason: 'malformed-header',
      header,
    });
  });

  test('are any that speak of a signature and hold one, as a last resort', () => {
    const headers: Header[] = [
      ['Signature-Input', 'sig1=("@method");created=1'],
      ['X-Gateway-Signature', wrong],
      ['X-My-SIGNATURE-256', `${wrong},${good}`],
      ['X-Digest', good],
    ];
    expect(found(headers)).toMatchObject({ ok: true, header: 'X-My-SIGNATURE-256' });
    expect(found(headers.slice(0, 2))).toMatchObject({ reason: 'no-match', header: 'X-Gateway-Signature' });
    expect(found([headers[0]!, headers[3]!])).toMatchObject({ reason: 'missing-header', header });
  });

  test('are passed over unless the scheme asks for them', () => {
    expect(check([['X-Signature', good]]).reason).toBe('missing-header');
  });
});

test('no verdict gives away a secret or the expected signature', () => {
  const verdicts = [
    check([[header, wrong]]),
    check([[header, 'junk']]),
    check([]),
    check([[header, wrong]], [` ${secret}`]),
    check([[header, digestOf(secret, Buffer.from('{"a":2}'))]]),
  ];
  for (const verdict of verdicts) {
    expect(JSON.stringify(verdict)).not.toContain(secret);
    expect(JSON.stringify(verdict)).not.toContain(digestOf(secret));
  }
});

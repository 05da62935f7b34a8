import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withHeader, withoutHeaders, type Header, type OutgoingRequest } from '../../../src/model/request.ts';
import { signatureName } from '../../../src/signing/describe.ts';
import type { HmacScheme, Secret } from '../../../src/signing/scheme.ts';
import { sign } from '../../../src/signing/sign.ts';
import { verify } from '../../../src/signing/verify.ts';
import { vectorSchemes } from './vector-schemes.ts';

interface StoredVector {
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const stored = JSON.parse(
  readFileSync(new URL('../../support/provider-vectors.json', import.meta.url), 'utf8'),
) as {
  readonly now: number;
  readonly url: string;
  readonly ed25519: { readonly seedHex: string; readonly publicKeyHex: string };
  readonly vectors: Readonly<Record<string, StoredVector>>;
  readonly codeSchemes: {
    readonly xcrc: Readonly<Record<'consumerSecret' | 'crc_token' | 'response_token', string>>;
    readonly mailgun: Readonly<Record<'signingKey' | 'timestamp' | 'token' | 'signature', string>>;
    readonly adyenStandard: Readonly<Record<'key' | 'data' | 'signature', string>>;
  };
};
const { now, url, ed25519 } = stored;

test('there is a record for every vector', () => {
  expect(Object.keys(vectorSchemes).toSorted()).toEqual(Object.keys(stored.vectors).toSorted());
});

const cases = Object.entries(stored.vectors).map(([id, vector]) => ({
  id,
  vector,
  scheme: vectorSchemes[id]!,
}));

describe.each(cases)('$id', ({ vector, scheme }) => {
  const headers: readonly Header[] = Object.entries(vector.headers);
  const body = Buffer.from(vector.body);
  const name = signatureName(scheme);
  const signed = headers.find(([header]) => header === name.toLowerCase())![1];
  const isAsymmetric = scheme.kind === 'asymmetric';
  const secret = isAsymmetric ? ed25519.publicKeyHex : vector.secret;
  const { timestamp } = scheme;

  const judge = (
    given: readonly Header[],
    {
      bytes = body,
      secrets = [secret],
      at = now,
    }: { bytes?: Uint8Array; secrets?: Secret[]; at?: number } = {},
  ) => verify(scheme, { method: 'POST', headers: given, body: bytes }, secrets, { now: at, urls: [url] });
  const withSignature = (value: string) => judge(withHeader(headers, name, value));

  test('verifies', () => {
    expect(judge(headers)).toMatchObject({ ok: true, reason: 'valid', secretIndex: 0 });
  });

  test('is what signing makes', () => {
    const key = isAsymmetric ? ed25519.seedHex : secret;
    const request: OutgoingRequest = { method: 'POST', url, headers: withoutHeaders(headers, [name]), body };
    const made = sign(scheme, request, key, { now });
    expect(made.headers.find(([header]) => header === name)![1]).toBe(signed);
    expect({ body: made.body, url: made.url }).toEqual({ body, url });
  });

  test('does not verify with any bit of the body flipped', () => {
    for (let bit = 0; bit < body.length * 8; bit += 7) {
      const bytes = Buffer.from(body);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect(judge(headers, { bytes }).reason).toBe('no-match');
    }
  });

  test('does not verify with another secret', () => {
    const other = isAsymmetric
      ? '8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c'
      : 'YW5vdGhlciBzZWNyZXQ=';
    expect(judge(headers, { secrets: [other] }).reason).toBe('no-match');
    expect(judge(headers, { secrets: [other, secret] })).toMatchObject({ ok: true, secretIndex: 1 });
  });

  test('does not verify with its signature altered, cut off or taken away', () => {
    const at = signed.length - 8;
    const altered = signed.slice(0, at) + (signed[at] === '0' ? '1' : '0') + signed.slice(at + 1);
    expect(withSignature(altered).reason).toBe('no-match');
    expect(withSignature(signed.slice(0, -6)).reason).toBe('malformed-header');
    expect(withSignature('garbage!').reason).toBe('malformed-header');
    expect(withSignature('').reason).toBe('malformed-header');
    expect(judge(withoutHeaders(headers, [name]))).toMatchObject({ reason: 'missing-header', header: name });
  });

  if (timestamp !== undefined)
    test('does not verify with its timestamp altered or taken away', () => {
      const { from, format, toleranceSeconds } = timestamp;
      const inHeader = 'header' in from ? from.header : name;
      const value = headers.find(([header]) => header === inHeader.toLowerCase())![1];
      const withTime = (text: string) =>
        judge(withHeader(headers, inHeader, 'field' in from ? value.replace(/\d{10,}/, text) : text));
      const later = {
        unix: '1700000001',
        'unix-ms': '1700000001000',
        iso8601: '2023-11-14T22:13:21.000Z',
      } as const;
      expect(withTime(later[format as keyof typeof later]).reason).toBe('no-match');
      for (const absurd of ['soon', '-1', '1e300', 'NaN', '0x10', 'Infinity', '']) {
        expect(withTime(absurd).reason).toBe('malformed-header');
      }
      const without =
        'field' in from
          ? withHeader(headers, name, value.replace(/^\w+=\d+[,;] ?/, ''))
          : withoutHeaders(headers, [inHeader]);
      expect(judge(without).reason).toBe('field' in from ? 'malformed-header' : 'missing-header');

      const border = (toleranceSeconds ?? 1e9) * 1_000;
      expect(judge(headers, { at: now + border }).reason).toBe('valid');
      expect(judge(headers, { at: now - border }).reason).toBe('valid');
      const limited = toleranceSeconds !== null;
      expect(judge(headers, { at: now + border + 1_000 }).reason).toBe(limited ? 'too-old' : 'valid');
      expect(judge(headers, { at: now - border - 1_000 }).reason).toBe(limited ? 'too-new' : 'valid');
    });

  if (scheme.values !== undefined)
    test('does not verify without what else is signed', () => {
      for (const place of Object.values(scheme.values!)) {
        if (!('header' in place)) throw new Error('a place that this test does not know');
        expect(judge(withoutHeaders(headers, [place.header])).reason).toBe('missing-header');
        expect(judge(withHeader(headers, place.header, 'another')).reason).toBe('no-match');
      }
    });
});

test('a URL that is signed is put together from the headers, and another is refused', () => {
  const { secret, headers, body } = stored.vectors['square']!;
  const judge = (path: string, more: readonly Header[]) =>
    verify(
      vectorSchemes['square']!,
      { method: 'POST', path, headers: [...more, ...Object.entries(headers)], body: Buffer.from(body) },
      [secret],
    ).reason;
  expect(judge('/hook?a=1', [['Host', 'example.com']])).toBe('valid');
  expect(
    judge('/hook?a=1', [
      ['Host', 'localhost:3000'],
      ['X-Forwarded-Host', 'example.com'],
    ]),
  ).toBe('valid');
  expect(judge('/hook?a=2', [['Host', 'example.com']])).toBe('no-match');
  expect(judge('/hook?a=1', [['Host', 'example.org']])).toBe('no-match');
  expect(judge('/hook?a=1', [])).toBe('missing-header');
});

describe('a signature in the body', () => {
  const { signingKey, ...signature } = stored.codeSchemes.mailgun;
  const scheme: HmacScheme = {
    kind: 'hmac',
    hash: 'sha256',
    signature: { body: 'signature.signature' },
    forms: [{ prefix: '', encoding: 'hex' }],
    content: '{timestamp}{token}',
    values: { token: { body: 'signature.token' } },
    timestamp: { from: { body: 'signature.timestamp' }, format: 'unix', toleranceSeconds: 300 },
  };
  const judge = (parts: object, at = now) =>
    verify(scheme, { headers: [], body: Buffer.from(JSON.stringify(parts)) }, [signingKey], { now: at })
      .reason;

  test('verifies the fields beside it, and not the rest of the body', () => {
    expect(judge({ signature, 'event-data': 1 })).toBe('valid');
    expect(judge({ signature, 'event-data': 2 })).toBe('valid');
    expect(judge({ signature: { ...signature, token: 'b' } })).toBe('no-match');
    expect(judge({ signature: { ...signature, timestamp: '1700000001' } })).toBe('no-match');
    expect(judge({ signature: { ...signature, timestamp: 'now' } })).toBe('malformed-header');
    expect(judge({ signature: { ...signature, signature: 'zz' } })).toBe('malformed-header');
    expect(judge({ signature: { ...signature, token: undefined } })).toBe('missing-header');
    expect(judge({ signature: { token: 1 } })).toBe('missing-header');
    expect(judge([])).toBe('missing-header');
    expect(judge({ signature }, now + 301_000)).toBe('too-old');
  });

  test('is written there', () => {
    const { signature: _, ...unsigned } = signature;
    const given = {
      method: 'POST',
      url,
      headers: [],
      body: Buffer.from(JSON.stringify({ signature: unsigned })),
    };
    const made = sign(scheme, given, signingKey, { now });
    expect(JSON.parse(Buffer.from(made.body).toString())).toEqual({ signature });
  });
});

test('a value of the query is signed, and the signature stands in a body', () => {
  const { consumerSecret, crc_token, response_token } = stored.codeSchemes.xcrc;
  const scheme: HmacScheme = {
    kind: 'hmac',
    hash: 'sha256',
    signature: { body: 'response_token' },
    forms: [{ prefix: 'sha256=', encoding: 'base64' }],
    content: '{token}',
    values: { token: { query: 'crc_token' } },
  };
  const made = sign(
    scheme,
    {
      method: 'GET',
      url: `https://example.com/?crc_token=${crc_token}`,
      headers: [],
      body: Buffer.from('{}'),
    },
    consumerSecret,
    { now },
  );
  expect(JSON.parse(Buffer.from(made.body).toString())).toEqual({ response_token });
});

test('fields of the body are signed with a key of hexadecimal digits', () => {
  const { key, data, signature } = stored.codeSchemes.adyenStandard;
  const [psp, original, account, reference, value, currency, code, success] = data.split(':');
  const item = (name: string) => ({ body: `items.0.${name}` });
  const scheme: HmacScheme = {
    kind: 'hmac',
    hash: 'sha256',
    key: { encoding: 'hex' },
    signature: { body: 'items.0.additionalData.hmacSignature' },
    forms: [{ prefix: '', encoding: 'base64' }],
    content: '{psp}:{original}:{account}:{reference}:{value}:{currency}:{code}:{success}',
    values: {
      psp: item('psp'),
      original: item('original'),
      account: item('account'),
      reference: item('reference'),
      value: item('amount.value'),
      currency: item('amount.currency'),
      code: item('code'),
      success: item('success'),
    },
  };
  const judge = (amount: number) => {
    const content = { psp, original, account, reference, amount: { value: amount, currency }, code, success };
    const body = JSON.stringify({ items: [{ ...content, additionalData: { hmacSignature: signature } }] });
    return verify(scheme, { headers: [], body: Buffer.from(body) }, [key]).reason;
  };
  expect(judge(Number(value))).toBe('valid');
  expect(judge(Number(value) + 1)).toBe('no-match');
});

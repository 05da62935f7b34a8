import { describe, expect, test } from 'vitest';
import { WebhookError } from '../../../src/errors.ts';
import type { OutgoingRequest } from '../../../src/model/request.ts';
import { formName, schemeName } from '../../../src/signing/describe.ts';
import type { HmacScheme, Secret, SignatureForm } from '../../../src/signing/scheme.ts';
import { sign as signRequest } from '../../../src/signing/sign.ts';

const scheme: HmacScheme = {
  kind: 'hmac',
  hash: 'sha256',
  signature: { header: 'X-Example-Signature' },
  forms: [
    { prefix: 'sha256=', encoding: 'hex' },
    { prefix: '', encoding: 'base64' },
  ],
};

// RFC 4231, test case 2.
const secret = 'Jefe';
const body = Buffer.from('what do ya want for nothing?');
const hex = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';

const NOW = 1_700_000_000_000;
const request = (bytes: Uint8Array): OutgoingRequest => ({
  method: 'POST',
  url: 'https://example.com/hook?a=1',
  headers: [['Content-Type', 'application/json']],
  body: bytes,
});
/** The headers that signing adds. */
const sign = (of: HmacScheme, bytes: Uint8Array, key: Secret, form?: SignatureForm) =>
  signRequest(of, request(bytes), key, { now: NOW, form }).headers.slice(1);

describe('sign', () => {
  test('changes nothing but the header', () => {
    const given = request(body);
    const { headers, ...rest } = signRequest(scheme, given, secret, { now: NOW });
    expect({ ...rest, headers: headers.slice(0, 1) }).toEqual(given);
  });

  test('writes the first form into the header of the scheme', () => {
    expect(sign(scheme, body, secret)).toEqual([['X-Example-Signature', `sha256=${hex}`]]);
  });

  test('writes another form where asked', () => {
    const base64 = Buffer.from(hex, 'hex').toString('base64');
    expect(sign(scheme, body, secret, scheme.forms[1])).toEqual([['X-Example-Signature', base64]]);
  });

  test('takes a secret as bytes', () => {
    expect(sign(scheme, body, Buffer.from(secret))).toEqual(sign(scheme, body, secret));
  });

  test.each([
    ['a line break at its end', `${secret}\n`],
    ['a blank at its start', ` ${secret}`],
  ])('keeps %s as part of the secret', (_, other) => {
    expect(sign(scheme, body, other)).not.toEqual(sign(scheme, body, secret));
  });

  test('uses a whsec_ text whole', () => {
    const decoded = Buffer.from('xxxxxxxxxxxxx', 'base64');
    expect(sign(scheme, body, 'whsec_xxxxxxxxxxxxx')).not.toEqual(sign(scheme, body, decoded));
    expect(sign(scheme, body, 'whsec_xxxxxxxxxxxxx')).not.toEqual(sign(scheme, body, 'xxxxxxxxxxxxx'));
  });

  test('signs an empty body', () => {
    expect(sign(scheme, new Uint8Array(), 'your-webhook-secret')[0]![1]).toBe(
      'sha256=9b05faa11d309c22d73f09cf58fa137bd436128250daccc545773e612633055f',
    );
  });

  test.each([
    ['text', ''],
    ['bytes', new Uint8Array()],
  ])('refuses an empty secret given as %s', (_, empty) => {
    expect(() => sign(scheme, body, empty)).toThrow(WebhookError);
    expect(() => sign(scheme, body, empty)).toThrow(
      expect.objectContaining({ code: 'ERR_EMPTY_SECRET', hint: expect.stringContaining('--secret') }),
    );
  });
});

describe('names', () => {
  test('say what a scheme and its forms are', () => {
    expect(schemeName(scheme)).toBe('hmac-sha256');
    expect(scheme.forms.map(formName)).toEqual(['sha256=<hex>', '<base64>']);
  });
});

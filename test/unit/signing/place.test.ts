import { describe, expect, test } from 'vitest';
import type { OutgoingRequest } from '../../../src/model/request.ts';
import { placeValue, withoutSignature } from '../../../src/signing/place.ts';
import type { HmacScheme } from '../../../src/signing/scheme.ts';
import { sign } from '../../../src/signing/sign.ts';
import { signedView } from '../../../src/signing/signed-request.ts';
import { verify } from '../../../src/signing/verify.ts';

const NOW = 1_795_305_795_354;
const scheme: HmacScheme = {
  kind: 'hmac',
  hash: 'sha256',
  signature: { header: 'X-Signature' },
  forms: [{ prefix: '', encoding: 'hex' }],
  timestamp: { from: { body: 'sentAt' }, format: 'unix-ms', isNumber: true, toleranceSeconds: 60 },
};
const inBody: HmacScheme = {
  ...scheme,
  signature: { body: 'proof.signature' },
  content: '{timestamp}',
  timestamp: { from: { body: 'proof.time' }, format: 'unix', toleranceSeconds: 60 },
};

const request = (body: string | Uint8Array): OutgoingRequest => ({
  method: 'POST',
  url: 'https://example.com/',
  headers: [],
  body: Buffer.from(body as string),
});
const text = ({ body }: OutgoingRequest): string => Buffer.from(body).toString();
const signed = (body: string | Uint8Array, keepTime?: boolean) =>
  sign(scheme, request(body), 'secret', { now: NOW, keepTime });

describe('a time that is signed in the body', () => {
  test.each([
    ['a number', '{ "n" : 12345678901234567890,"sentAt":1, "p":1.0 }', '"sentAt":1,', `"sentAt":${NOW},`],
    ['text', '{ "sentAt" : "1" }\n', '"1"', `"${NOW}"`],
    ['null', '{ "sentAt" : null }', 'null', String(NOW)],
    ['nothing', '{ "p":1.0,"p":2 }', '2 }', `2,"sentAt":${NOW} }`],
  ])('is written where there is %s, and every other byte stays', (_what, body, from, to) => {
    const sent = signed(body);
    expect(text(sent)).toBe(body.replace(from, to));
    expect(verify(scheme, signedView(sent), ['secret'], { now: NOW })).toMatchObject({ ok: true });
  });

  test('stays as it is where that is asked for, and is written where there is none', () => {
    const body = '{"sentAt": 1795305795000.0}';
    const sent = signed(body, true);
    expect(text(sent)).toBe(body);
    expect(verify(scheme, signedView(sent), ['secret'], { now: NOW })).toMatchObject({ ok: true });
    expect(text(signed('{}', true))).toBe(`{"sentAt":${NOW}}`);
  });

  test.each(['[1]', '"text"', 'null', '7', 'no JSON', '', Buffer.from('{"\u00ff":1}', 'latin1')])(
    'is left out of %s, which can hold none',
    (body) => {
      const sent = signed(body);
      expect(sent.body).toEqual(Buffer.from(body as string));
      expect(sent.headers.map(([name]) => name)).toEqual(['X-Signature']);
    },
  );

  test.each(['[1]', 'no JSON', '{"proof":"text"}'])(
    'that the signature needs cannot be left out: %s',
    (body) => {
      expect(() => sign(inBody, request(body), 'secret', { now: NOW })).toThrow(
        expect.objectContaining({ code: 'ERR_UNSIGNABLE', message: expect.stringContaining('proof.time') }),
      );
    },
  );
});

test('a signature is written into a body and taken out again, and every other byte stays', () => {
  const body = '{ "n": 1.0,\n "proof": { "time":"1" }, "n":2 }';
  const sent = sign(inBody, request(body), 'secret', { now: NOW });
  expect(verify(inBody, signedView(sent), ['secret'], { now: NOW })).toMatchObject({ ok: true });
  const dated = body.replace('"1"', `"${Math.floor(NOW / 1_000)}"`);
  expect(text(sent)).toMatch(
    /^\{ "n": 1\.0,\n "proof": \{ "time":"1795305795","signature":"[0-9a-f]{64}" \}, "n":2 \}$/,
  );
  expect(text(withoutSignature(inBody, sent))).toBe(dated);
});

test.each([
  ['a=%7e+x&&b', 'a=%7e+x&&b&sig+nature=%26'],
  ['x=~&sig%20nature=1&z=%C3%A9&sig+nature=2', 'x=~&sig+nature=%26&z=%C3%A9'],
  ['', 'sig+nature=%26'],
])('a parameter is written into the form %j, and the others stay as they are', (body, due) => {
  expect(text(placeValue({ form: 'sig nature' }, request(body), '&'))).toBe(due);
});

test('a form keeps bytes that are no text', () => {
  const bytes = Buffer.from([0x61, 0x3d, 0xff, 0xfe]);
  const { body } = placeValue({ form: 's' }, request(bytes), '1');
  expect(body).toEqual(Buffer.concat([bytes, Buffer.from('&s=1')]));
});

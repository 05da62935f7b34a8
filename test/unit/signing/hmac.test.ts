import { describe, expect, test } from 'vitest';
import { decodeSignature, encodeSignature, equalDigests, hmac } from '../../../src/signing/hmac.ts';
import type { HmacScheme, SignatureForm } from '../../../src/signing/scheme.ts';

const bareHex: SignatureForm = { prefix: '', encoding: 'hex' };
const prefixedHex: SignatureForm = { prefix: 'sha256=', encoding: 'hex' };
const bareBase64: SignatureForm = { prefix: '', encoding: 'base64' };
const prefixedBase64: SignatureForm = { prefix: 'sha256=', encoding: 'base64' };

const scheme: HmacScheme = {
  kind: 'hmac',
  hash: 'sha256',
  header: 'X-Signature',
  forms: [bareHex, prefixedHex, bareBase64, prefixedBase64],
};

// RFC 4231, test cases 1, 2 and 6 (a key longer than the block).
const published: readonly { key: Uint8Array; data: string; hex: string }[] = [
  {
    key: new Uint8Array(20).fill(0x0b),
    data: 'Hi There',
    hex: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  },
  {
    key: Buffer.from('Jefe'),
    data: 'what do ya want for nothing?',
    hex: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  },
  {
    key: new Uint8Array(131).fill(0xaa),
    data: 'Test Using Larger Than Block-Size Key - Hash Key First',
    hex: '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  },
];

const digest = hmac('sha256', 'secret', Buffer.from('body'));

describe('hmac', () => {
  test.each(published)('agrees with the published answer for "$data"', ({ key, data, hex }) => {
    expect(hmac('sha256', key, Buffer.from(data)).toString('hex')).toBe(hex);
  });

  test('takes a text secret as its UTF-8 bytes', () => {
    const body = Buffer.from([0, 255, 10]);
    expect(hmac('sha256', 'clé 🔑\n', body)).toEqual(hmac('sha256', Buffer.from('clé 🔑\n'), body));
  });
});

describe('encoding and decoding', () => {
  test.each(scheme.forms)('returns the digest written as $prefix<$encoding>', (form) => {
    expect(decodeSignature(scheme, encodeSignature(form, digest))).toEqual({ form, digest });
  });

  test('writes hex digits in lower case', () => {
    expect(encodeSignature(prefixedHex, digest)).toMatch(/^sha256=[0-9a-f]{64}$/);
  });

  test('reads hex digits in upper and mixed case', () => {
    const lower = digest.toString('hex');
    const mixed = lower.replace(/[a-f]/g, (letter, at: number) => (at % 2 ? letter.toUpperCase() : letter));
    for (const text of [lower.toUpperCase(), mixed]) {
      expect(decodeSignature(scheme, text)?.digest).toEqual(digest);
    }
  });

  test('reads base64 without its padding', () => {
    const text = digest.toString('base64');
    expect(text.endsWith('=')).toBe(true);
    expect(decodeSignature(scheme, text.slice(0, -1))).toEqual({ form: bareBase64, digest });
  });

  test('knows only the forms of its scheme', () => {
    const strict: HmacScheme = { ...scheme, forms: [prefixedHex] };
    expect(decodeSignature(strict, digest.toString('hex'))).toBeNull();
    expect(decodeSignature(strict, `sha256=${digest.toString('base64')}`)).toBeNull();
    expect(decodeSignature(strict, `sha256=${digest.toString('hex')}`)?.digest).toEqual(digest);
  });

  const hex = digest.toString('hex');
  const base64 = digest.toString('base64');
  test.each([
    ['nothing', ''],
    ['the prefix alone', 'sha256='],
    ['the prefix twice', `sha256=sha256=${hex}`],
    ['the prefix in capitals', `SHA256=${hex}`],
    ['the prefix of another hash', `sha1=${hex}`],
    ['one hex digit too few', hex.slice(1)],
    ['one hex digit too many', `${hex}0`],
    ['letters after the digest', `${hex}zz`],
    ['a letter that is no hex digit', `g${hex.slice(1)}`],
    ['a full-width digit', `０${hex.slice(1)}`],
    ['white space inside', `${hex.slice(0, 32)} ${hex.slice(32)}`],
    ['a line break at the end', `${hex}\n`],
    ['a NUL at the end', `${hex}\0`],
    ['the digest of another length', digest.subarray(1).toString('hex')],
    ['base64 with a byte too few', digest.subarray(1).toString('base64')],
    ['base64 with a byte too many', Buffer.concat([digest, Buffer.of(1)]).toString('base64')],
    ['base64 with too much padding', `${base64}=`],
    ['base64 with a character of no alphabet', `!${base64.slice(1)}`],
    ['10 kB of hex digits', 'a'.repeat(10_240)],
  ])('does not take %s for a digest', (_, value) => {
    expect(decodeSignature(scheme, value)).toBeNull();
  });
});

describe('equalDigests', () => {
  test('compares content and length', () => {
    const other = Buffer.from(digest);
    expect(equalDigests(digest, other)).toBe(true);
    other[31]! ^= 1;
    expect(equalDigests(digest, other)).toBe(false);
    expect(equalDigests(digest, digest.subarray(0, 31))).toBe(false);
    expect(equalDigests(digest, Buffer.alloc(0))).toBe(false);
  });
});

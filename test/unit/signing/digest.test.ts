import { describe, expect, test } from 'vitest';
import {
  decodeForm,
  DIGEST_BYTES,
  encodeDigest,
  equalDigests,
  hmac,
  plainDigest,
} from '../../../src/signing/digest.ts';
import type { Hash, HmacScheme, SignatureForm } from '../../../src/signing/scheme.ts';

const bareHex: SignatureForm = { prefix: '', encoding: 'hex' };
const prefixedHex: SignatureForm = { prefix: 'sha256=', encoding: 'hex' };
const bareBase64: SignatureForm = { prefix: '', encoding: 'base64' };
const prefixedBase64: SignatureForm = { prefix: 'sha256=', encoding: 'base64' };

const scheme: HmacScheme = {
  kind: 'hmac',
  hash: 'sha256',
  signature: { header: 'X-Signature' },
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

/** The first form of a scheme that a text has, and the digest in it. */
function decodeSignature(of: HmacScheme, text: string): { form: SignatureForm; digest: Buffer } | null {
  for (const form of of.forms) {
    const found = decodeForm(form, text, DIGEST_BYTES[of.hash]);
    if (found !== null) return { form, digest: found };
  }
  return null;
}

const encodeSignature = (form: SignatureForm, bytes: Buffer): string =>
  form.prefix + encodeDigest(form.encoding, bytes);

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

/** HMACs of ff 00 and `{"n":1.0}` with the key `secret`, and the digests without a key, made with Python's hmac and hashlib. */
const answers: readonly [hash: Hash, hmac: string, plain: string][] = [
  ['md5', '76757fddec5e7dd3e8dcb1d384e152fd', '68126e594f6db0103d8678a182cc5cfb'],
  ['sha1', 'bcdcba016da6f89f5dce0428317657dfd50f38af', '8519613ced558c3ac25a798b6f1a12dc2ca95f0e'],
  [
    'sha384',
    '385eea4524d2b3486fc3a4e606c430cf7860d4c5758afe7ea735177c31ddee9eb5baa46c97c72e435ad6b83eb42e627c',
    'd8ed262509d0070aec870f42d010991550dec97632a5ac181f20d29b1237b24e3917a2b5745fb6ac7f2c8e4c35bd924c',
  ],
  [
    'sha512',
    'c35f0f19c6273ac6a86c5256ef70cc47ed5263f199eb018ec5f31bcc8a7580b53c513befe1e44dfca55f9b2b0a00bae9a0c4a83a694d03fbc0b89b54eb042f9a',
    'ac04e1c33cd0c3184ff2157b0f13991005ab37febe0a72c6ab3dfadd1713832fa04ae87a75678bdf567d15f96b63fa6fa3371702a1245a68db1be3e8bba6aec2',
  ],
];

describe('hashes', () => {
  const parts = [Buffer.from([0xff, 0x00]), Buffer.from('{"n":1.0}')];

  test.each(answers)(
    '%s agrees with another implementation, of one piece and of two',
    (hash, keyed, plain) => {
      expect(hmac(hash, 'secret', ...parts).toString('hex')).toBe(keyed);
      expect(hmac(hash, Buffer.from('secret'), Buffer.concat(parts)).toString('hex')).toBe(keyed);
      expect(plainDigest(hash, ...parts).toString('hex')).toBe(plain);
      expect(DIGEST_BYTES[hash] * 2).toBe(keyed.length);
    },
  );

  test.each(['hex', 'HEX', 'base64', 'base64url'] as const)('are written and read as %s', (encoding) => {
    for (const [hash, keyed] of answers) {
      const bytes = Buffer.from(keyed, 'hex');
      const form: SignatureForm = { prefix: 'v1=', encoding };
      const text = `v1=${encodeDigest(encoding, bytes)}`;
      expect(decodeForm(form, text, DIGEST_BYTES[hash])).toEqual(bytes);
      expect(decodeForm(form, text, DIGEST_BYTES[hash] + 1)).toBeNull();
      expect(decodeForm(form, text, null)).toEqual(bytes);
    }
  });

  test('are written in the alphabet and the case of their encoding', () => {
    const bytes = Buffer.from([0xfb, 0xff, 0xfe, 0xab]);
    expect(encodeDigest('HEX', bytes)).toBe('FBFFFEAB');
    expect(encodeDigest('base64', bytes)).toBe('+//+qw==');
    expect(encodeDigest('base64url', bytes)).toBe('-__-qw');
    expect(decodeForm({ prefix: '', encoding: 'base64url' }, '-__-qw==', 4)).toEqual(bytes);
    expect(decodeForm({ prefix: '', encoding: 'base64url' }, '+//+qw==', 4)).toBeNull();
    expect(decodeForm({ prefix: '', encoding: 'base64' }, '-__-qw', 4)).toBeNull();
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

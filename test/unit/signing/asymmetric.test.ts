import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Header } from '../../../src/model/request.ts';
import { hmacKey, privateKey, publicKey, randomSecret } from '../../../src/signing/keys.ts';
import type { AsymmetricScheme, HmacScheme, KeyForm, Secret } from '../../../src/signing/scheme.ts';
import { sign } from '../../../src/signing/sign.ts';
import { verify } from '../../../src/signing/verify.ts';

type Algorithm = AsymmetricScheme['algorithm'];

function schemeOf(
  algorithm: Algorithm,
  publicKeyForm: AsymmetricScheme['publicKey'] = 'pem',
): AsymmetricScheme {
  return {
    kind: 'asymmetric',
    algorithm,
    publicKey: publicKeyForm,
    signature: { header: 'X-Signature' },
    forms: [{ prefix: '', encoding: 'base64' }],
    content: '{timestamp}.{body}',
    timestamp: { from: { header: 'X-Time' }, format: 'unix', toleranceSeconds: null },
  };
}

const body = Buffer.from('{"x":1}');

function judge(scheme: AsymmetricScheme, signature: string, key: Secret, bytes: Uint8Array = body) {
  const headers: Header[] = [
    ['X-Signature', signature],
    ['X-Time', '1700000000'],
  ];
  return verify(scheme, { headers, body: bytes }, [key]).reason;
}

const ED25519 = {
  private: '11'.repeat(32),
  pkcs8: 'MC4CAQAwBQYDK2VwBCIEIBERERERERERERERERERERERERERERERERERERERERER',
  public: 'd04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c9778737',
  spki: 'MCowBQYDK2VwAyEA0EqyMnQrtKs6E2i9RhXk5tAiSrcaAWuvhSCjMsl3hzc=',
};
const P256 = {
  private: '22'.repeat(32),
  pkcs8:
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiKhRANCAATWWpOXfKo9GwgYUv9Xp55GXxZgV3MEuurVBd06SFic81AYXolTct9iIeo6E3VX5HP922dV8FvVB8PFM/zpyRKF',
  spki: 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1lqTl3yqPRsIGFL/V6eeRl8WYFdzBLrq1QXdOkhYnPNQGF6JU3LfYiHqOhN1V+Rz/dtnVfBb1QfDxTP86ckShQ==',
  point:
    '04d65a93977caa3d1b081852ff57a79e465f1660577304baead505dd3a48589cf350185e895372df6221ea3a137557e473fddb6755f05bd507c3c533fce9c91285',
  compressed: '03d65a93977caa3d1b081852ff57a79e465f1660577304baead505dd3a48589cf3',
};
const RSA_PUBLIC = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzwUOUG0f3nSnD2RIz56J
zYgxiSZ6zGrpD0+SXN8LZBA4CNdrQC3khdMJuA9y+NE+jQBlnZJjtjhmPkYUENGw
lGo+iJhNhwFdjurtMo5TTTPu0YUIVPjNPUt45e9IghN5XgmXYsY9wBaaX2T8YYPE
ihTAo12Gp9OQKv+h6DZOiQWpJBAuVQEbc6Rdj/Rv0Y3GLR6kvW7RrTrLRMf7epW9
mVtXhgLal8mfJtcINurIDuLzHDiXt4BZD7L1Tfef+0dIOADFaLX6Bm/S+9EJPBwC
y5ZwVgUUuuW9xQXODP7JVSCvySBye2//29H71XnogW/pwX1K2CGCgC1hl/HXmPHM
XQIDAQAB
-----END PUBLIC KEY-----`;
const P384_SPKI =
  'MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEfk6eMXD5T26NiEAlUbHae7Q9YT0HEuAZC5Jj2nWCxhBtfEV/8DzHo2WtCoLj9liRmh1L02tNNsbw+kiCfgRHit8B470OIt1pFSwKWmSFf0+OKYGY1PpQP+eL3ICJXOa9';
const SECP256K1_SPKI =
  'MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAExAUelGktg34xq2LTFboOz1fopKw7IwfItdSqFIWvZ7TXZGlYKYOgNQCTTK9ouuNR3lXjMaJl7PQv7PjnRQE26w==';

/** Signatures of `1700000000.{"x":1}` that the openssl command has made. */
const answers: readonly [name: string, algorithm: Algorithm, key: string, signature: string][] = [
  [
    'Ed25519',
    'ed25519',
    ED25519.spki,
    'WYT0AXSAfy819W4IGVvCTD4+NXLr7/diur3ai1JNkv9stO+FXu/OhCALuKlXZhoaZAzMBlGYreOr+S9mfBQHAg==',
  ],
  [
    'ECDSA',
    'ecdsa-p256-sha256',
    P256.spki,
    'MEYCIQC/JcEqaVzQFtYRsU01tyQCRUsdPzbeUNCBcxvJ9AHsFgIhAPmT0CmfkqL4xvb8EU2ZTKP6FuiVN+y79xfBJ4matGkw',
  ],
  [
    'RSA',
    'rsa-sha256',
    RSA_PUBLIC,
    'CVtWETtv5g2cRFDs57lBl85spOM1LtD4kPRWCKFKI9alM6qKogJoiBkLSp6BmDFZEy65uROIxLmovLc2otE6lwL0L+W1GYUUU/a2TB5xs98/w2C+HtR1ibYzkXNyslL7Vc96VK0XByc3UawuvMAEsd0uQhUGrZmUaTFUWQC5vlhc6spDxtMMGLWeoxW9j0smQ5Rnv2cn061KRjYg1IIwK90+Exw5yfh9kkn771evMm9lzWjejsRbSzcn8mSiK05KcBbAaTjTaDaB/SmkXBa7Pdg3YaKeJPAt497k1atJo3I8UlvPERJCWP1pk4V6nCapWIuzVXey6O1eQF5UUZ8hJw==',
  ],
  [
    'RSA-PSS with a salt of 64 bytes',
    'rsa-pss-sha512',
    RSA_PUBLIC,
    'ZmSWCf5U4N0DFD03FOHMTKI3j1J8Ba8o/zw+tr3cB/oXM7rvYvro6EnazlJoRdoYd2HpfrWoh2Cs1STBElqKzxYZ7teLlve/7Nt+RZ5tEhyccKLpwjbN5aVuVf7lgJhIW1ivhQ0Tdmp6PINEwKPI3g9HEn+Py8wJ0wzfqbYRQnq9VPsndJGa6gqf/tR8qDSZOIjzt1PnXUctRAhRVnNsuy6osE5wVO7ZIbO3xhtY19dkM7T/hTWUEWi4vnnx5S8wonorp2yOV5xfgk/OW9RMmey5x/iFGB0wW2MEI2VEtrEa9aRh1i7WTIPFpIvjwfMvsj/XNCNJIQTNK5OFTTA74g==',
  ],
  [
    'RSA-PSS with a salt of 20 bytes',
    'rsa-pss-sha512',
    RSA_PUBLIC,
    'F+SJfSnadtRc0WmAP76OwsmlJ7YIZk31C7pMgCHni1N1j5xCnfrcLhdJuN7xYomLcNBxgiNcGw6WD88d9fSQ+14+foc9DvIOOCff2j7Wt9n3QmmXZjig/HtAJHjXeeA6UBv0YsX/C7035sSPBU9BsGoTMZsMv3gqEAO3KOEtpr4S+nXnf2MjDdXrJ7E4eadUR01z4OK06pKFxFa6L+o7lqkJCpcFlimAc1AnpjW7PejKMgsSYAaI8FoaMfztf8C/8IOwFsw9YI9HRzsT5cz/IU/eczf57V+PjFJyge16HNwX+vRIhX5jjyyaEZLx0CyhSsTmLG4l39DDk+Zwbf9v+A==',
  ],
];

describe.each(answers)('%s', (_, algorithm, key, signature) => {
  const scheme = schemeOf(algorithm);

  test('agrees with openssl', () => {
    expect(judge(scheme, signature, key)).toBe('valid');
    expect(judge(scheme, signature, key, Buffer.from('{"x":2}'))).toBe('no-match');
  });

  test('does not verify with a character changed, and what is no signature is malformed', () => {
    for (const at of [20, signature.length - 8]) {
      const altered = signature.slice(0, at) + (signature[at] === 'A' ? 'B' : 'A') + signature.slice(at + 1);
      expect(judge(scheme, altered, key)).toBe('no-match');
    }
    for (const junk of ['', 'A', 'AAAA', '*'.repeat(88), Buffer.from('some text').toString('base64')]) {
      expect(judge(scheme, junk, key)).toBe('malformed-header');
    }
  });

  test('takes no key of another sort', () => {
    const others = [
      RSA_PUBLIC,
      ED25519.spki,
      P256.spki,
      P384_SPKI,
      SECP256K1_SPKI,
      'garbage',
      '-----BEGIN PUBLIC KEY-----',
    ];
    const sameSort = algorithm.startsWith('rsa') ? RSA_PUBLIC : key;
    for (const other of others.filter((one) => one !== sameSort)) {
      expect(judge(scheme, signature, other)).toBe('no-secret');
    }
  });
});

test.each<[string, Algorithm, AsymmetricScheme['publicKey'], readonly Secret[]]>([
  [
    'Ed25519 as SPKI',
    'ed25519',
    'spki-base64',
    [ED25519.spki, Buffer.from(ED25519.spki), Buffer.from(ED25519.spki, 'base64')],
  ],
  [
    'Ed25519 raw',
    'ed25519',
    'raw-hex',
    [
      ED25519.public,
      ED25519.public.toUpperCase(),
      ` ${ED25519.public}\n`,
      Buffer.from(ED25519.public, 'hex').toString('base64'),
      Buffer.from(ED25519.public, 'hex').toString('base64url'),
      Buffer.from(ED25519.public, 'hex'),
      ED25519.spki,
    ],
  ],
  ['Ed25519 from a private key', 'ed25519', 'raw-base64', [ED25519.pkcs8, pem(ED25519.pkcs8)]],
  [
    'P-256',
    'ecdsa-p256-sha256',
    'spki-base64',
    [P256.spki, P256.point, P256.compressed, Buffer.from(P256.point, 'hex')],
  ],
  ['P-256 from a private key', 'ecdsa-p256-sha256', 'pem', [P256.private, P256.pkcs8, pem(P256.pkcs8)]],
  [
    'RSA with written line breaks',
    'rsa-sha256',
    'pem',
    [RSA_PUBLIC, RSA_PUBLIC.replaceAll('\n', '\\n'), Buffer.from(RSA_PUBLIC)],
  ],
])('a public key is read: %s', (_, algorithm, form, keys) => {
  const signature = answers.find(([, one]) => one === algorithm)![3];
  for (const key of keys) expect(judge(schemeOf(algorithm, form), signature, key)).toBe('valid');
});

test('32 bytes are never taken for a private Ed25519 key when verifying: whoever knows the public one could sign', () => {
  for (const form of ['pem', 'spki-base64'] as const) {
    expect(publicKey(schemeOf('ed25519', form), ED25519.public)).toBeNull();
  }
  const signedWithPublic = sign(
    schemeOf('ed25519', 'raw-hex'),
    { method: 'POST', url: 'https://example.com/', headers: [], body },
    ED25519.public,
    { now: 1_700_000_000_000 },
  );
  const { headers } = signedWithPublic;
  expect(verify(schemeOf('ed25519', 'raw-hex'), { headers, body }, [ED25519.public]).reason).toBe('no-match');
});

test.each<[Algorithm, readonly Secret[]]>([
  ['ed25519', [ED25519.private, ED25519.pkcs8, pem(ED25519.pkcs8), Buffer.from(ED25519.private, 'hex')]],
  ['ecdsa-p256-sha256', [P256.private, P256.pkcs8, pem(P256.pkcs8), Buffer.from(P256.pkcs8)]],
])('a private key is read: %s', (algorithm, keys) => {
  for (const key of keys) {
    const { headers } = sign(
      schemeOf(algorithm),
      { method: 'POST', url: 'https://example.com/', headers: [], body },
      key,
      { now: 1_700_000_000_000 },
    );
    const known = algorithm === 'ed25519' ? ED25519.spki : P256.spki;
    expect(verify(schemeOf(algorithm), { headers, body }, [known]).reason).toBe('valid');
  }
});

test.each<[Algorithm, Secret]>([
  ['ed25519', P256.pkcs8],
  ['ed25519', ED25519.spki],
  ['ecdsa-p256-sha256', ED25519.pkcs8],
  ['ecdsa-p256-sha256', '00'.repeat(32)],
  [
    'ecdsa-p256-sha256',
    generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
      .privateKey.export({ format: 'pem', type: 'pkcs8' })
      .toString(),
  ],
  ['rsa-sha256', ED25519.private],
  ['rsa-sha256', RSA_PUBLIC],
  ['rsa-pss-sha512', 'no key'],
])('what is no private key of %s is refused', (algorithm, key) => {
  expect(privateKey(schemeOf(algorithm), key)).toBeNull();
  const request = { method: 'POST', url: 'https://example.com/', headers: [], body };
  expect(() => sign(schemeOf(algorithm), request, key, { now: 0 })).toThrow(
    expect.objectContaining({ code: 'ERR_SECRET' }),
  );
});

test.each<Algorithm>(['ed25519', 'ecdsa-p256-sha256', 'rsa-sha256', 'rsa-pss-sha512'])(
  'a made-up secret of %s signs what its public half verifies',
  (algorithm) => {
    const secret = randomSecret(schemeOf(algorithm), (size) => new Uint8Array(size).fill(7));
    const request = { method: 'POST', url: 'https://example.com/', headers: [], body };
    const { headers } = sign(schemeOf(algorithm), request, secret, { now: 0 });
    const known = createPublicKey(privateKey(schemeOf(algorithm), secret)!).export({
      format: 'pem',
      type: 'spki',
    });
    expect(verify(schemeOf(algorithm), { headers, body }, [known.toString()]).reason).toBe('valid');
  },
);

describe('the key of an HMAC', () => {
  const keyOf = (key: KeyForm | undefined, secret: Secret): string | null => {
    const scheme: HmacScheme = {
      kind: 'hmac',
      hash: 'sha256',
      signature: { header: 'X-Signature' },
      forms: [{ prefix: '', encoding: 'hex' }],
      ...(key === undefined ? {} : { key }),
    };
    const found = hmacKey(scheme, secret);
    return found === null ? null : Buffer.from(found).toString('latin1');
  };
  const decodedAfter: KeyForm = { strip: 'whsec_', encoding: 'base64' };

  test.each<[string, KeyForm | undefined, Secret, string | null]>([
    ['is the secret itself', undefined, ' whsec_é ', ' whsec_\u00c3\u00a9 '],
    ['is its bytes', undefined, Buffer.from([0xff, 0]), '\u00ff\0'],
    ['is what stands after a prefix', { strip: 'whsec_', encoding: 'utf8' }, 'whsec_whsec_a', 'whsec_a'],
    ['is bytes after a prefix', { strip: 'k_', encoding: 'utf8' }, Buffer.from([0x6b, 0x5f, 0xff]), '\u00ff'],
    ['is decoded from base64', decodedAfter, 'whsec_aGk=', 'hi'],
    ['is decoded without the prefix', decodedAfter, 'aGk', 'hi'],
    ['is decoded though a line break follows', decodedAfter, Buffer.from('whsec_aGk=\n'), 'hi'],
    ['is decoded from base64url', decodedAfter, '-_8', '\u00fb\u00ff'],
    ['is decoded from hexadecimal digits', { encoding: 'hex' }, '6A6b', 'jk'],
    ['is decoded after its prefix only', { ...decodedAfter, onlyStripped: true }, 'aGk=', 'aGk='],
    ['is decoded after its prefix', { ...decodedAfter, onlyStripped: true }, 'whsec_aGk=', 'hi'],
    ['is not the prefix alone', decodedAfter, 'whsec_', null],
    ['is not a prefix alone before text', { strip: 'k_', encoding: 'utf8' }, 'k_', null],
    ['is not what is no base64', decodedAfter, 'whsec_a secret!', null],
    ['is not base64 that is cut off', decodedAfter, 'whsec_aGkaG', null],
    ['is not an odd number of digits', { encoding: 'hex' }, '6a6', null],
    ['is not digits and something else', { encoding: 'hex' }, '6azz', null],
    ['is not nothing', undefined, '', null],
  ])('%s', (_, key, secret, expected) => {
    expect(keyOf(key, secret)).toBe(expected);
  });
});

/** As a file holds it. */
function pem(pkcs8: string): string {
  return createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();
}

import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign as signWithKey,
  verify as verifyWithKey,
  type KeyObject,
} from 'node:crypto';
import type { RandomBytes } from '../model/id.ts';
import type { AsymmetricScheme, HmacScheme, Secret, SignatureScheme } from './scheme.ts';

type Algorithm = AsymmetricScheme['algorithm'];

/** The key of an HMAC, or null where the secret is not written as the scheme says, or nothing is left of it. */
export function hmacKey({ key }: HmacScheme, secret: Secret): Secret | null {
  if (secret.length === 0) return null;
  if (key === undefined) return secret;
  const bytes = bytesOf(secret);
  const strip = Buffer.from(key.strip ?? '');
  const isPrefixed = strip.length > 0 && bytes.subarray(0, strip.length).equals(strip);
  const rest = isPrefixed ? bytes.subarray(strip.length) : bytes;
  const encoding = key.onlyStripped === true && !isPrefixed ? 'utf8' : key.encoding;
  if (encoding !== 'utf8') return decoded(encoding, rest.toString('latin1').trim());
  return rest.length === 0 ? null : rest;
}

/** How the secret of a scheme is written, for people. */
export function writtenAs({ key }: HmacScheme): string {
  const encoding = key === undefined || key.encoding === 'utf8' ? 'text' : NAMES[key.encoding];
  return key?.strip === undefined ? encoding : `${encoding} after ${key.strip}`;
}
const NAMES = { hex: 'hexadecimal digits', base64: 'base64' } as const;

/** A public key from how the provider writes it, from PEM, or from a private key; null where it is none. */
export function publicKey(scheme: AsymmetricScheme, secret: Secret): KeyObject | null {
  return readKey(scheme.algorithm, secret, (bytes) => publicReadings(scheme, bytes), createPublicKey);
}

/** A private key from PEM, base64 of PKCS #8, or the 32 bytes of an Ed25519 or P-256 key as hex or base64; null where it is none. */
export function privateKey(scheme: AsymmetricScheme, secret: Secret): KeyObject | null {
  return readKey(
    scheme.algorithm,
    secret,
    (bytes) => privateReadings(scheme.algorithm, bytes),
    createPrivateKey,
  );
}

export function signBytes(algorithm: Algorithm, key: KeyObject, parts: readonly Uint8Array[]): Buffer {
  return signWithKey(HASH[algorithm], joined(parts), keyOptions(algorithm, key));
}

/** Whether a signature is of these bytes. Never throws: a signature that cannot be read is none of them. */
export function verifyBytes(
  algorithm: Algorithm,
  key: KeyObject,
  parts: readonly Uint8Array[],
  signature: Uint8Array,
): boolean {
  return (
    attempt(() => verifyWithKey(HASH[algorithm], joined(parts), keyOptions(algorithm, key), signature)) ??
    false
  );
}

/** How long a signature is, where it has one length. */
export function signatureBytes(algorithm: Algorithm): number | null {
  return algorithm === 'ed25519' ? 64 : null;
}

/** Whether bytes can be a signature at all: ECDSA's are two numbers in DER, RSA's are as long as the key. */
export function isSignature(algorithm: Algorithm, bytes: Uint8Array): boolean {
  if (algorithm === 'ed25519') return bytes.length === 64;
  if (algorithm === 'ecdsa-p256-sha256') {
    return bytes.length <= 72 && bytes[0] === DER_SEQUENCE && bytes[1] === bytes.length - 2;
  }
  return bytes.length >= 64;
}
const DER_SEQUENCE = 0x30;

/** A secret that is as good as the provider's, and another one. */
export function randomSecret(scheme: SignatureScheme, randomBytes: RandomBytes): string {
  const bytes = Buffer.from(randomBytes(32));
  if (scheme.kind === 'hmac' && scheme.key !== undefined) {
    const { strip = '', encoding } = scheme.key;
    return strip + bytes.toString(encoding === 'utf8' ? 'hex' : encoding);
  }
  if (scheme.kind === 'token' && 'basic' in scheme.token) return `webhook:${bytes.toString('hex')}`;
  if (scheme.kind === 'asymmetric' && scheme.algorithm.startsWith('rsa')) {
    return generateKeyPairSync('rsa', { modulusLength: 2_048 })
      .privateKey.export({ format: 'pem', type: 'pkcs8' })
      .toString();
  }
  if (scheme.kind === 'asymmetric') {
    // As PEM it is a private key beyond doubt: bare bytes would be read as a public one by who verifies.
    return privateKey(scheme, bytes.toString('hex'))!.export({ format: 'pem', type: 'pkcs8' }).toString();
  }
  return bytes.toString('hex');
}

const HASH: Readonly<Record<Algorithm, string | null>> = {
  ed25519: null,
  'ecdsa-p256-sha256': 'sha256',
  'rsa-sha256': 'sha256',
  'rsa-pss-sha512': 'sha512',
};

const TYPES: Readonly<Record<Algorithm, readonly string[]>> = {
  ed25519: ['ed25519'],
  'ecdsa-p256-sha256': ['ec'],
  'rsa-sha256': ['rsa'],
  'rsa-pss-sha512': ['rsa', 'rsa-pss'],
};

/** RSASSA-PSS with a salt as long as the digest; in verifying its length is read from the signature. */
function keyOptions(
  algorithm: Algorithm,
  key: KeyObject,
): KeyObject | { key: KeyObject; padding: number; saltLength: number } {
  return algorithm === 'rsa-pss-sha512'
    ? { key, padding: RSA_PKCS1_PSS_PADDING, saltLength: key.type === 'private' ? 64 : SALT_LENGTH_AUTO }
    : key;
}
const RSA_PKCS1_PSS_PADDING = 6;
const SALT_LENGTH_AUTO = -2;

type KeyReading = () => KeyObject;

/** The first key of that algorithm that a secret can be read as: PEM, text of bytes, or those bytes themselves. */
function readKey(
  algorithm: Algorithm,
  secret: Secret,
  readingsOf: (bytes: Buffer) => readonly KeyReading[],
  fromPem: (pem: string) => KeyObject,
): KeyObject | null {
  const text = bytesOf(secret).toString('latin1').trim();
  if (text.includes('-----')) {
    return matching(
      algorithm,
      attempt(() => fromPem(withLineBreaks(text))),
    );
  }
  const written = /^(?:[0-9a-f]{2})+$/i.test(text) ? decoded('hex', text) : null;
  const decodings = [written, decoded('base64', text), typeof secret === 'string' ? null : bytesOf(secret)];
  for (const bytes of decodings) {
    for (const reading of bytes === null ? [] : readingsOf(bytes)) {
      const key = matching(algorithm, attempt(reading));
      if (key !== null) return key;
    }
  }
  return null;
}

/** Environment variables often hold PEM with its line breaks written out, and fields of one line make blanks of them. */
function withLineBreaks(pem: string): string {
  return pem
    .replaceAll('\\n', '\n')
    .replace(
      /(-----BEGIN [A-Z ]+-----)([^-]*)(-----END)/g,
      (_, begin: string, inside: string, end: string) => {
        return `${begin}\n${inside.trim().replace(/[ \t]+/g, '\n')}\n${end}`;
      },
    );
}

function publicReadings(
  { publicKey: form, algorithm }: AsymmetricScheme,
  bytes: Buffer,
): readonly KeyReading[] {
  const isRaw = form === 'raw-hex' || form === 'raw-base64';
  // An Ed25519 public key looks like a private one. To take it for that would let anybody sign who knows it.
  if (algorithm === 'ed25519' && bytes.length === 32) {
    return isRaw && !isOfSmallOrder(bytes) ? [() => spki(ED25519_SPKI, bytes)] : [];
  }
  if (algorithm === 'ecdsa-p256-sha256' && (bytes.length === 65 || bytes.length === 33)) {
    return [() => spki(bytes.length === 65 ? P256_SPKI : P256_COMPRESSED_SPKI, bytes)];
  }
  return [
    () => createPublicKey({ key: bytes, format: 'der', type: 'spki' }),
    ...privateReadings(algorithm, bytes).map((make) => () => createPublicKey(make())),
  ];
}

function privateReadings(algorithm: Algorithm, bytes: Buffer): readonly KeyReading[] {
  if (bytes.length === 32 && algorithm === 'ed25519') return [() => ed25519Key(bytes)];
  if (bytes.length === 32 && algorithm === 'ecdsa-p256-sha256') return [() => p256Key(bytes)];
  return [() => createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })];
}

function matching(algorithm: Algorithm, key: KeyObject | null): KeyObject | null {
  if (key === null || !TYPES[algorithm].includes(key.asymmetricKeyType ?? '')) return null;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return algorithm === 'ecdsa-p256-sha256' && curve !== 'prime256v1' ? null : key;
}

/** The eight points that multiply to nothing, in each of their spellings: a signature by such a key is of any bytes. */
const SMALL_ORDER = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
]);

/** The sign of a point, the highest bit, is no matter. */
function isOfSmallOrder(bytes: Buffer): boolean {
  const unsigned = Buffer.from(bytes);
  unsigned[31]! &= 0x7f;
  return SMALL_ORDER.has(unsigned.toString('hex'));
}

const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const P256_SPKI = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');
const P256_COMPRESSED_SPKI = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');

function spki(prefix: Buffer, bytes: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([prefix, bytes]), format: 'der', type: 'spki' });
}

function ed25519Key(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: 'der', type: 'pkcs8' });
}

function p256Key(scalar: Buffer): KeyObject {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(scalar);
  const point = curve.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
  return createPrivateKey({
    key: { kty: 'EC', crv: 'P-256', x: x!, y: y!, d: scalar.toString('base64url') },
    format: 'jwk',
  });
}

/** Null where the text is not all hexadecimal digits or base64: Node would take what it can and pass over the rest. */
function decoded(encoding: 'hex' | 'base64', text: string): Buffer | null {
  const alphabet = encoding === 'hex' ? /^(?:[0-9a-f]{2})+$/i : /^[A-Za-z0-9+/_-]+={0,2}$/;
  const bytes = alphabet.test(text) ? Buffer.from(text, encoding) : null;
  if (bytes === null || bytes.length === 0) return null;
  const isCut = encoding === 'base64' && text.replace(/=+$/, '').length % 4 === 1;
  return isCut ? null : bytes;
}

function bytesOf(secret: Secret): Buffer {
  return typeof secret === 'string'
    ? Buffer.from(secret)
    : Buffer.from(secret.buffer, secret.byteOffset, secret.length);
}

/** One-shot signing wants its bytes in one piece. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

function attempt<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}

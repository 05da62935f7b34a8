import { createPublicKey, type KeyObject } from 'node:crypto';
import { SettingError } from '../errors.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { RandomBytes } from '../model/id.ts';
import type { Provider } from '../providers/provider.ts';
import { mayBeUnsigned } from '../providers/signatures.ts';
import { hmacKey, privateKey, publicKey, randomSecret } from '../signing/keys.ts';
import type { AsymmetricScheme, Secret, SignatureScheme } from '../signing/scheme.ts';

/** Key material as the provider makes it: a private key as PEM where it signs with one, else random text after its prefix. */
export function generateSecret({ signature, endpoint }: Provider, randomBytes: RandomBytes): string {
  const scheme = signature.value;
  const text = randomSecret(scheme, randomBytes);
  const { secretPrefix = '' } = endpoint;
  return scheme.kind === 'asymmetric' || text.startsWith(secretPrefix) ? text : secretPrefix + text;
}

/**
 * What whoever gets the deliveries verifies them with, as the provider hands it out; null where that is the secret itself, or
 * nothing.
 */
export function verificationKey({ signature }: Provider, secret: Endpoint['secret']): string | null {
  const scheme = signature.value;
  if (scheme.kind !== 'asymmetric' || secret === null) return null;
  const key = privateKey(scheme, secret);
  return key === null
    ? null
    : publicText(scheme, createPublicKey(key.export({ format: 'pem', type: 'pkcs8' })));
}

/** The public key that a receiver verifies with which is given this secret, a private key or a public one; null as above. */
export function receiverKey({ signature }: Provider, secret: Secret): string | null {
  const scheme = signature.value;
  const key = scheme.kind === 'asymmetric' ? publicKey(scheme, secret) : null;
  return scheme.kind !== 'asymmetric' || key === null ? null : publicText(scheme, key);
}

function publicText(scheme: AsymmetricScheme, key: KeyObject): string {
  const spki = key.export({ format: 'der', type: 'spki' });
  if (scheme.publicKey === 'pem') {
    return `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END PUBLIC KEY-----\n`;
  }
  if (scheme.publicKey === 'spki-base64') return spki.toString('base64');
  // The key itself stands last, after what says of what kind it is.
  return spki.subarray(-RAW_KEY_BYTES).toString(scheme.publicKey === 'raw-hex' ? 'hex' : 'base64');
}

/** Of an Ed25519 key, the only one that is written without its kind. */
const RAW_KEY_BYTES = 32;

/** What an endpoint signs with that was given no secret. */
export function defaultSecret(provider: Provider, randomBytes: RandomBytes): string | null {
  if (provider.signature.value.kind === 'none') return null;
  if (provider.endpoint.secret.value === 'generated') return generateSecret(provider, randomBytes);
  if (mayBeUnsigned(provider)) return null;
  throw new SettingError(
    'secret',
    `${provider.name} takes the secret from whoever creates an endpoint, and none was given`,
    'give one with --secret or --secret-file',
    'ERR_NO_SECRET',
  );
}

/** @throws {SettingError} where deliveries cannot be signed with it. */
export function checkSecret(provider: Provider, secret: Endpoint['secret'], allowUnsigned: boolean): void {
  if (secret === null) {
    if (allowUnsigned || mayBeUnsigned(provider)) return;
    throw new SettingError(
      'secret',
      `${provider.name} signs every delivery, so an endpoint needs a secret`,
      'give one with --secret',
    );
  }
  if (secret.length === 0) {
    throw new SettingError(
      'secret',
      'the secret is empty',
      'an empty secret proves nothing; check the option or file',
      'ERR_EMPTY_SECRET',
    );
  }
  const problem = keyProblem(provider.signature.value, secret);
  if (problem === null) return;
  throw new SettingError('secret', `${provider.name} ${problem.message}`, problem.hint);
}

/** Why a scheme cannot sign with a secret; null where it can. */
export function keyProblem(
  scheme: SignatureScheme,
  secret: NonNullable<Endpoint['secret']>,
): { readonly message: string; readonly hint: string } | null {
  if (scheme.kind === 'asymmetric' && privateKey(scheme, secret) === null) {
    return {
      message: `signs with a private key (${scheme.algorithm}), and the secret is none`,
      hint: 'give the private key as PEM: --secret-file key.pem',
    };
  }
  if (scheme.kind === 'hmac' && scheme.key !== undefined && hmacKey(scheme, secret) === null) {
    const { strip, encoding } = scheme.key;
    const written = `${encoding === 'utf8' ? 'text' : encoding}${strip === undefined ? '' : ` after ${strip}`}`;
    return {
      message: `reads a secret as ${written}, and of this one nothing is left`,
      hint: 'copy the secret whole, or leave it out to have one made',
    };
  }
  const isText = typeof secret === 'string';
  if (isBasic(scheme) && !(isText ? secret : Buffer.from(secret).toString('latin1')).includes(':')) {
    return {
      message: 'sends a user and a password, and the secret is not both',
      hint: 'write it as user:password',
    };
  }
  return null;
}

function isBasic(scheme: SignatureScheme): boolean {
  return scheme.kind === 'token' && 'basic' in scheme.token;
}

import { createPrivateKey, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verificationKey } from '../../../src/engine/endpoint-secret.ts';
import { changeEndpoint, createEndpoint, generateSecret } from '../../../src/engine/endpoints.ts';
import { SettingError } from '../../../src/errors.ts';
import type { OutgoingRequest } from '../../../src/model/request.ts';
import { defineProvider, type Provider, type ProviderProfile } from '../../../src/providers/provider.ts';
import { hmacKey } from '../../../src/signing/keys.ts';
import type { AsymmetricScheme, HmacScheme, SignatureScheme } from '../../../src/signing/scheme.ts';
import { sign } from '../../../src/signing/sign.ts';
import { verify as verifySignature } from '../../../src/signing/verify.ts';
import { thrownBy } from '../../support/thrown.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const world = { now: NOW, randomBytes: (size: number) => randomBytes(size) };
const url = 'https://app.test/webhooks';

function providerWith(
  signature: SignatureScheme,
  endpoint: ProviderProfile['endpoint'] = { secret: 'generated' },
): Provider {
  return defineProvider({
    id: 'acme',
    name: 'Acme',
    signature,
    envelope: {},
    endpoint,
    headers: [{ name: 'X-Acme-Event', value: { from: 'eventType' } }],
    events: [{ name: 'thing.made', description: 'A thing was made', payload: 'synthetic' }],
  });
}

const hmac: HmacScheme = {
  kind: 'hmac',
  hash: 'sha256',
  signature: { header: 'X-Sig', fallback: ['X-Sig-Old'], also: ['X-Sig-New'] },
  forms: [{ prefix: '', encoding: 'hex' }],
};
const base64Key: HmacScheme = {
  ...hmac,
  key: { strip: 'whsec_', encoding: 'base64' },
  content: '{id}.{timestamp}.{body}',
  values: { id: { header: 'webhook-id' } },
  timestamp: { from: { header: 'webhook-timestamp' }, format: 'unix', toleranceSeconds: 300 },
};
const asymmetric = (algorithm: AsymmetricScheme['algorithm']): AsymmetricScheme => ({
  kind: 'asymmetric',
  algorithm,
  publicKey: 'pem',
  signature: { header: 'X-Sig' },
  forms: [{ prefix: '', encoding: 'base64' }],
});
const BASIC: SignatureScheme = { kind: 'token', token: { basic: true } };

const secretOf = (provider: Provider): string => createEndpoint(provider, { url }, world).secret as string;

describe('a secret that is generated', () => {
  test('is random text after the provider’s prefix', () => {
    const provider = providerWith(hmac, { secret: 'generated', secretPrefix: 'pdl_' });
    expect(secretOf(provider)).toMatch(/^pdl_[0-9a-f]{64}$/);
    expect(secretOf(provider)).not.toBe(secretOf(provider));
    expect(secretOf(providerWith(hmac))).toMatch(/^[0-9a-f]{64}$/);
    expect(secretOf(providerWith({ kind: 'token', token: { header: 'X-Token' } }))).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is base64 of 32 bytes where the key is read so, with one prefix', () => {
    for (const endpoint of [
      { secret: 'generated', secretPrefix: 'whsec_' },
      { secret: 'generated' },
    ] as const) {
      const secret = secretOf(providerWith(base64Key, endpoint));
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(hmacKey(base64Key, secret)).toHaveLength(32);
    }
  });

  test.each(['ed25519', 'ecdsa-p256-sha256', 'rsa-sha256', 'rsa-pss-sha512'] as const)(
    'is a private key as PEM that signs: %s',
    (algorithm) => {
      const provider = providerWith(asymmetric(algorithm));
      const secret = secretOf(provider);
      expect(secret).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
      expect(() => createPrivateKey(secret)).not.toThrow();
      const request: OutgoingRequest = { method: 'POST', url, headers: [], body: Buffer.from('{}') };
      expect(sign(provider.signature.value, request, secret, { now: NOW }).headers).toHaveLength(1);
    },
  );

  test('is a user and a password where they are sent', () => {
    expect(secretOf(providerWith(BASIC))).toMatch(/^\w+:[0-9a-f]{64}$/);
  });

  test('is none where nothing is signed, or need not be', () => {
    expect(secretOf(providerWith({ kind: 'none' }))).toBeNull();
    expect(secretOf(providerWith({ ...hmac, optional: true }, { secret: 'given' }))).toBeNull();
    expect(thrownBy(() => secretOf(providerWith(hmac, { secret: 'given' })))).toMatchObject({
      code: 'ERR_NO_SECRET',
    });
  });
});

describe('a secret that is given', () => {
  const refusal = (signature: SignatureScheme, secret: string | Uint8Array | null): unknown =>
    thrownBy(() => createEndpoint(providerWith(signature), { url, secret }, world));

  test.each(['not a key', 'whsec_abcdef', Buffer.alloc(5)])(
    'is refused where it is no private key: %s',
    (secret) => {
      const error = refusal(asymmetric('ed25519'), secret) as SettingError;
      expect(error).toBeInstanceOf(SettingError);
      expect(error).toMatchObject({
        setting: 'secret',
        message: 'Acme signs with a private key (ed25519), and the secret is none',
        hint: expect.stringContaining('PEM'),
      });
    },
  );

  test('is refused where it is a private key of another kind', () => {
    const rsa = generateSecret(providerWith(asymmetric('rsa-sha256')), world.randomBytes);
    expect(refusal(asymmetric('ed25519'), rsa)).toMatchObject({ setting: 'secret' });
    expect(() =>
      createEndpoint(providerWith(asymmetric('rsa-sha256')), { url, secret: rsa }, world),
    ).not.toThrow();
  });

  test.each(['whsec_', 'whsec_!!!!', '!!'])('is refused where nothing of it is left: %s', (secret) => {
    expect(refusal(base64Key, secret)).toMatchObject({
      setting: 'secret',
      message: 'Acme reads a secret as base64 after whsec_, and of this one nothing is left',
    });
  });

  test('is refused where a user or a password is missing', () => {
    expect(refusal(BASIC, 'letmein')).toMatchObject({ setting: 'secret', hint: 'write it as user:password' });
    expect(() => createEndpoint(providerWith(BASIC), { url, secret: 'a:b' }, world)).not.toThrow();
  });

  test('is refused where it is empty, or missing though all is signed', () => {
    expect(refusal(hmac, '')).toMatchObject({ code: 'ERR_EMPTY_SECRET' });
    expect(refusal(hmac, null)).toMatchObject({ setting: 'secret', code: 'ERR_ENDPOINT' });
    expect(() => createEndpoint(providerWith({ kind: 'none' }), { url, secret: null }, world)).not.toThrow();
  });

  test('is refused in a change too', () => {
    const provider = providerWith(asymmetric('ed25519'));
    const endpoint = createEndpoint(provider, { url }, world);
    expect(() => changeEndpoint(provider, endpoint, { secret: 'x' }, NOW)).toThrow(SettingError);
  });
});

describe('the key to verify with', () => {
  const request: OutgoingRequest = { method: 'POST', url, headers: [], body: Buffer.from('{"a":1}') };
  const verifies = (scheme: AsymmetricScheme): { readonly ok: boolean; readonly key: string } => {
    const provider = providerWith(scheme);
    const secret = secretOf(provider);
    const key = verificationKey(provider, secret)!;
    const { headers, body } = sign(scheme, request, secret, { now: NOW });
    return { ok: verifySignature(scheme, { method: 'POST', path: '/', headers, body }, [key]).ok, key };
  };

  test.each([
    ['ed25519', 'raw-hex', /^[0-9a-f]{64}$/],
    ['ed25519', 'raw-base64', /^[A-Za-z0-9+/]{43}=$/],
    ['ed25519', 'pem', /^-----BEGIN PUBLIC KEY-----\n/],
    ['ecdsa-p256-sha256', 'spki-base64', /^[A-Za-z0-9+/]{120,}=*$/],
    ['rsa-sha256', 'pem', /^-----BEGIN PUBLIC KEY-----\n(.{64}\n)+/],
  ] as const)('is what %s deliveries verify with, as %s', (algorithm, publicKey, written) => {
    const { ok, key } = verifies({ ...asymmetric(algorithm), publicKey });
    expect(key).toMatch(written);
    expect(ok).toBe(true);
  });

  test('is none where the secret is, or where nothing is signed', () => {
    expect(verificationKey(providerWith(hmac), 'whsec_x')).toBeNull();
    expect(verificationKey(providerWith({ kind: 'none' }), null)).toBeNull();
    expect(verificationKey(providerWith(asymmetric('ed25519')), null)).toBeNull();
    expect(verificationKey(providerWith(asymmetric('ed25519')), 'no key')).toBeNull();
  });
});

describe('headers of an endpoint', () => {
  const refused = (name: string): boolean => {
    const error = thrownBy(() =>
      createEndpoint(providerWith(base64Key), { url, headers: [[name, '1']] }, world),
    );
    return (error as SettingError | undefined)?.setting === 'headers';
  };

  test.each(['x-sig', 'X-Sig-Old', 'X-Sig-New', 'Webhook-Id', 'webhook-timestamp', 'X-Acme-Event', 'Host'])(
    'cannot be one that is signed, signs, or is the provider’s own: %s',
    (name) => expect(refused(name)).toBe(true),
  );

  test('can be any other', () => {
    expect(() =>
      createEndpoint(providerWith(base64Key), { url, headers: [['X-Own', '1']] }, world),
    ).not.toThrow();
  });
});

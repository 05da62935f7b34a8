import { createHash, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { loadProvider } from '../../../src/providers/index.ts';
import { signRequest, verifyRequest } from '../../../src/providers/signatures.ts';
import type { Secret, SignatureScheme } from '../../../src/signing/scheme.ts';
import { sign } from '../../../src/signing/sign.ts';
import { verify } from '../../../src/signing/verify.ts';

const NOW = 1_700_000_000_000;
const BODY = Buffer.from('{"type":"invoice.paid"}');
const unsigned = { method: 'POST', url: 'https://example.com/hook', headers: [], body: BODY } as const;
const stripe = await loadProvider('stripe');

test('a secret is no list of its letters, and what is no secret proves nothing', () => {
  const forged = signRequest(stripe, unsigned, 'w', { now: NOW });
  const judge = (secrets: unknown) =>
    verifyRequest(stripe, forged, secrets as readonly Secret[], { now: NOW }).reason;
  expect(judge('whsec_real')).toBe('no-match');
  expect(judge('w')).toBe('valid');
  expect(judge(Buffer.from('w'))).toBe('valid');
  for (const none of [undefined, null, [undefined], [null], [7], {}, 7])
    expect(judge(none)).toBe('no-secret');
});

test('a time that is no number makes nothing young enough', () => {
  const old = signRequest(stripe, unsigned, 's', { now: 0 });
  for (const now of [Number.NaN, 'yesterday' as never]) {
    expect(verifyRequest(stripe, old, ['s'], { now })).toMatchObject({ ok: false, reason: 'too-old' });
  }
});

test('of the base64 spellings of a signature one is taken', async () => {
  const shopify = await loadProvider('shopify');
  const { headers } = signRequest(shopify, unsigned, 's', { now: NOW });
  const [name, value] = headers.find(([header]) => /hmac/i.test(header))!;
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const last = digits.indexOf(value.at(-2)!);
  const spellings = [0, 1, 2, 3].map((bits) => `${value.slice(0, -2)}${digits[(last & ~3) | bits]!}=`);
  const judged = spellings.map(
    (text) => verifyRequest(shopify, { headers: [[name, text]], body: BODY }, ['s']).ok,
  );
  expect(judged).toEqual(spellings.map((text) => text === value));
});

test('an older signature is not taken for another one than its version header says', async () => {
  const hubspot = await loadProvider('hubspot');
  const v2 = createHash('sha256').update(`sPOST${unsigned.url}`).update(BODY).digest('hex');
  const moved = Buffer.concat([Buffer.from(`POST${unsigned.url}`), BODY]);
  const judge = (version: string) =>
    verifyRequest(
      hubspot,
      {
        headers: [
          ['X-HubSpot-Signature', v2],
          ['X-HubSpot-Signature-Version', version],
        ],
        body: moved,
      },
      ['s'],
      { urls: [unsigned.url] },
    ).ok;
  expect([judge('v2'), judge('v1')]).toEqual([false, true]);
});

const ed25519: SignatureScheme = {
  kind: 'asymmetric',
  algorithm: 'ed25519',
  publicKey: 'raw-hex',
  signature: { header: 'X-S' },
  forms: [{ prefix: '', encoding: 'hex' }],
};

test.each([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  `01${'00'.repeat(30)}80`,
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  `ec${'ff'.repeat(31)}`,
])('the key %s, by which anything is signed, is none', (key) => {
  for (let n = 0; n < 40; n += 1) {
    const request = { headers: [['X-S', key + '00'.repeat(32)]], body: Buffer.from(`${n}`) } as const;
    expect(verify(ed25519, request, [key]).reason).toBe('no-secret');
  }
});

test('PEM is read though its line breaks were written out, or became blanks', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const secret = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const open = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  for (const change of [
    (pem: string) => pem,
    (pem: string) => pem.trim().replaceAll('\n', ' '),
    (pem: string) => pem.trim().replaceAll('\n', '\\n'),
    (pem: string) => pem.replaceAll('\n', '\r\n'),
  ]) {
    const signed = sign(ed25519, unsigned, change(secret), { now: NOW });
    expect(verify(ed25519, signed, [change(open)]).ok).toBe(true);
  }
});

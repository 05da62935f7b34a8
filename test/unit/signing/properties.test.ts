import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Header, OutgoingRequest } from '../../../src/model/request.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { signatureHeaders } from '../../../src/signing/describe.ts';
import type { DigestEncoding, HmacScheme, Secret, SignatureForm } from '../../../src/signing/scheme.ts';
import { sign as signRequest } from '../../../src/signing/sign.ts';
import { verify } from '../../../src/signing/verify.ts';

const schemes = ['compliancely', 'deiterate', 'filedgr', 'iverton', 'taskplatform'].map(
  (id) => builtIn.get(id).signature.value as HmacScheme,
);

/** The headers that signing adds. */
function sign(scheme: HmacScheme, bytes: Uint8Array, key: Secret, form: SignatureForm): readonly Header[] {
  const request: OutgoingRequest = { method: 'POST', url: 'https://example.com/', headers: [], body: bytes };
  return signRequest(scheme, request, key, { now: 1_700_000_000_000, form }).headers;
}

const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.json().map((text) => Buffer.from(text)),
);
const secret = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }),
  fc.uint8Array({ minLength: 1, maxLength: 100 }),
);
const signing = fc
  .constantFrom(...schemes)
  .chain((scheme) => fc.record({ scheme: fc.constant(scheme), form: fc.constantFrom(...scheme.forms) }));

describe('what is signed', () => {
  test('verifies, whatever the body and the secret', () => {
    fc.assert(
      fc.property(signing, body, secret, ({ scheme, form }, bytes, key) => {
        const headers = sign(scheme, bytes, key, form);
        expect(verify(scheme, { headers, body: bytes }, [key])).toMatchObject({ ok: true, reason: 'valid' });
      }),
    );
  });

  test('does not verify once any bit of the body is flipped', () => {
    const bit = fc.record({ at: fc.nat(), mask: fc.nat(7).map((shift) => 1 << shift) });
    fc.assert(
      fc.property(signing, body, secret, bit, ({ scheme, form }, bytes, key, { at, mask }) => {
        fc.pre(bytes.length > 0);
        const headers = sign(scheme, bytes, key, form);
        const flipped = Uint8Array.from(bytes);
        flipped[at % flipped.length]! ^= mask;
        expect(verify(scheme, { headers, body: flipped }, [key]).ok).toBe(false);
      }),
    );
  });

  test('does not verify with one character of the signature changed, left out or added', () => {
    const change = fc.record({
      at: fc.nat(),
      drop: fc.nat(1),
      // Not a comma: it ends a signature, and what stands before or after it may be the whole one.
      put: fc.string({ unit: 'binary-ascii', maxLength: 1 }).filter((text) => text !== ','),
    });
    fc.assert(
      fc.property(signing, body, secret, change, ({ scheme, form }, bytes, key, { at, drop, put }) => {
        const [name, value] = sign(scheme, bytes, key, form)[0]!;
        const digestAt = form.prefix.length + (at % (value.length - form.prefix.length));
        const changed = value.slice(0, digestAt) + put + value.slice(digestAt + drop);
        // A change of case, of padding, or of the bits that base64 does not use leaves the digest what it was.
        fc.pre(digest(form.encoding, value) !== digest(form.encoding, changed));
        expect(verify(scheme, { headers: [[name, changed]], body: bytes }, [key]).ok).toBe(false);
      }),
    );
  });
});

describe('arbitrary headers', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 64, maxLength: 64 }),
    fc.base64String({ minLength: 44, maxLength: 44 }),
    fc
      .array(fc.constantFrom('sha256=', ',', ' ', 'a'.repeat(64), '=', '\u00ff'), { maxLength: 20 })
      .map((all) => all.join('')),
  );
  const named = (scheme: HmacScheme) =>
    fc.oneof(
      fc.constantFrom(
        ...signatureHeaders(scheme),
        ...signatureHeaders(scheme).map((name) => name.toLowerCase()),
        'My-Signature',
      ),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );

  test('get a verdict, and never a good one', () => {
    const request = fc.constantFrom(...schemes).chain((scheme) =>
      fc.record({
        scheme: fc.constant(scheme),
        headers: fc.array(fc.tuple(named(scheme), value), { maxLength: 5 }),
      }),
    );
    fc.assert(
      fc.property(
        request,
        body,
        fc.array(secret, { minLength: 1, maxLength: 3 }),
        ({ scheme, headers }, bytes, keys) => {
          const verdict = verify(scheme, { headers, body: bytes }, keys);
          expect(verdict.ok).toBe(false);
          expect(['missing-header', 'malformed-header', 'no-match']).toContain(verdict.reason);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

/** The digest that a lenient reader sees in a value, as text to compare. */
function digest(encoding: DigestEncoding, value: string): string {
  const text = value.replace(/^sha256=/, '').trim();
  return encoding === 'hex' ? text.toLowerCase() : Buffer.from(text, 'base64').toString('hex');
}

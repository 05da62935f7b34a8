import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Header, OutgoingRequest } from '../../../src/model/request.ts';
import { withHeader, withoutHeaders } from '../../../src/model/request.ts';
import { isSigned } from '../../../src/signing/extract.ts';
import { placeValue, withoutSignature, withSpoiltSignature } from '../../../src/signing/place.ts';
import type { ContentScheme, Secret, SignedValue } from '../../../src/signing/scheme.ts';
import { sign } from '../../../src/signing/sign.ts';
import { readRequest, signedView } from '../../../src/signing/signed-request.ts';
import { verify } from '../../../src/signing/verify.ts';
import { anyCase, NOW, type Case } from './arbitrary-scheme.ts';

const RUNS = { numRuns: 150 };

/** Any scheme that the records can describe, whether a provider uses it or not. */
function holds(check: (given: Case, signed: OutgoingRequest, now: number) => void): void {
  fc.assert(
    fc.property(anyCase, NOW, (given, now) => {
      const { scheme, request, signingKey, form } = given;
      check(given, sign(scheme, request, signingKey, { now, form }), now);
    }),
    RUNS,
  );
}

const judge = (scheme: ContentScheme, request: OutgoingRequest, key: Secret, now: number) =>
  verify(scheme, signedView(request), [key], { now });

const signs = ({ content = '{body}' }: ContentScheme, name: string): boolean =>
  new RegExp(`\\{${name}[|}]`).test(content);

describe('what is signed by any scheme', () => {
  test('verifies at the same time', () => {
    holds(({ scheme, verifyingKey }, signed, now) => {
      expect(judge(scheme, signed, verifyingKey, now)).toMatchObject({ ok: true, reason: 'valid' });
      expect(isSigned(scheme, readRequest(signedView(signed)))).toBe(true);
    });
  });

  test('does not verify with another secret', () => {
    holds(({ scheme, verifyingKey, otherKey }, signed, now) => {
      expect(judge(scheme, signed, otherKey, now).reason).toBe('no-match');
      const verdict = verify(scheme, signedView(signed), [otherKey, verifyingKey], { now });
      expect(verdict).toMatchObject({ ok: true, secretIndex: 1 });
    });
  });

  test('is good for as long as its tolerance says, both ways, and no longer', () => {
    holds(({ scheme, verifyingKey }, signed, now) => {
      const at = (ms: number) => judge(scheme, signed, verifyingKey, now + ms).reason;
      const tolerance = scheme.timestamp?.toleranceSeconds ?? null;
      const border = (tolerance ?? 1e6) * 1_000;
      expect([at(border), at(-border)]).toEqual(['valid', 'valid']);
      expect([at(border + 1_000), at(-border - 1_000)]).toEqual(
        tolerance === null ? ['valid', 'valid'] : ['too-old', 'too-new'],
      );
    });
  });

  test('does not verify with a bit of a signed body flipped', () => {
    fc.assert(
      fc.property(anyCase, NOW, fc.nat(), (given, now, bit) => {
        const { scheme, request, signingKey, verifyingKey, form } = given;
        fc.pre(/\{body(?:\||\})/.test((scheme.content ?? '{body}').replaceAll('{body|formSorted}', '')));
        const signed = sign(scheme, request, signingKey, { now, form });
        fc.pre(signed.body.length > 0);
        const body = Uint8Array.from(signed.body);
        body[(bit >> 3) % body.length]! ^= 1 << (bit & 7);
        expect(judge(scheme, { ...signed, body }, verifyingKey, now).ok).toBe(false);
      }),
      RUNS,
    );
  });

  test('does not verify with a bit of a body flipped whose digest stands in the URL', () => {
    holds(({ scheme, verifyingKey }, signed, now) => {
      if (scheme.bodyDigest === undefined || signed.body.length === 0) return;
      if (!signed.url.includes('bodyDigest=')) return;
      const body = Uint8Array.from(signed.body);
      body[0]! ^= 1;
      expect(judge(scheme, { ...signed, body }, verifyingKey, now).ok).toBe(false);
    });
  });

  test('does not verify with another method, path, URL, id or time, where that is signed', () => {
    holds(({ scheme, verifyingKey }, signed, now) => {
      const reason = (request: OutgoingRequest) => judge(scheme, request, verifyingKey, now).reason;
      if (signs(scheme, 'method')) expect(reason({ ...signed, method: 'GET' })).toBe('no-match');
      if (signs(scheme, 'path') || signs(scheme, 'url')) {
        expect(reason({ ...signed, url: `${signed.url}&more` })).toBe('no-match');
      }
      if (signs(scheme, 'url')) {
        expect(reason({ ...signed, headers: withHeader(signed.headers, 'Host', 'example.org') })).toBe(
          'no-match',
        );
      }
      if (signs(scheme, 'id')) {
        expect(reason(placeValue(plain(scheme.values!['id']!), signed, 'evt_2'))).toBe('no-match');
      }
      const from = scheme.timestamp?.from;
      if (from !== undefined && !('field' in from) && signs(scheme, 'timestamp')) {
        expect(reason(placeValue(from, signed, 'garbage'))).toBe('malformed-header');
      }
    });
  });

  test('needs its signature, well formed, and what is signed beside the body', () => {
    holds(({ scheme, verifyingKey }, signed, now) => {
      const reason = (request: OutgoingRequest) => judge(scheme, request, verifyingKey, now).reason;
      const unsigned = withoutSignature(scheme, signed);
      expect(reason(unsigned)).toBe('missing-header');
      expect(isSigned(scheme, readRequest(signedView(unsigned)))).toBe(false);
      expect(reason(withSpoiltSignature(scheme, signed))).toBe('no-match');
      expect(reason(placeValue(scheme.signature, signed, '!garbage!'))).toBe('malformed-header');
      expect(reason(placeValue(scheme.signature, signed, ''))).toBe('malformed-header');
      const id = scheme.values!['id']!;
      if ('header' in id && signs(scheme, 'id')) {
        expect(reason({ ...signed, headers: withoutHeaders(signed.headers, [id.header]) })).toBe(
          'missing-header',
        );
      }
      const time = scheme.timestamp;
      if (time !== undefined && 'header' in time.from) {
        const isNeeded = signs(scheme, 'timestamp') || time.toleranceSeconds !== null;
        const undated = { ...signed, headers: withoutHeaders(signed.headers, [time.from.header]) };
        expect(reason(undated)).toBe(isNeeded ? 'missing-header' : 'valid');
      }
    });
  });

  test('changes nothing of the request but what it writes', () => {
    holds(({ scheme, request }, signed) => {
      const places = [scheme.signature, ...(scheme.timestamp === undefined ? [] : [scheme.timestamp.from])];
      const isIn = (key: 'body' | 'form' | 'query'): boolean => places.some((place) => key in place);
      expect(signed.method).toBe(request.method);
      if (!isIn('body') && !isIn('form')) expect(signed.body).toBe(request.body);
      if (!isIn('query') && scheme.bodyDigest === undefined) expect(signed.url).toBe(request.url);
      expect(signed.headers.slice(0, request.headers.length)).toEqual(request.headers);
    });
  });
});

describe('a hostile request', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          'v1',
          'h1',
          '=',
          ',',
          ';',
          ' ',
          ':',
          '__proto__',
          '0'.repeat(64),
          't',
          '1e300',
          '%',
          '\u0000',
        ),
        { maxLength: 12 },
      )
      .map((all) => all.join('')),
  );
  const name = fc.constantFrom(
    'X-Signature',
    'X-Signature-2',
    'X-sig',
    'Old-sig',
    'X-time',
    'X-id',
    'Host',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'Content-Type',
  );
  const headers = fc.array(fc.tuple(name, text), { maxLength: 8 }) as fc.Arbitrary<Header[]>;
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    text.map((value) =>
      Buffer.from(JSON.stringify({ sig: value, time: value, id: 1, meta: { sig: value, time: 1e300 } })),
    ),
    text.map((value) => Buffer.from(`sig=${value}&time=${value}&id`)),
    fc
      .constantFrom('null', '[]', '{"__proto__":{"sig":"a"},"meta":null}', '[[[')
      .map((value) => Buffer.from(value)),
  );
  const path = fc.oneof(
    text,
    text.map((value) => `/?sig=${value}&time=${value}`),
    fc.constantFrom('*', '', '?', '??sig=1', 'http://[', '//x', '/%', '/?sig=%ff'),
  );

  test('gets a verdict that is no good one, and never an exception', () => {
    fc.assert(
      fc.property(anyCase, NOW, fc.record({ headers, body, path }), (given, now, request) => {
        const secrets = [given.verifyingKey, '', new Uint8Array(), 'no key at all'];
        const verdict = verify(given.scheme, request, secrets, { now });
        expect(verdict.ok).toBe(false);
        expect(['missing-header', 'malformed-header', 'no-match']).toContain(verdict.reason);
        expect(verify(given.scheme, request, ['', 'no key at all'], { now }).ok).toBe(false);
      }),
      { numRuns: 800 },
    );
  });
});

/** A place that is no field. */
function plain(place: SignedValue): Exclude<SignedValue, { field: string }> {
  if ('field' in place) throw new Error('a field of the signature');
  return place;
}

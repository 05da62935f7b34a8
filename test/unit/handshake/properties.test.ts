import fc from 'fast-check';
import { expect, test } from 'vitest';
import { handshakeFaults } from '../../../src/handshake/faults.ts';
import { matchHandshake } from '../../../src/handshake/match.ts';
import { recognizeHandshake } from '../../../src/handshake/recognize.ts';
import { renderHandshake } from '../../../src/handshake/render.ts';
import { boundNames } from '../../../src/handshake/request.ts';
import { handshakeTrials } from '../../../src/handshake/trials.ts';
import type { Handshake } from '../../../src/providers/handshake.ts';
import { builtIn } from '../../../src/providers/index.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { randomSecret } from '../../../src/signing/keys.ts';
import { arrived, bytes, providerWith, RECORDS } from './records.ts';

const now = 1_700_000_000_000;
const verifyToken = 'agreed on';
const url = 'https://example.com/hooks?own=1';

/** All vocabulary, and whatever is built in. */
const ALL: readonly (readonly [string, Provider, Handshake])[] = [
  ...Object.values(RECORDS).map((record) => ['acme', providerWith(record), record] as const),
  ...builtIn.all.flatMap((one) => one.handshakes.map((record) => [one.id, one, record] as const)),
].map(([id, provider, record]) => [`${id} ${record.name}`, provider, record]);

/** In a header it is written as Latin-1, and its ends are trimmed on the way. */
const value = (record: Handshake): fc.Arbitrary<string> =>
  record.request.headers === undefined
    ? fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => isWellFormed(text))
    : fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);

/** Without halves of characters, which UTF-8 does not have. */
function isWellFormed(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

const valuesOf = (record: Handshake): fc.Arbitrary<ReadonlyMap<string, string>> =>
  fc
    .record(Object.fromEntries([...boundNames(record)].map((name) => [name, value(record)])))
    .map((made) => new Map(Object.entries(made)));

test.each(ALL)('%s: has no faults', (_title, _provider, record) => {
  expect(handshakeFaults(record)).toEqual([]);
});

test.each(ALL)(
  '%s: what is sent is matched, and its answer accepted, whatever the values',
  (_title, provider, record) => {
    const secret = randomSecret(provider.signature.value, bytes);
    fc.assert(
      fc.property(valuesOf(record), (values) => {
        const { request, judge } = renderHandshake(provider, record, {
          url,
          secret,
          verifyToken,
          randomBytes: bytes,
          now,
          values,
        });
        const match = matchHandshake(provider, arrived(request), { secrets: [secret], verifyToken, now });
        expect(match?.refused).toBeNull();
        expect(match!.handshake).toBe(record);
        expect(judge(match!.answer)).toEqual({ ok: true, problem: null, notes: [] });
        if (record.secret !== undefined) expect(match!.secret).not.toBeNull();
      }),
      { numRuns: 40 },
    );
  },
);

test.each(ALL.filter(([, , { respond }]) => respond.body !== undefined))(
  '%s: an answer with any byte changed is not accepted',
  (_title, provider, record) => {
    const secret = randomSecret(provider.signature.value, bytes);
    const { request, judge } = renderHandshake(provider, record, {
      url,
      secret,
      verifyToken,
      randomBytes: bytes,
      now,
    });
    const { answer } = matchHandshake(provider, arrived(request), { secrets: [secret], verifyToken, now })!;
    for (let at = 0; at < answer.body.length; at += 1) {
      const body = Buffer.from(answer.body);
      body[at] = body[at]! ^ 1;
      const { ok, problem } = judge({ ...answer, body });
      expect({ at, ok, hasProblem: problem !== null }).toEqual({ at, ok: false, hasProblem: true });
    }
  },
);

test.each(ALL)('%s: a stranger is refused, and our refusal is what is due', (_title, provider, record) => {
  const secret = randomSecret(provider.signature.value, bytes);
  const trials = handshakeTrials(provider, record, { url, secret, verifyToken, randomBytes: bytes, now });
  expect(trials[0]!.variant).toBe('proper');
  const checks =
    (record.signed && provider.signature.value.kind !== 'none' ? 1 : 0) +
    (boundNames(record).has('verifyToken') ? 1 : 0);
  expect(trials).toHaveLength(1 + checks);
  for (const { request, judge } of trials.slice(1)) {
    const match = matchHandshake(provider, arrived(request), { secrets: [secret], verifyToken, now })!;
    expect(match.refused).toMatch(/./);
    expect(match.secret).toBeNull();
    expect(judge(match.answer).ok).toBe(true);
    const problemWith = (status: number) => judge({ status, headers: [], body: new Uint8Array() }).problem;
    expect(problemWith(200)).toMatch(/without checking/);
    expect(problemWith(301)).toBe('it redirects with 301 instead of refusing');
    expect(problemWith(500)).toBe('it fails with 500 instead of refusing');
  }
});

test.each(ALL.filter(([, { signature }, { signed }]) => signed && signature.value.kind !== 'none'))(
  '%s: unsigned, it is refused',
  (_title, provider, record) => {
    const secret = randomSecret(provider.signature.value, bytes);
    const { request } = renderHandshake(
      providerWith(record),
      { ...record, signed: false },
      { url, secret, verifyToken, randomBytes: bytes, now },
    );
    const match = matchHandshake(provider, arrived(request), { secrets: [secret], verifyToken, now });
    expect(match).toMatchObject({
      refused: expect.stringMatching(/./),
      answer: { status: record.refuse ?? 401 },
    });
    expect(match!.answer.body).toHaveLength(0);
  },
);

test('nothing that comes makes it throw, and no answer can break a header', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'url_verification',
      'subscribe',
      'x\r\nSet-Cookie: a=b',
      '__proto__',
      'nul\0',
      '{secret}',
      '\ud800',
    ),
  );
  const target = fc.oneof(
    fc.string().map((text) => `/${text}`),
    fc
      .tuple(fc.constantFrom('hub.challenge', 'challenge', 'crc_token', 'key'), piece)
      .map(
        ([name, text]) =>
          `/?hub.mode=subscribe&hub.verify_token=x&code=c-1.end&${name}=${encodeURIComponent(isWellFormed(text) ? text : '')}`,
      ),
    fc.constantFrom('?', '/?%', '/?challenge=%E0%A4%A', '*'),
  );
  const body = fc.oneof(
    fc.uint8Array().map((raw) => Buffer.from(raw)),
    fc.json().map((text) => Buffer.from(text)),
    fc.tuple(piece, piece).map(([type, challenge]) =>
      Buffer.from(
        JSON.stringify({
          type,
          challenge,
          verification_token: challenge,
          firstEventSequence: 0,
          live: false,
          entropy: type,
          payload: { plainToken: challenge },
          event: 'endpoint.url_validation',
        }),
      ),
    ),
  );
  const headers = fc.array(
    fc.tuple(
      fc.constantFrom('X-Hook-Secret', 'X-Acme-Signature', 'Content-Type', 'Content-Encoding'),
      fc.oneof(piece, fc.constantFrom('application/x-www-form-urlencoded', 't=1,v1=00')),
    ),
  );
  const provider = providerWith(...Object.values(RECORDS));
  fc.assert(
    fc.property(
      fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'x'),
      target,
      headers,
      body,
      (method, path, list, raw) => {
        const request = { method, path, headers: list, body: raw };
        const context = { secrets: ['whsec_x'], verifyToken, now };
        const match = matchHandshake(provider, request, context);
        recognizeHandshake([provider], request, () => context);
        for (const [name, text] of match?.answer.headers ?? [])
          expect(`${name}: ${text}`).not.toMatch(/[\r\n\0]/);
      },
    ),
    { numRuns: 2_000 },
  );
});

import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOST_HASHED_BYTES, MOST_TRIALS } from '../../../src/diagnosis/budget.ts';
import {
  diagnose,
  examine,
  type DiagnosisContext,
  type Examination,
} from '../../../src/diagnosis/diagnose.ts';
import { withHeader, type Header, type RawRequest } from '../../../src/model/request.ts';
import { loadProviders } from '../../../src/providers/index.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import type { Secret } from '../../../src/signing/scheme.ts';
import { verifyRequest } from '../../../src/providers/signatures.ts';
import { signatureHeader, signatureHeaders } from '../../../src/signing/describe.ts';
import { discord } from '../../../src/providers/discord.ts';
import { github } from '../../../src/providers/github.ts';
import { gitlab } from '../../../src/providers/gitlab.ts';
import { hubspot } from '../../../src/providers/hubspot.ts';
import { shopify } from '../../../src/providers/shopify.ts';
import { slack } from '../../../src/providers/slack.ts';
import { standardWebhooks } from '../../../src/providers/standard-webhooks.ts';
import { stripe } from '../../../src/providers/stripe.ts';
import { twilio } from '../../../src/providers/twilio.ts';
import { goodRequest, NOW_SECONDS, plainProviders } from './causes.ts';

const more = [discord, github, gitlab, hubspot, shopify, slack, standardWebhooks, stripe, twilio];
const providers = [...new Set([...(await loadProviders()), ...more])];
const provider = fc.constantFrom(...plainProviders, ...providers);
const now = NOW_SECONDS * 1_000;

/** A request that the provider sends; null where the secret is no key of its kind, or the body cannot hold the signature. */
function signedRequest(...given: Parameters<typeof goodRequest>): RawRequest | null {
  try {
    return goodRequest(...given);
  } catch {
    return null;
  }
}

const bytes = fc.uint8Array({ maxLength: 200 });
const json = fc
  .jsonValue()
  .chain((value) =>
    fc.constantFrom(undefined, 2, '\t').map((indent) => Buffer.from(JSON.stringify(value, null, indent))),
  );
const odd = fc
  .constantFrom(
    'null',
    '{"__proto__":{"polluted":1},"constructor":{"prototype":[]}}',
    '1e400',
    '"\\ud800"',
    '[',
    '\0\0',
    '\ufeff{}',
    '{"type":"Buffer","data":[1e9,-1,"x"]}',
    '{"type":"Buffer","data":{"length":1e9}}',
    "'",
    '"',
    '[object Object]',
  )
  .map((text) => Buffer.from(text));
const body = fc.oneof(
  bytes,
  json,
  odd,
  bytes.map((tail) => Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), tail])),
);

const latin1 = fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 60 });
const digest = fc
  .tuple(
    fc.constantFrom('md5', 'sha1', 'sha256', 'sha384', 'sha512'),
    fc.constantFrom('hex', 'base64', 'base64url'),
  )
  .map(([hash, encoding]) => createHmac(hash, 'nobody’s').digest(encoding as 'hex'));
const headerText = fc.oneof(
  latin1,
  digest,
  fc
    .tuple(fc.constantFrom('sha256=', 'v1=', 'a:b=', '"', '%', 'x;', 't=1800000000,v1='), digest)
    .map((parts) => parts.join('')),
);
const names = providers.flatMap(({ signature: { value } }) => signatureHeaders(value));
const name = fc.oneof(
  latin1,
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    'X-Timestamp',
    'webhook-id',
    'Content-Encoding',
    'Content-Length',
    'Content-Type',
    ...names,
  ),
);
const headers = fc.array(fc.tuple(name, headerText), { maxLength: 12 });
const secret: fc.Arbitrary<Secret> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom('', ' ', '""', 'whsec_', 'whsec_c2VjcmV0', 'v1,', '\ud800', 'A='),
);
const secrets = fc.array(secret, { maxLength: 4 });

function assertSound(
  request: RawRequest,
  from: Provider,
  known: readonly Secret[],
  examination: Examination,
  context: DiagnosisContext = {},
): void {
  const { diagnosis, trials, hashedBytes } = examination;
  expect(trials).toBeLessThanOrEqual(MOST_TRIALS);
  expect(hashedBytes).toBeLessThanOrEqual(MOST_HASHED_BYTES);
  expect(diagnosis.length === 0).toBe(verifyRequest(from, request, known, context).ok);
  const confidences = diagnosis.map(({ confidence }) => confidence);
  const order = ['certain', 'likely', 'possible'];
  expect(confidences).toEqual(
    confidences.toSorted((one, other) => order.indexOf(one) - order.indexOf(other)),
  );
  expect(confidences.filter((confidence) => confidence === 'certain').length).toBeLessThanOrEqual(1);
  expect(new Set(diagnosis.map(({ cause }) => cause)).size).toBe(diagnosis.length);
  const said = diagnosis.map(({ fix }) => fix).join('\n');
  for (const key of known) {
    const mac = createHmac('sha256', key).update(request.body).digest();
    expect(said).not.toContain(mac.toString('hex'));
    expect(said).not.toContain(mac.toString('base64').slice(0, 42));
    // `whsec_` and the like are words of the sentences.
    const text = Buffer.from(key).toString();
    if (text.length >= 4 && /[^\w ,.-]|\d{3}/.test(text)) expect(said).not.toContain(text);
  }
}

describe('whatever a request holds', () => {
  test('its diagnosis keeps to what is promised', () => {
    fc.assert(
      fc.property(provider, body, headers, secrets, secrets, (from, held, lines, known, others) => {
        const request: RawRequest = { method: 'POST', path: '/x?\ud800', headers: lines, body: held };
        const otherSecrets = others.map((key, index) => ({ name: `ep_${index}`, secret: key }));
        const context = { providers, secretsFor: () => others, otherSecrets, now: 1_800_000_000_000 };
        assertSound(request, from, known, examine(request, from, known, context), context);
        expect(({} as { polluted?: number }).polluted).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test('and signed by someone, too', () => {
    fc.assert(
      fc.property(
        provider,
        body,
        body,
        headers,
        secrets,
        fc.nat(9),
        (from, held, signed, lines, known, pick) => {
          const key = known[pick % Math.max(1, known.length)] || 'another';
          const good = signedRequest(from, signed, lines, Buffer.from(key.length === 0 ? 'another' : key));
          fc.pre(good !== null);
          const request = { ...good, body: held };
          const context = { providers, secretsFor: () => known, now };
          assertSound(request, from, known, examine(request, from, known, context), context);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a good request with any JSON has no diagnosis', () => {
    fc.assert(
      fc.property(provider, json, secret, (from, held, key) => {
        fc.pre(key.length > 0);
        fc.pre(from.signature.value.kind !== 'asymmetric' && from.body === 'json');
        // A time that belongs in the body is left out where that is no object.
        fc.pre(!hasTimeInBody(from) || /^\s*\{/.test(held.toString()));
        const good = signedRequest(from, held, [], Buffer.from(key));
        fc.pre(good !== null);
        expect(diagnose(good, from, ['old', key], { providers, now })).toEqual([]);
      }),
    );
  });
});

describe('what is called certain', () => {
  const text = fc
    .string({ unit: 'grapheme-ascii', minLength: 4, maxLength: 30 })
    .filter((key) => key.trim() === key && !/^["'`]|\\/.test(key));

  /** How a body may be damaged, and the bodies that undo it. */
  const damages: readonly [name: string, damage: (sent: Buffer) => Buffer][] = [
    ['body-newline', (sent) => Buffer.concat([sent, Buffer.from('\n')])],
    ['body-bom', (sent) => Buffer.concat([Buffer.from('\ufeff'), sent])],
    ['body-base64', (sent) => Buffer.from(sent.toString('base64'))],
    ['body-quoted', (sent) => Buffer.from(JSON.stringify(sent.toString()))],
    ['body-padding', (sent) => Buffer.concat([sent, Buffer.alloc(3)])],
  ];

  const bodySigner = fc.constantFrom(...plainProviders, github, shopify, slack, stripe);

  test.each(damages)('is right, and %s is found', (cause, damage) => {
    fc.assert(
      fc.property(bodySigner, fc.dictionary(text, fc.jsonValue()), text, (from, value, key) => {
        const sent = Buffer.from(JSON.stringify(value));
        const request = { ...goodRequest(from, sent, [], key), body: damage(sent) };
        expect(diagnose(request, from, [key])[0]).toMatchObject({ cause, confidence: 'certain' });
      }),
      { numRuns: 20 },
    );
  });

  test('is no more than likely where the signature is written in another way besides', () => {
    for (const from of plainProviders) {
      const sent = Buffer.from('{"a":1}');
      const mac = createHmac('sha256', 'key').update(sent).digest('hex');
      const good = goodRequest(from, sent, [], 'key');
      const header: Header = [signatureHeader(from.signature.value)!, `v1=${mac}`];
      const request = {
        ...good,
        headers: withHeader(good.headers, ...header),
        body: Buffer.from('{"a":1}\n'),
      };
      expect(diagnose(request, from, ['key']).map(({ cause, confidence }) => [cause, confidence])).toEqual([
        ['body-newline', 'likely'],
        ['signature-prefix', 'likely'],
      ]);
    }
  });

  test('is one thing, with no secret and another provider’s request', () => {
    const [from, other] = [plainProviders[1]!, plainProviders.find(({ id }) => id === 'iverton')!];
    const request = goodRequest(other, Buffer.from('{}'), [], 'its');
    const context = { providers, secretsFor: (id: string) => (id === other.id ? ['its'] : []) };
    const certain = diagnose(request, from, [], context).filter(({ confidence }) => confidence === 'certain');
    expect(certain.map(({ cause }) => cause)).toEqual(['provider-other']);
  });
});

function hasTimeInBody({ signature: { value } }: Provider): boolean {
  return 'timestamp' in value && value.timestamp !== undefined && 'body' in value.timestamp.from;
}

import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { expectedSignatures } from '../../../src/cli/expected-signature.ts';
import { explainRequest } from '../../../src/cli/explanation.ts';
import { explanationText } from '../../../src/cli/render/explain.ts';
import { rawBodyCode } from '../../../src/cli/render/raw-body.ts';
import { examine } from '../../../src/diagnosis/diagnose.ts';
import { UNPRINTABLE } from '../../../src/model/printable.ts';
import type { Header } from '../../../src/model/request.ts';
import { builtIn, loadProvider } from '../../../src/providers/index.ts';
import { signRequest } from '../../../src/providers/signatures.ts';
import { termOf } from '../../support/term.ts';

const provider = await loadProvider('iverton');
const pipe = await termOf({ isTTY: false });
const SECRET = 'whsec_never_shown';
const NOW = 1_800_000_000_000;

function explain(headers: readonly Header[], body: Uint8Array) {
  const request = { method: 'POST', path: '/', headers, body };
  const examination = examine(request, provider, [SECRET]);
  const verified = { request, provider, secrets: [SECRET], now: NOW };
  const explanation = explainRequest(verified, examination, []);
  const { diagnosis } = examination;
  const code = rawBodyCode(diagnosis, null);
  return { explanation, text: explanationText({ explanation, diagnosis, body, code }, pipe) };
}

test('marks the first doubtful byte below it, however far in it stands', () => {
  for (const at of [0, 5, 15, 16, 17, 100, 1_000]) {
    const body = Buffer.from(`${'x'.repeat(at)}\r${'y'.repeat(40)}`);
    const rows = explain([], body).text.split('\n');
    const mark = rows.findIndex((row) => /^ +\^\^$/.test(row));
    const column = rows[mark]!.indexOf('^^');
    expect(rows[mark - 1]!.slice(column, column + 2)).toBe('0d');
    expect(Number.parseInt(rows[mark - 1]!.trim().slice(0, 8), 16)).toBe(at - (at % 16));
  }
});

test('compares the length with what Content-Length says', () => {
  const said = (length: string) => explain([['Content-Length', length]], Buffer.from('ab')).text;
  expect(said('2')).toContain('2 bytes, as Content-Length says');
  expect(said('3')).toContain('2 bytes, and Content-Length says 3: 1 more');
  expect(said('1')).toContain('2 bytes, and Content-Length says 1: 1 fewer');
  expect(said('x')).toContain('2 bytes; no Content-Length');
});

test.each<[Header, object]>([
  [
    ['X-Iverton-Signature', `sha256=${'a'.repeat(64)}`],
    { prefix: 'sha256=', encoding: 'hex', bytes: 32, isDue: true },
  ],
  [
    ['x-iverton-signature', `v1=${'a'.repeat(40)}`],
    { prefix: 'v1=', encoding: 'hex', bytes: 20, isDue: false },
  ],
  [
    ['X-Iverton-Signature', `${'A'.repeat(42)}8=`],
    { prefix: '', encoding: 'base64', bytes: 32, isDue: false },
  ],
  [['X-Iverton-Signature', ''], { prefix: '', encoding: null, bytes: null, isDue: false }],
  [['X-Other-Signature', '?'], { prefix: '', encoding: null, bytes: null, isDue: false }],
])('takes %j apart', (header, expected) => {
  expect(explain([header], Buffer.from('x')).explanation.signatures).toMatchObject([expected]);
});

/** How a request that a provider signed is explained, and what is expected instead. */
function explainSigned(
  id: string,
  secret: string,
  { body = '{"a":1}', url = 'https://app.example/in' } = {},
) {
  const own = builtIn.get(id);
  const type = own.body === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  const headers: Header[] = [
    ['Host', new URL(url).host],
    ['Content-Type', type],
    ['webhook-id', 'msg_1'],
  ];
  const unsigned = { method: 'POST', url, headers, body: Buffer.from(body) };
  const signed = signRequest(own, unsigned, secret, { now: NOW - 7_000 });
  const request = { ...signed, path: new URL(url).pathname };
  const verified = { request, provider: own, secrets: [secret], now: NOW };
  const examination = examine(request, own, [secret], { now: NOW });
  const explanation = explainRequest(verified, examination, []);
  const text = explanationText({ explanation, diagnosis: [], body: request.body, code: {} }, pipe);
  expect(examination.diagnosis).toEqual([]);
  expect(text + JSON.stringify(explanation)).not.toContain(secret);
  return { text, explanation, expected: expectedSignatures(verified), headers: signed.headers };
}

test('says what else is signed, how old it is, and what the key is made of', () => {
  const stripe = explainSigned('stripe', SECRET);
  expect(stripe.explanation.signed).toMatchObject({
    what: 'HMAC-SHA256 over {timestamp}.{body}',
    header: 'Stripe-Signature',
    forms: ['t=<timestamp>,v1=<hex>'],
    first: '1799999993.{"a":1}',
    values: [{ name: 'timestamp', value: '1799999993' }],
    keys: ['the secret as it is, 17 bytes'],
    timestamp: { value: '1799999993', ageSeconds: 7, toleranceSeconds: 300 },
  });
  expect(stripe.text).toContain('its age      7 s, of 300 s allowed');
  expect(stripe.expected).toEqual([
    `Stripe-Signature: ${stripe.headers.find(([name]) => name === 'Stripe-Signature')![1]}`,
  ]);

  const key = Buffer.from('of twenty-four bytes ...').toString('base64');
  const standard = explainSigned('standard-webhooks', `whsec_${key}`);
  expect(standard.explanation.signed).toMatchObject({
    first: 'msg_1.1799999993.{"a":1}',
    keys: ['the text after whsec_, base64-decoded, 24 bytes'],
    values: [
      { name: 'timestamp', value: '1799999993' },
      { name: 'id', value: 'msg_1' },
    ],
  });
});

test('shows the URLs that may have been signed', () => {
  const { explanation, text } = explainSigned('twilio', SECRET, { body: 'A=1&B=2' });
  expect(explanation.signed.urls).toContain('https://app.example/in');
  expect(explanation.signed.first).toBe('https://app.example/inA1B2');
  expect(text).toContain('the URL      https://app.example/in');
});

test('shows of a token its place alone', () => {
  const { explanation, expected } = explainSigned('gitlab', SECRET);
  expect(explanation.signed).toMatchObject({
    what: 'nothing: the secret itself is sent along, and compared',
    header: 'X-Gitlab-Token',
    forms: ['<token>'],
    keys: ['the secret as it is, 17 bytes'],
  });
  expect(explanation.signatures).toEqual([]);
  expect(expected).toEqual([`X-Gitlab-Token: ${SECRET}`]);
});

test('holds no secret, no expected signature and nothing that moves the cursor, whatever comes', () => {
  const name = fc.constantFrom('X-Iverton-Signature', 'X-Webhook-Signature', 'Content-Length', 'X-Time');
  const value = fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 90 });
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.json().map((text) => Buffer.from(`${text}\r\n`)),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 4 }), bodies, (headers, body) => {
      const { text, explanation } = explain(headers, body);
      expect(text.replaceAll('\n', '').match(UNPRINTABLE)).toBeNull();
      const all = text + JSON.stringify(explanation);
      expect(all).not.toContain(SECRET);
      const expected = createHmac('sha256', SECRET).update(body);
      expect(all).not.toContain(expected.digest('hex'));
    }),
  );
});

import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { explainRequest } from '../../../src/cli/explanation.ts';
import { explanationText } from '../../../src/cli/render/explain.ts';
import { rawBodyCode } from '../../../src/cli/render/raw-body.ts';
import { examine } from '../../../src/diagnosis/diagnose.ts';
import { UNPRINTABLE } from '../../../src/model/printable.ts';
import type { Header } from '../../../src/model/request.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { termOf } from '../../support/term.ts';

const provider = await loadProvider('iverton');
const pipe = await termOf({ isTTY: false });
const SECRET = 'whsec_never_shown';

function explain(headers: readonly Header[], body: Uint8Array) {
  const request = { method: 'POST', path: '/', headers, body };
  const examination = examine(request, provider, [SECRET]);
  const explanation = explainRequest(request, provider, examination, []);
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

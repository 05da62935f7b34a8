import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createBodyTest, type BodyConditions } from '../../../src/expect/body-test.ts';
import type { Header } from '../../../src/model/request.ts';

const headers: Header[] = [['Content-Type', 'application/json']];
const payload = { data: { amount: 12, items: [{ price: 8 }] } };

async function ask(
  conditions: BodyConditions,
  body: string | Uint8Array = JSON.stringify(payload),
  lines: readonly Header[] = headers,
): Promise<string | null | undefined> {
  const test = await createBodyTest(conditions);
  return test?.({ headers: lines, body: Buffer.from(body) });
}

const where = ['data.amount=12'];

test('without conditions there is no test', async () => {
  expect(await createBodyTest({})).toBeUndefined();
  expect(await createBodyTest({ where: [], jmespath: [], schema: undefined })).toBeUndefined();
});

test('all conditions must hold; the first that does not is told', async () => {
  const jmespath = ['data.items[?price > `5`]'];
  const schema = { required: ['data'] };
  expect(await ask({ where, jmespath, schema })).toBeNull();
  expect(await ask({ where: [...where, 'data.amount>12'], jmespath: ['no'], schema: false })).toBe(
    'data.amount is 12, not > 12',
  );
  expect(await ask({ where, jmespath: ['data', 'data.no'], schema: false })).toBe('data.no gives null');
  expect(await ask({ where, jmespath, schema: false })).toBe('the body boolean schema is false');
  expect(await ask({ schema: false })).toBe('the body boolean schema is false');
});

test('what JMESPath does to a body leaves the schema alone', async () => {
  const schema = { properties: { data: { properties: { amount: { type: 'number' } } } } };
  expect(await ask({ jmespath: ['data', 'data.amount'], schema })).toBeNull();
});

describe('a body', () => {
  test.each([
    ['', 'the body is empty'],
    ['no JSON', 'the body is not JSON'],
    [Buffer.from([0xff, 0xfe, 0x31]), 'the body is not JSON'],
    ['12', 'there is no data.amount'],
    ['null', 'there is no data.amount'],
    [`\ufeff${JSON.stringify(payload)}`, null],
  ])('%j', async (body, why) => {
    expect(await ask({ where }, body)).toBe(why);
  });

  test.each([
    ['gzip', gzipSync],
    ['X-GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('is decoded from %s, however large', async (encoding, encode) => {
    // Random digits, so that it stays large when it is encoded.
    const noise = Array.from({ length: 12_000 }, (_, index) => (Math.sin(index) * 1e9).toString());
    const body = encode(Buffer.from(JSON.stringify({ noise, ...payload })));
    expect(body.length).toBeGreaterThan(64 * 1024);
    const lines: Header[] = [...headers, ['Content-Encoding', encoding]];
    expect(await ask({ where }, body, lines)).toBeNull();
    expect(await ask({ where }, body)).toBe('the body is not JSON');
  });

  test('of a form is an object of strings', async () => {
    const form: Header[] = [['content-type', 'Application/X-WWW-Form-Urlencoded; charset=utf-8']];
    const body = 'amount=12&name=J%C3%BCrgen+M&tag=a&tag=b&__proto__=x&empty=';
    const asked = (conditions: BodyConditions) => ask(conditions, body, form);
    expect(
      await asked({ where: ['amount=12', 'amount>11', 'name=Jürgen M', 'tag~b', '__proto__=x', 'empty'] }),
    ).toBeNull();
    expect(await asked({ jmespath: ["tag == ['a', 'b']", "amount == '12'"] })).toBeNull();
    expect(await asked({ schema: { properties: { amount: { type: 'number' } } } })).toBe(
      '/amount must be number',
    );
  });
});

import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { parseOverride } from '../../../src/forge/overrides.ts';
import { renderReplay, type ReplayRequestOptions } from '../../../src/forge/replay.ts';
import { setAt, type JsonPath } from '../../../src/model/json-path.ts';
import type { Header, OutgoingRequest } from '../../../src/model/request.ts';
import { loadProvider } from '../../../src/providers/index.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const url = 'http://127.0.0.1:3000/hooks';

function replay(
  { headers = [], body = '' }: { headers?: readonly Header[]; body?: string | Uint8Array },
  options: Partial<ReplayRequestOptions> = {},
): Promise<OutgoingRequest> {
  const captured = { method: 'PUT', path: '/in?a=1', headers, body: Buffer.from(body) };
  return renderReplay(captured, { url, overrides: [], headers: [], resign: null, ...options }, NOW);
}

async function set(body: string | Uint8Array, ...assignments: string[]): Promise<string> {
  const { body: changed } = await replay({ body }, { overrides: assignments.map(parseOverride) });
  return Buffer.from(changed).toString();
}

describe('a replay', () => {
  test('has the captured method, bytes and headers, but for those of the connection', async () => {
    const headers: Header[] = [
      ['Host', 'sender.example'],
      ['x-b', '2'],
      ['Content-Length', '3'],
      ['X-A', '1'],
      ['Connection', 'X-Mine, close'],
      ['X-Mine', '1'],
      ['X-B', '2'],
      ['transfer-encoding', 'chunked'],
      ['X-Iverton-Signature', 'sha256=stale'],
    ];
    const body = Uint8Array.of(0xff, 0x00, 0xfe);
    const request = await replay({ headers, body });
    expect(request).toEqual({
      method: 'PUT',
      url,
      headers: [
        ['x-b', '2'],
        ['X-A', '1'],
        ['X-B', '2'],
        ['X-Iverton-Signature', 'sha256=stale'],
      ],
      body: Buffer.from(body),
    });
  });

  test('takes headers instead of the captured ones, in their places, and besides them', async () => {
    const headers: Header[] = [
      ['X-A', '1'],
      ['x-b', '2'],
      ['X-A', '3'],
    ];
    const given: Header[] = [
      ['x-a', 'new'],
      ['X-C', '4'],
    ];
    expect((await replay({ headers }, { headers: given })).headers).toEqual([
      ['X-A', 'new'],
      ['x-b', '2'],
      ['X-C', '4'],
    ]);
  });
});

describe('signed anew', () => {
  const hmac = (body: string): string => createHmac('sha256', 's').update(body).digest('hex');

  test('has a fresh signature and timestamp where the captured ones stood, and no other change', async () => {
    const provider = await loadProvider('taskplatform');
    const headers: Header[] = [
      ['x-webhook-signature', 'stale'],
      ['X-Other', '1'],
      ['X-Webhook-Timestamp', '1'],
      ['X-Webhook-ID', 'wh_1'],
    ];
    const body = '{"webhook_id":"wh_1","event":"task.created"}';
    const request = await replay({ headers, body }, { resign: { provider, secret: 's' } });
    expect(request.headers).toEqual([
      ['x-webhook-signature', `sha256=${hmac(body)}`],
      ['X-Other', '1'],
      ['X-Webhook-Timestamp', String(NOW / 1_000)],
      ['X-Webhook-ID', 'wh_1'],
    ]);
    expect(Buffer.from(request.body).toString()).toBe(body);
  });

  test('signs what was set, and leaves no signature in another header', async () => {
    const provider = await loadProvider('deiterate');
    const headers: Header[] = [['X-Webhook-Signature', 'stale']];
    const request = await replay(
      { headers, body: '{"a":1}' },
      { overrides: [parseOverride('a=2')], resign: { provider, secret: 's' } },
    );
    expect(request.headers).toEqual([['X-Deiterate-Signature', hmac('{"a":2}')]]);
  });
});

describe('values set in the captured JSON', () => {
  const odd =
    '{ "n" : 30.0,\r\n\t"big":12345678901234567890, "a":[1, {"b":"x"}] , "é":"\\u00e9", "nul":null,"o":{ } }\n';

  test.each([
    ['n=1', odd.replace('30.0', '1')],
    ['a[1].b="y"', odd.replace('"x"', '"y"')],
    ['a[0]={"c":[1]}', odd.replace('[1,', '[{"c":[1]},')],
    ['a[2]=3', odd.replace('{"b":"x"}]', '{"b":"x"},3]')],
    ['é=e', odd.replace('"\\u00e9"', '"e"')],
    ['o.x.y=1', odd.replace('"o":{ }', '"o":{"x":{"y":1} }')],
    ['nul.x[0]=1', odd.replace('null', '{"x":[1]}')],
    ['new=1', odd.replace('"o":{ }', '"o":{ },"new":1')],
    ['["a.b"]=1', odd.replace('"o":{ }', '"o":{ },"a.b":1')],
    ['o.0=1', odd.replace('"o":{ }', '"o":{"0":1 }')],
    ['o.__proto__.x=1', odd.replace('"o":{ }', '"o":{"__proto__":{"x":1} }')],
  ])('%s changes that place and no other byte', async (assignment, expected) => {
    expect(await set(odd, assignment)).toBe(expected);
  });

  test('are set one after the other', async () => {
    expect(await set('{}', 'a[0]=1', 'a[1]=2', 'a[0]=3')).toBe('{"a":[3,2]}');
  });

  test('of a key that stands twice, in the last: it is the one that counts', async () => {
    expect(await set('{"a":1,"a":{"b":1}}', 'a.b=2')).toBe('{"a":1,"a":{"b":2}}');
  });

  test.each([
    ['a plain value on the way', '{"a":1}', 'a.b=2'],
    ['a hole in an array', '{"a":[1]}', 'a[2]=2'],
    ['a name in an array', '{"a":[1]}', 'a.x=2'],
    ['a plain value as the whole', '1', 'a=2'],
  ])('%s is a usage error', async (_name, body, assignment) => {
    await expect(set(body, assignment)).rejects.toThrow(UsageError);
  });

  test.each([
    ['nothing', ''],
    ['a form', 'a=1'],
    ['half of JSON', '{"a":'],
    ['JSON with a byte order mark', '\ufeff{"a":1}'],
    [
      'JSON that is no UTF-8, which could not be kept',
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    ],
  ])('need JSON: %s is a usage error', async (_name, body) => {
    await expect(set(body, 'a=1')).rejects.toThrow(/not JSON/);
  });

  test('mean the same as in a tree, and leave the text around them alone', async () => {
    const step = fc.oneof(fc.constantFrom('a', 'b', '__proto__'), fc.nat(2));
    const path = fc.array(step, { minLength: 1, maxLength: 3 });
    const key = fc.constantFrom('a', 'b', '0', '1', '__proto__');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(null, 1, 'x', [], {}),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(tree, path, fc.constantFrom(0, 1, '\t'), async (before, at, indent) => {
        const text = JSON.stringify(before, null, indent);
        const expected = inTree(text, at, 'set');
        fc.pre(expected !== null);
        const { body } = await replay({ body: text }, { overrides: [{ path: at, value: 'set' }] });
        const after = Buffer.from(body).toString();
        expect(JSON.parse(after)).toEqual(JSON.parse(expected!));
        const [head, tail] = [commonStart(text, after), commonStart(reversed(text), reversed(after))];
        const replaced = text.length - head - tail;
        expect(replaced).toBeLessThanOrEqual(longestValue(text, at));
      }),
      { numRuns: 500 },
    );
  });
});

/** The JSON with a value set by way of parsing and writing again, or null where that place is none. */
function inTree(text: string, path: JsonPath, value: unknown): string | null {
  try {
    return JSON.stringify(setAt(JSON.parse(text), path, value));
  } catch {
    return null;
  }
}

/** How long the text is of what stands at the path, at most. */
function longestValue(text: string, path: JsonPath): number {
  let value: any = JSON.parse(text);
  for (const step of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step))
      return value === null ? 4 : 0;
    value = value[step];
  }
  return JSON.stringify(value, null, 8).length;
}

function commonStart(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Header } from '../../src/model/request.ts';
import { createHome, runHere, startListen } from '../support/cli.ts';
import { sendRaw, startServer, type Received } from '../support/http.ts';
import { chunked, onlyResponse, wire } from '../support/raw-http.ts';

interface Case {
  readonly name: string;
  readonly method?: string;
  readonly target?: string;
  readonly forwardedTo?: string;
  readonly headers?: readonly Header[];
  /** None at all where it is left out: no length either. */
  readonly body?: Uint8Array | string;
  /** Sends the body in chunks of these sizes, and the last size for the rest. */
  readonly chunks?: readonly number[];
  readonly trailers?: string;
}

const SENDERS_HOST = 'sender.example:8080';
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const json =
  '{"threshold": 30.0, "a":1 , "a":2,\t"big":12345678901234567890123,"e":1e2,"esc":"\\u00e9\\/"}\n';

/** Ten megabytes that nothing can compress, the same in every run. */
function noise(size: number): Buffer {
  const blocks: Buffer[] = [];
  let block = Buffer.from('noise');
  for (let at = 0; at < size; at += block.length) {
    block = createHash('sha512').update(block).digest();
    blocks.push(block);
  }
  return Buffer.concat(blocks, size);
}

const multipart = Buffer.concat([
  Buffer.from('--xYz\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'),
  Buffer.from('--xYz\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n'),
  everyByte,
  Buffer.from('\r\n--xYz--\r\n'),
]);

const bodies: readonly Case[] = [
  { name: 'all 256 byte values', body: everyByte },
  {
    name: 'gzip, left as it is',
    headers: [
      ['Content-Encoding', 'gzip'],
      ['Content-Type', 'application/json'],
    ],
    body: gzipSync(json),
  },
  { name: 'chunks of odd sizes', body: noise(70_001), chunks: [1, 2, 3, 65_537, 7] },
  {
    name: 'chunks with trailers, which belong to the framing and are not kept',
    headers: [['Trailer', 'X-Checksum']],
    body: 'chunked text',
    chunks: [5],
    trailers: 'X-Checksum: abc\r\n',
  },
  { name: 'an empty body of chunks', body: '', chunks: [] },
  { name: 'an empty body of chunks for GET', method: 'GET', body: '', chunks: [] },
  { name: 'an empty body with Content-Length: 0', body: '' },
  { name: 'no body and no Content-Length' },
  { name: 'invalid UTF-8', body: Buffer.from([0x7b, 0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0x7d]) },
  { name: 'UTF-8 with a byte order mark', body: Buffer.from('\ufeff{"naïve":"日本語 🎉"}') },
  { name: 'a mix of CRLF, LF and CR', body: '{\r\n"a":1,\n"b":2\r}\n\r\n' },
  {
    name: 'multipart with a binary part',
    headers: [['Content-Type', 'multipart/form-data; boundary=xYz']],
    body: multipart,
  },
  {
    name: 'form-urlencoded',
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: 'a=1&a=2&b=%E9+%2B&c',
  },
  {
    name: 'JSON with 30.0, duplicate keys and large integers',
    headers: [['Content-Type', 'application/json']],
    body: json,
  },
  { name: '1 MB, which is kept whole', body: noise(1024 * 1024) },
  { name: 'a byte more, which is kept in pieces', body: noise(1024 * 1024 + 1) },
  { name: '10 MB', body: noise(10 * 1024 * 1024) },
  { name: '10 MB in chunks', body: noise(10 * 1024 * 1024), chunks: [1_000_003, 1] },
];

const headers: readonly Case[] = [
  {
    name: 'duplicates in different case, in order',
    headers: [
      ['X-Dup', '1'],
      ['x-dup', '2'],
      ['Other', 'between'],
      ['X-DUP', '1'],
      ['Cookie', 'a=1'],
      ['Cookie', 'b=2'],
      ['User-Agent', 'one'],
      ['User-Agent', 'two'],
      ['Content-Type', 'text/plain'],
      ['content-type', 'text/html'],
    ],
  },
  {
    name: 'Latin-1 and UTF-8 values, as their bytes',
    headers: [
      ['X-Latin', 'na\u00efve \u00ff\u00a0end'],
      ['X-Utf8', Buffer.from('日本語').toString('latin1')],
      ['Content-Disposition', 'attachment; filename="na\u00efve"'],
    ],
    body: 'x',
  },
  {
    name: 'empty values and inner white space',
    headers: [
      ['X-Empty', ''],
      ['X-Spaced', 'a  b\tc'],
      ['X-Empty', ''],
    ],
  },
  {
    name: 'a hundred headers',
    headers: Array.from({ length: 100 }, (_, index): Header => [`X-Header-${index % 60}`, `${index}`]),
  },
  {
    name: 'three thousand headers',
    headers: Array.from({ length: 3_000 }, (_, i): Header => ['X-H', `${i}`]),
  },
  { name: 'a value of 60 KB', headers: [['X-Long', 'v'.repeat(60 * 1024)]] },
  {
    name: 'names that look like an object’s own',
    headers: [
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['toString', 'c'],
    ],
  },
  {
    name: 'hop-by-hop headers, which are kept and not passed on',
    headers: [
      ['Connection', 'X-Mine, keep-alive'],
      ['X-Mine', 'this hop only'],
      ['Keep-Alive', 'timeout=5'],
      ['TE', 'trailers'],
      ['Proxy-Authorization', 'Basic eA=='],
      ['X-Theirs', 'stays'],
    ],
  },
];

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND', 'MKCOL'].flatMap(
  (method): Case[] => [
    { name: `${method} without a body`, method },
    { name: `${method} with a body`, method, body: `body of ${method}` },
  ],
);

/** Request targets, and what they are for an app that is given as `/hooks`. */
const targets: readonly Case[] = [
  ['/', '/hooks'],
  ['/?q=http://x.example/?y=1', '/hooks?q=http://x.example/?y=1'],
  ['/?', '/hooks?'],
  ...[
    '/a?b=%2F&c=%2f&b=%20+&d',
    '//double//slash/',
    '/path;params=1,2;x?y;z',
    '/%E6%97%A5%e6%9c%ac?%F0%9F%8E%89',
    '/a/../b/./c',
    '/%',
    '/[a]{b}|c^`"<>\\',
    `/${'long/'.repeat(2_000)}`,
  ].map((target) => [target, `/hooks${target}`]),
].map(([target, forwardedTo]) => ({
  name: target!.slice(0, 60),
  method: 'GET',
  target: target!,
  forwardedTo: forwardedTo!,
}));

const HOP_BY_HOP = /^(connection|keep-alive|te|trailer|transfer-encoding|proxy-authorization)$/i;
const BODILESS_BY_NATURE = /^(GET|HEAD|DELETE|OPTIONS)$/;

const home = createHome();
const app = await startServer();
const listen = await startListen(['--forward', `${app.url}/hooks`], { home });

describe.each([
  ['body', bodies],
  ['headers', headers],
  ['method', methods],
  ['target', targets],
])('%s', (kind, cases) => {
  const trips = new Map<Case, Trip>();

  beforeAll(async () => {
    for (const sent of cases) trips.set(sent, await deliver(sent));
    const ids = Array.from(trips.values(), ({ shown }) => shown.id);
    const before = app.received.length;
    const keepPath = kind === 'target' ? ['--keep-path'] : [];
    const replay = await runHere(['replay', ...ids, '--to', `${app.url}/again`, ...keepPath], { home });
    expect(replay).toMatchObject({ code: 0 });
    app.received.slice(before).forEach((request, index) => {
      trips.get(cases[index]!)!.replayed = request;
    });
  });

  test.each(cases)('$name', async (sent) => {
    const { shown, forwarded, replayed } = trips.get(sent)!;
    const { method = 'POST', target = '/in', forwardedTo = '/hooks/in' } = sent;
    const bytes = Buffer.from(sent.body ?? '');

    expect([shown.method, shown.path]).toEqual([method, target]);
    expect(shown.headers).toEqual(sentHeaders(sent));
    expect(shown.bodySize).toBe(bytes.length);
    expectSameBytes(bodyOf(shown), bytes);

    expect([forwarded.method, forwarded.path]).toEqual([method, forwardedTo]);
    expect(forwarded.headers).toEqual(forwardedHeaders(sent));
    expectSameBytes(forwarded.body, bytes);

    const replayedTo = kind === 'target' ? forwardedTo.replace('/hooks', '/again') : '/again';
    expect([replayed?.method, replayed?.path]).toEqual([method, replayedTo]);
    expect(endToEnd(replayed!)).toEqual(endToEnd({ headers: sentHeaders(sent) }));
    expect(framing(replayed!)).toEqual(replayedFraming(sent));
    expectSameBytes(replayed!.body, bytes);

    if (kind !== 'body' && kind !== 'headers') return;
    const stored = await Promise.all([
      runHere(['captures', 'show', shown.id, '--json'], { home }),
      runHere(['captures', 'show', shown.id, '--raw'], { home }),
    ]);
    expect(stored[0].json().capture).toEqual(shown);
    expectSameBytes(stored[1].stdoutBytes, bytes);
  });
});

test('the absolute form of a target is kept as it is, and forwarded as the path in it', async () => {
  const before = seen().length;
  const target = 'http://other.example/in?a=%2F';
  const head = wire({
    method: 'GET',
    target,
    headers: [
      ['Host', 'x'],
      ['Connection', 'close'],
    ],
  });
  expect(onlyResponse(await sendRaw(listen.url, head)).status).toBe(200);
  expect((await listen.captures(before + 1)).at(-1).path).toBe(target);
  expect(app.received.at(-1)!.path).toBe('/hooks/in?a=%2F');
});

test('OPTIONS * is kept as it is, and forwarded to the path of the app, which has no other', async () => {
  const before = seen().length;
  const head = wire({
    method: 'OPTIONS',
    target: '*',
    headers: [
      ['Host', 'x'],
      ['Connection', 'close'],
    ],
  });
  expect(onlyResponse(await sendRaw(listen.url, head)).status).toBe(200);
  expect((await listen.captures(before + 1)).at(-1).path).toBe('*');
  expect(app.received.at(-1)!.path).toBe('/hooks');
});

test('white space around a header’s value is no part of it, and is not kept', async () => {
  const before = seen().length;
  const head = 'GET / HTTP/1.1\r\nHost:x\r\nX-Spaced: \t a b \t\r\nConnection: close\r\n\r\n';
  expect(onlyResponse(await sendRaw(listen.url, head)).status).toBe(200);
  expect((await listen.captures(before + 1)).at(-1).headers).toEqual([
    ['Host', 'x'],
    ['X-Spaced', 'a b'],
    ['Connection', 'close'],
  ]);
});

interface Trip {
  /** As `listen --json` prints it. */
  readonly shown: any;
  readonly forwarded: Received;
  replayed?: Received;
}

async function deliver(sent: Case): Promise<Trip> {
  const before = seen().length;
  const answer = onlyResponse(await sendRaw(listen.url, rendered(sent)), sent.method);
  expect(answer.status).toBe(200);
  const shown = (await listen.captures(before + 1)).at(-1);
  return { shown, forwarded: app.received.at(-1)! };
}

function seen(): readonly any[] {
  return listen.items.filter(({ type }) => type === 'capture');
}

function sentHeaders(sent: Case): Header[] {
  return [['Host', SENDERS_HOST], ...framingHeaders(sent), ...(sent.headers ?? []), ['Connection', 'close']];
}

function framingHeaders({ body, chunks }: Case): Header[] {
  if (chunks !== undefined) return [['transfer-encoding', 'chunked']];
  return body === undefined ? [] : [['content-LENGTH', String(Buffer.from(body).length)]];
}

function rendered(sent: Case): Buffer {
  const body = Buffer.from(sent.body ?? '');
  return wire({
    method: sent.method ?? 'POST',
    target: sent.target ?? '/in',
    headers: sentHeaders(sent),
    rest: sent.chunks === undefined ? body : chunked(body, sent.chunks, sent.trailers),
  });
}

/** What the app gets: all but the hop-by-hop headers, its own Host in the place of the sender's, and a length wherever there is a body or might be one. */
function forwardedHeaders(sent: Case): Header[] {
  const passed = withoutHopByHop(sentHeaders(sent)).map(([name, value]): Header => [
    name,
    name === 'Host' ? `127.0.0.1:${app.port}` : value,
  ]);
  const { length: size } = Buffer.from(sent.body ?? '');
  const sized = sent.body !== undefined && sent.chunks === undefined;
  const unsized = !sized && (size > 0 || !BODILESS_BY_NATURE.test(sent.method ?? 'POST'));
  const length: Header = ['Content-Length', String(size)];
  return [...passed, ...(unsized ? [length] : []), ['Connection', 'keep-alive']];
}

/** What of a request concerns the app and not the connection: neither framing nor Host. */
function endToEnd({ headers }: Pick<Received, 'headers'>): Header[] {
  return withoutHopByHop(headers).filter(([name]) => !/^(host|content-length)$/i.test(name));
}

function framing({ headers }: Received): Header[] {
  return headers.filter(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
}

/** A replay writes the length last, and none for an empty body of a method that has none by nature. */
function replayedFraming({ method = 'POST', body = '' }: Case): Header[] {
  const size = Buffer.from(body).length;
  const silent = size === 0 && !/^(POST|PUT|PATCH|PROPFIND)$/.test(method);
  return silent ? [] : [['content-length', String(size)]];
}

function withoutHopByHop(all: readonly Header[]): Header[] {
  return all.filter(([name]) => !HOP_BY_HOP.test(name) && name !== 'X-Mine');
}

function bodyOf(capture: any): Buffer {
  return 'body' in capture ? Buffer.from(capture.body) : Buffer.from(capture.bodyBase64, 'base64');
}

/** A readable failure for large bodies. */
function expectSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  if (expected.length <= 1_024)
    expect(Buffer.from(actual).toString('latin1')).toBe(Buffer.from(expected).toString('latin1'));
  const digest = (bytes: Uint8Array) => [bytes.length, createHash('sha256').update(bytes).digest('hex')];
  expect(digest(actual)).toEqual(digest(expected));
}

import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Header } from '../../src/model/request.ts';
import { createHome, startListen } from '../support/cli.ts';
import { sendRaw } from '../support/http.ts';
import { chunked, onlyResponse, openRaw, startRawServer, wire } from '../support/raw-http.ts';

interface Case {
  readonly name: string;
  readonly method?: string;
  readonly statusLine?: string;
  readonly headers: readonly Header[];
  /** What stands after the head. */
  readonly rest?: Uint8Array | string;
  /** The app ends its answer by closing the connection. */
  readonly closes?: true;
  /** Where they are not those of the app: */
  readonly passedHeaders?: readonly Header[];
  readonly body?: Uint8Array | string;
}

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const zipped = gzipSync('{"ok":true}');
const fiveMegabytes = Buffer.alloc(5 * 1024 * 1024, everyByte);
const CHUNKED: Header = ['Transfer-Encoding', 'chunked'];

const cases: readonly Case[] = [
  {
    name: 'a reason phrase of its own, duplicates, case, order, empty and Latin-1 values',
    statusLine: 'HTTP/1.1 202 Sure, why not? \u00e9',
    headers: [
      ['x-one', '1'],
      ['Set-Cookie', 'a=1; Path=/; Expires=Wed, 21 Oct 2037 07:28:00 GMT'],
      ['X-ONE', '2'],
      ['set-cookie', 'b=2'],
      ['Set-Cookie', 'a=1'],
      ['Date', 'Mon, 01 Jan 2024 00:00:00 GMT'],
      ['X-Empty', ''],
      ['X-Latin', 'na\u00efve \u00ff'],
      ['Content-Length', '2'],
      ['Content-Disposition', 'attachment; filename="na\u00efve"'],
    ],
    rest: 'ok',
  },
  { name: 'no reason phrase', statusLine: 'HTTP/1.1 200 ', headers: [['Content-Length', '0']] },
  { name: 'a status nobody knows', statusLine: 'HTTP/1.1 799 Odd', headers: [['Content-Length', '0']] },
  { name: 'a binary body', headers: [['Content-Length', '256']], rest: everyByte },
  {
    name: 'a gzip body, left as it is',
    headers: [
      ['Content-Encoding', 'gzip'],
      ['Content-Length', String(zipped.length)],
    ],
    rest: zipped,
  },
  {
    name: 'a chunked body; its trailers belong to the framing and are not passed on',
    headers: [['X-A', '1'], CHUNKED, ['Trailer', 'X-Sum']],
    rest: chunked(everyByte, [1, 100, 3], 'X-Sum: 1\r\n'),
    passedHeaders: [['X-A', '1'], CHUNKED],
    body: everyByte,
  },
  {
    name: 'a body that ends with the connection comes chunked',
    headers: [['X-A', '1']],
    rest: 'until the end',
    closes: true,
    passedHeaders: [['X-A', '1'], CHUNKED],
  },
  { name: '5 MB', headers: [['Content-Length', String(fiveMegabytes.length)]], rest: fiveMegabytes },
  {
    name: '5 MB in chunks',
    headers: [CHUNKED],
    rest: chunked(fiveMegabytes, [65_537, 1_000_003]),
    passedHeaders: [CHUNKED],
    body: fiveMegabytes,
  },
  { name: '204', statusLine: 'HTTP/1.1 204 No Content', headers: [['X-A', '1']] },
  {
    name: '304 with the length of what it stands for',
    statusLine: 'HTTP/1.1 304 Not Modified',
    headers: [
      ['ETag', '"x"'],
      ['Content-Length', '1234'],
    ],
  },
  { name: 'HEAD with the length of what it stands for', method: 'HEAD', headers: [['Content-Length', '5']] },
  { name: 'HEAD without a length', method: 'HEAD', headers: [['X-A', '1']] },
  {
    name: 'hop-by-hop headers are not passed on',
    headers: [
      ['Connection', 'X-Mine, keep-alive'],
      ['X-Mine', 'this hop only'],
      ['Keep-Alive', 'timeout=1'],
      ['X-A', '1'],
      ['Content-Length', '0'],
    ],
    passedHeaders: [
      ['X-A', '1'],
      ['Content-Length', '0'],
    ],
  },
  {
    name: 'the informational answers before it are not passed on',
    statusLine: 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 201 Created',
    headers: [['Content-Length', '2']],
    rest: 'ok',
  },
];

const app = await startRawServer((socket, head) => {
  const {
    statusLine = 'HTTP/1.1 200 OK',
    headers,
    rest = '',
    closes,
  } = cases[Number(/^\w+ \/(\d+)/.exec(head)![1])]!;
  const lines = [statusLine, ...headers.map(([name, value]) => `${name}: ${value}`)];
  socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(rest)]));
  if (closes) socket.end();
});
const listen = await startListen(['--forward', app.url], { home: createHome() });

test.each(cases.map((answer, index) => ({ ...answer, index })))('$name', async (answer) => {
  const { method = 'POST', statusLine = 'HTTP/1.1 200 OK', index } = answer;
  const request = wire({
    method,
    target: `/${index}`,
    headers: [
      ['Host', 'x'],
      ['Connection', 'close'],
    ],
  });
  const got = onlyResponse(await sendRaw(listen.url, request), method);
  expect(got.statusLine).toBe(statusLine.split('\r\n').at(-1));
  const headers = answer.passedHeaders ?? answer.headers;
  expect(got.headers).toEqual([
    ...headers.filter((header) => header !== CHUNKED),
    ['Connection', 'close'],
    ...headers.filter((header) => header === CHUNKED),
  ]);
  expect(got.body.equals(Buffer.from(answer.body ?? answer.rest ?? ''))).toBe(true);
});

test('answers on one connection that stays open come in the order of the requests', async () => {
  const connection = await openRaw(listen.url);
  for (const [index, { method = 'POST' }] of cases.entries()) {
    connection.socket.write(wire({ method, target: `/${index}`, headers: [['Host', 'x']] }));
  }
  for (const { method, statusLine = 'HTTP/1.1 200 OK', body, rest = '' } of cases) {
    const got = await connection.response(method);
    expect(got.statusLine).toBe(statusLine.split('\r\n').at(-1));
    expect(got.body.equals(Buffer.from(body ?? rest))).toBe(true);
  }
  connection.socket.destroy();
});

test('an HTTP/1.0 sender, which knows no chunks, gets the body until the end of the connection', async () => {
  const index = cases.findIndex(({ name }) => name.startsWith('a chunked body'));
  const got = onlyResponse(await sendRaw(listen.url, wire({ version: '1.0', target: `/${index}` })));
  expect(got.headers).toEqual([
    ['X-A', '1'],
    ['Connection', 'close'],
  ]);
  expect(got.body.equals(everyByte)).toBe(true);
});

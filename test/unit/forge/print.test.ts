import { printableLines } from '../../../src/model/printable.ts';
import { curlCommand, httpText } from '../../../src/forge/print.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Header, OutgoingRequest } from '../../../src/model/request.ts';
import { sendRaw, startServer, type Received } from '../../support/http.ts';

const server = await startServer(
  (_request, response) => void response.setHeader('Connection', 'close').end('ok'),
);

const bodies: [string, Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['JSON', Buffer.from('{"id":"evt_1","data":{"n":30.0}}')],
  ['several lines', Buffer.from('{\n  "a": 1\n}\n')],
  ['quotes of all kinds', Buffer.from(`'single' "double" \`backtick\` '\\'' '''`)],
  ['what a shell would expand', Buffer.from('$HOME ${PATH} $(id) !! ~ * ? \\ \\n %s # & | ; < >')],
  ['tabs and line breaks of Windows', Buffer.from('a\tb\r\nc\r')],
  ['other letters', Buffer.from('Zoë – 日本 🚀')],
  ['a leading at sign', Buffer.from('@/etc/passwd')],
  ['a leading dash', Buffer.from('-d x')],
  ['escape sequences', Buffer.from('\u001b[31mred\u0007 \u009b1m \u202e')],
  ['a byte order mark', Buffer.from('\ufeff{}')],
  ['zero bytes', Buffer.from([0, 1, 2, 0])],
  ['every byte', Buffer.from(Uint8Array.from({ length: 256 }, (_, index) => index))],
  ['invalid UTF-8', Buffer.from([0x7b, 0xc3, 0x28, 0x7d])],
  ['more than an argument may hold', Buffer.from(`{"long":"${'é'.repeat(200_000)}"}`)],
];

const headers: Header[] = [
  ['Content-Type', 'application/json'],
  ['X-Signature', 'sha256=0123456789abcdef'],
];

function request(changes: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return { method: 'POST', url: `${server.url}/hook?a=1&b=%20`, headers, body: Buffer.from('x'), ...changes };
}

async function runInBash(command: string): Promise<Received> {
  const before = server.received.length;
  // By standard input, as a person pastes it: an argument of bash itself would have a limit of its own.
  const bash = spawn('bash', ['--norc', '-s'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
  });
  let stderr = '';
  bash.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  bash.stdin.end(`${command.replace(/\bcurl -X/, 'curl --silent --show-error --noproxy "*" -X')}\n`);
  const [code] = (await once(bash, 'close')) as [number];
  expect([code, stderr]).toEqual([0, '']);
  expect(server.received).toHaveLength(before + 1);
  return server.received[before]!;
}

/** Without what curl adds of its own. */
function ownHeaders(received: Received): Header[] {
  const added = new Set([
    'host',
    'user-agent',
    'accept',
    'content-length',
    'connection',
    'transfer-encoding',
    'expect',
  ]);
  return received.headers.filter(([name]) => !added.has(name.toLowerCase()));
}

describe('curl sends the same bytes', () => {
  test.each(bodies)('%s', async (_name, body) => {
    const received = await runInBash(curlCommand(request({ body })));
    expect(received.body.equals(body)).toBe(true);
    expect([received.method, received.path]).toEqual(['POST', '/hook?a=1&b=%20']);
    expect(ownHeaders(received)).toEqual(headers);
  });

  test('and the same headers', async () => {
    const all: Header[] = [
      ['X-Quotes', `'single' "double" \\ $HOME`],
      ['X-Empty', ''],
      ['X-Twice', '1'],
      ['x-twice', '2'],
      // As UTF-8 on the wire, and as bytes that are none.
      ['X-Letters', Buffer.from('Zoë 日本').toString('latin1')],
      ['X-Bytes', "a\u00ff\u0080\\x41'b"],
      ['X-Tab', 'a\tb'],
      ['Content-Type', 'text/plain; charset="x"'],
    ];
    expect(ownHeaders(await runInBash(curlCommand(request({ headers: all }))))).toEqual(all);
  });

  test('and no content type where there is none', async () => {
    expect(ownHeaders(await runInBash(curlCommand(request({ headers: [] }))))).toEqual([]);
  });

  test('to the same address, whatever a shell or curl make of its characters', async () => {
    const url = `${server.url}/a[1]{2,3}'$x?q=[a-z]&r={}`;
    expect((await runInBash(curlCommand(request({ url })))).path).toBe("/a[1]{2,3}'$x?q=[a-z]&r={}");
  });

  test('with the same method', async () => {
    expect((await runInBash(curlCommand(request({ method: 'PUT', body: Buffer.alloc(0) })))).method).toBe(
      'PUT',
    );
  });
});

test.each(bodies)('the command for %s does a terminal no harm', (_name, body) => {
  const command = curlCommand(request({ body, headers: [['X-Evil', '\u009b31m']] }));
  expect(printableLines(command)).toBe(command.replaceAll('\t', ' '));
});

test.each(bodies)('the HTTP text for %s is the request', async (_name, body) => {
  const before = server.received.length;
  const answer = await sendRaw(server.url, httpText(request({ body })));
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  const received = server.received[before]!;
  expect(received.body.equals(body)).toBe(true);
  expect([received.method, received.path]).toEqual(['POST', '/hook?a=1&b=%20']);
  expect(received.headers).toEqual([
    ['Host', `127.0.0.1:${server.port}`],
    ...headers,
    ['Content-Length', String(body.length)],
  ]);
});

test('the HTTP text has a host of its own choice', () => {
  const text = Buffer.from(
    httpText(request({ headers: [['host', 'example.com']], body: Buffer.from('x') })),
  ).toString();
  expect(text).toBe('POST /hook?a=1&b=%20 HTTP/1.1\r\nhost: example.com\r\nContent-Length: 1\r\n\r\nx');
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Outcome, SendOptions } from '../../../src/engine/sender.ts';
import { createUndiciSender } from '../../../src/engine/undici-sender.ts';
import type { Header, OutgoingRequest } from '../../../src/model/request.ts';
import { decodeContent } from '../../../src/model/text.ts';
import { startServer } from '../../support/http.ts';
import { startRawServer } from '../../support/raw-http.ts';
import { runScript } from '../../support/run-script.ts';

/** Long enough never to pass in a test that does not wait for it. */
const PATIENT: SendOptions = { timeoutMs: 600_000 };

const sender = await createUndiciSender();
afterAll(() => sender.close());

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4');

const scripts = new URL('../tunnel/scripts/', import.meta.url);

function send(
  url: string,
  {
    method = 'POST',
    headers = [],
    body = '',
  }: { method?: string; headers?: readonly Header[]; body?: string | Uint8Array } = {},
  options: Partial<SendOptions> = {},
): Promise<Outcome> {
  const request: OutgoingRequest = { method, url, headers, body: Buffer.from(body) };
  return sender.send(request, { ...PATIENT, ...options });
}

async function failure(outcome: Promise<Outcome>): Promise<{ code: string; message: string }> {
  const settled = await outcome;
  if (settled.kind !== 'failure') throw new Error(`no failure, but ${settled.response.status}`);
  return settled.error;
}

async function response(outcome: Promise<Outcome>) {
  const settled = await outcome;
  if (settled.kind !== 'response') throw new Error(settled.error.message);
  return { ...settled.response, text: Buffer.from(settled.response.body).toString('latin1') };
}

describe('what is sent', () => {
  test('headers in order, case and duplicates, and the exact bytes', async () => {
    const server = await startServer();
    const headers: Header[] = [
      ['x-b', '2'],
      ['X-A', '1'],
      ['X-B', 'na\u00efve \u00ff'],
      ['x-b', '2'],
      ['Cookie', 'a=1'],
      ['Cookie', 'b=2'],
      ['X-Empty', ''],
      ['Content-Type', 'text/plain'],
      ['Content-Disposition', 'attachment; filename="\u00e9"'],
      ['__proto__', 'x'],
    ];
    const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await send(`${server.url}/in?a=%2F`, { headers, body });
    const [got] = server.received;
    expect([got!.method, got!.path]).toEqual(['POST', '/in?a=%2F']);
    expect(got!.headers).toEqual([
      ['host', `127.0.0.1:${server.port}`],
      ['connection', 'keep-alive'],
      ...headers,
      ['content-length', '256'],
    ]);
    expect(got!.body.equals(body)).toBe(true);
  });

  test('a Host of one’s own, and no header that belongs to another connection', async () => {
    const server = await startServer();
    const headers: Header[] = [
      ['Host', 'other.example'],
      ['Connection', 'X-Mine, close'],
      ['X-Mine', '1'],
      ['Transfer-Encoding', 'chunked'],
      ['Content-Length', '999'],
      ['Content-Length', '5'],
      ['Keep-Alive', 'timeout=5'],
      ['Upgrade', 'websocket'],
      ['Expect', '100-continue'],
      ['TE', 'trailers'],
      ['X-Theirs', '1'],
    ];
    await send(server.url, { headers, body: 'abc' });
    expect(server.received[0]!.headers).toEqual([
      ['host', 'other.example'],
      ['connection', 'keep-alive'],
      ['X-Theirs', '1'],
      ['content-length', '3'],
    ]);
  });

  test.each([
    ['POST', [['content-length', '0']]],
    ['PUT', [['content-length', '0']]],
    ['PATCH', [['content-length', '0']]],
    ['GET', []],
    ['DELETE', []],
    ['HEAD', []],
    ['OPTIONS', []],
  ])('an empty %s has the length %j', async (method, length) => {
    const server = await startServer();
    await send(server.url, { method });
    const [got] = server.received;
    expect(got!.method).toBe(method);
    expect(got!.headers.filter(([name]) => /length|encoding/i.test(name))).toEqual(length);
  });

  test.each([
    ['', '/'],
    ['/', '/'],
    ['?a=1', '/?a=1'],
    ['#fragment', '/'],
    ['/in#fragment?x', '/in'],
    ['/a/../b/./c', '/a/../b/./c'],
    ['//double//', '//double//'],
    ['/a|b^{}"<>`\\', '/a|b^{}"<>`\\'],
    ['/%zz?%', '/%zz?%'],
    ['/日本', '/%E6%97%A5%E6%9C%AC'],
    ['/a b', '/a%20b'],
    ['\\back', '/back'],
  ])('a URL that ends in “%s” asks for %s', async (end, target) => {
    const server = await startServer();
    await response(send(`${server.url}${end}`, { method: 'GET' }));
    expect(server.received.map(({ path }) => path)).toEqual([target]);
  });
});

describe('an answer', () => {
  test('keeps its headers raw: order, case, duplicates, Latin-1', async () => {
    const server = await startRawServer((socket) => {
      socket.write(
        'HTTP/1.1 201 Made\r\nX-B: 1\r\nset-cookie: a\r\nSet-Cookie: b\r\nx-b: \xff\r\nContent-Length: 2\r\n\r\nok',
        'latin1',
      );
    });
    const got = await response(send(server.url));
    expect(got).toMatchObject({ status: 201, text: 'ok', truncated: false });
    expect(got.headers).toEqual([
      ['X-B', '1'],
      ['set-cookie', 'a'],
      ['Set-Cookie', 'b'],
      ['x-b', '\xff'],
      ['Content-Length', '2'],
    ]);
  });

  test.each([301, 302, 303, 307, 308])('%i is not followed', async (status) => {
    const elsewhere = await startServer();
    const server = await startServer((_request, answer) => {
      answer.writeHead(status, { location: elsewhere.url }).end('moved');
    });
    expect(await response(send(server.url))).toMatchObject({ status, text: 'moved' });
    expect(elsewhere.received).toEqual([]);
  });

  test.each([204, 304])('%i has no body', async (status) => {
    const server = await startServer((_request, answer) => void answer.writeHead(status).end());
    expect(await response(send(server.url))).toMatchObject({ status, text: '' });
  });

  test('to HEAD has no body whatever its length', async () => {
    const server = await startServer(
      (_request, answer) => void answer.writeHead(200, { 'content-length': 9 }).end(),
    );
    expect(await response(send(server.url, { method: 'HEAD' }))).toMatchObject({ status: 200, text: '' });
  });

  test('is not decompressed', async () => {
    const server = await startServer((_request, answer) => {
      answer.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip at all');
    });
    expect((await response(send(server.url))).text).toBe('not gzip at all');
  });

  test.each([
    [9, '0123456789', '012345678', true],
    [10, '0123456789', '0123456789', false],
    [11, '0123456789', '0123456789', false],
    [0, '0', '', true],
    [0, '', '', false],
  ])('is read up to %i bytes', async (maxResponseBytes, body, read, truncated) => {
    const server = await startServer((_request, answer) => void answer.end(body));
    expect(await response(send(server.url, {}, { maxResponseBytes }))).toMatchObject({
      text: read,
      truncated,
    });
  });

  test.each([
    ['102 and 103', 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'],
    ['none', ''],
  ])('may have interim ones before it: %s', async (_name, interim) => {
    const server = await startRawServer((socket) => {
      socket.write(`${interim}HTTP/1.1 202 Accepted\r\nX: 1\r\nContent-Length: 2\r\n\r\nok`);
    });
    const got = await response(send(server.url));
    expect(got).toMatchObject({ status: 202, text: 'ok' });
    expect(got.headers).toEqual([
      ['X', '1'],
      ['Content-Length', '2'],
    ]);
  });

  test('of a gigabyte is not read to its end', async () => {
    let written = 0;
    let dropped!: () => void;
    const gone = new Promise<void>((resolve) => (dropped = resolve));
    const block = Buffer.alloc(65_536, 'x');
    const server = await startServer((_request, answer) => {
      answer.writeHead(200, { 'content-length': 2 ** 30 });
      const more = (): void => {
        while (!answer.destroyed && written < 2 ** 30) {
          written += block.length;
          if (!answer.write(block)) return;
        }
      };
      answer.on('drain', more).on('close', dropped);
      more();
    });
    const got = await response(send(server.url));
    expect([got.status, got.body.length, got.truncated]).toEqual([200, 64 * 1024, true]);
    await gone;
    expect(written).toBeLessThan(2 ** 29);
  });

  test('that would inflate to ten megabytes stays as small as it came', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const server = await startServer((_request, answer) => {
      answer.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const got = await response(send(server.url));
    expect([Buffer.from(got.body).equals(bomb), got.truncated]).toEqual([true, false]);
    expect(decodeContent(got.headers, got.body)).toBe(got.body);
  });

  test.each(['gzip', 'deflate', 'br'])(
    'that says %s and is cut off can be looked at still',
    async (encoding) => {
      const noise = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index * 31) >> 3));
      const encoders = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
      const encoded = Buffer.concat(Array.from({ length: 10 }, () => noise));
      const server = await startServer((_request, answer) => {
        answer.writeHead(200, { 'content-encoding': encoding });
        answer.end(encoders[encoding as keyof typeof encoders](encoded));
      });
      const got = await response(send(server.url, {}, { maxResponseBytes: 500 }));
      expect(got.body.length).toBe(500);
      expect(decodeContent(got.headers, got.body).length).toBeLessThanOrEqual(4 * 1024 * 1024);
    },
  );

  test('that never ends is read up to the limit, and its connection dropped', async () => {
    let dropped!: () => void;
    const gone = new Promise<void>((resolve) => (dropped = resolve));
    const server = await startServer((_request, answer) => {
      const more = (): void => {
        while (!answer.destroyed && answer.write(Buffer.alloc(65_536, 'x')));
      };
      answer.on('drain', more).on('close', dropped);
      more();
    });
    const got = await response(send(server.url));
    expect([got.body.length, got.truncated]).toEqual([64 * 1024, true]);
    await gone;
  });

  test('leaves its connection open for the next request', async () => {
    const connections = new Set<number | undefined>();
    const server = await startServer((_request, answer, message) => {
      connections.add(message.socket.remotePort);
      answer.end('ok');
    });
    for (let count = 0; count < 20; count += 1) await response(send(server.url, { body: 'x' }));
    // Some clients of the pool may open one before the connection of another is seen to be free.
    expect(connections.size).toBeLessThan(5);
  });
});

describe('no answer', () => {
  test('refused', async () => {
    const error = await failure(send('http://127.0.0.1:1/'));
    expect(error).toEqual({ code: 'refused', message: 'connection refused' });
  });

  test('refused at every address of a name', async () => {
    expect(await failure(send('http://localhost:1/'))).toMatchObject({ code: 'refused' });
  });

  test('a name that does not exist', async () => {
    const error = await failure(send('http://no-such-host.invalid/'));
    expect(error).toEqual({ code: 'dns', message: 'the host name cannot be resolved' });
  });

  test.each([
    ['reset', (destroy: () => void) => destroy()],
    ['closed', (_destroy: () => void, end: () => void) => end()],
  ])('%s before an answer', async (_name, leave) => {
    const server = await startRawServer((socket) => {
      leave(
        () => void socket.resetAndDestroy(),
        () => void socket.end(),
      );
    });
    expect(await failure(send(server.url))).toEqual({
      code: 'reset',
      message: 'the connection was closed without a complete answer',
    });
  });

  test.each([
    ['a length', 'Content-Length: 10\r\n\r\nhalf'],
    ['a length, on a connection that is to close', 'Connection: close\r\nContent-Length: 10\r\n\r\nhalf'],
    ['chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhalf'],
    [
      'chunks, on a connection that is to close',
      'Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf',
    ],
    ['headers', 'Content-Length: 10\r\nX-Half'],
  ])('broken off in a body of %s', async (_name, rest) => {
    const server = await startRawServer((socket) => void socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
    expect(await failure(send(server.url))).toEqual({
      code: 'reset',
      message: 'the connection was closed without a complete answer',
    });
  });

  test.each([
    ['many headers', (head: string) => `${head}${`X: ${'v'.repeat(1_000)}\r\n`.repeat(200)}`],
    ['one header', (head: string) => `${head}X: ${'v'.repeat(200_000)}`],
    [
      'many trailers',
      (head: string) => `${head}Transfer-Encoding: chunked\r\n\r\n0\r\n${'X: y\r\n'.repeat(20_000)}`,
    ],
  ])('%s without an end', async (_name, bytes) => {
    const server = await startRawServer((socket) => void socket.write(bytes('HTTP/1.1 200 OK\r\n')));
    expect(await failure(send(server.url))).toEqual({
      code: 'too-large',
      message: 'the headers of the answer are too large',
    });
  });

  test.each([
    ['garbage', 'what?\r\n\r\n'],
    ['a bad header', 'HTTP/1.1 200 OK\r\nX Y: 1\r\n\r\n'],
    ['a bad chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n'],
    ['a 100 that was not asked for', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ])('not HTTP: %s', async (_name, bytes) => {
    const server = await startRawServer((socket) => void socket.write(bytes));
    expect(await failure(send(server.url))).toMatchObject({ code: 'invalid-response' });
  });

  test('a switch to another protocol that nobody asked for', async () => {
    const server = await startRawServer((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
    });
    expect((await failure(send(server.url))).code).toMatch(/reset|network|invalid-response/);
  });

  test('TLS spoken to a server that speaks none', async () => {
    const server = await startServer();
    expect((await failure(send(server.url.replace('http:', 'https:')))).code).toMatch(/^(tls|reset)$/);
  });
});

describe.skipIf(spawnSync('openssl', ['version']).status !== 0)(
  'a certificate that nobody vouches for',
  () => {
    async function startTls(host: string): Promise<number> {
      const { key, cert } = selfSigned();
      const server = createHttpsServer({ key, cert }, (_request, answer) => void answer.end('ok'));
      await new Promise<void>((resolve) => server.listen(0, host, resolve));
      onTestFinished(() => void server.close().closeAllConnections());
      return (server.address() as AddressInfo).port;
    }

    test.each(['127.0.0.1', '127.1', 'localhost'])('is taken on loopback: %s', async (host) => {
      const port = await startTls('127.0.0.1');
      expect(await response(send(`https://${host}:${port}/`))).toMatchObject({ status: 200, text: 'ok' });
    });

    test.skipIf(outside === undefined)('is refused elsewhere', async () => {
      const port = await startTls('0.0.0.0');
      expect(await failure(send(`https://${outside!.address}:${port}/`))).toEqual({
        code: 'tls',
        message: 'nobody that is trusted vouches for the certificate',
      });
      expect(await response(send(`https://127.0.0.1:${port}/`))).toMatchObject({ status: 200 });
      expect(await failure(send(`https://${outside!.address}:${port}/`))).toMatchObject({ code: 'tls' });
    });
  },
);

describe('a connection kept for reuse that closes as it is taken up', () => {
  // One connection at a time, or the pool may open a second before the first is seen to be free.
  const one = createUndiciSender({ connectionsPerOrigin: 1 });
  afterAll(async () => (await one).close());
  const post = async (url: string, options: Partial<SendOptions> = {}): Promise<Outcome> => {
    const request: OutgoingRequest = { method: 'POST', url, headers: [], body: Buffer.from('x') };
    return (await one).send(request, { ...PATIENT, ...options });
  };

  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

  /** What a server does with its n-th request on its n-th connection, both from 1. */
  async function startClosing(serve: (socket: Socket, request: number, connection: number) => void) {
    const seen = new Map<Socket, number>();
    const connections: Socket[] = [];
    return startRawServer((socket) => {
      if (!seen.has(socket)) connections.push(socket);
      seen.set(socket, (seen.get(socket) ?? 0) + 1);
      serve(socket, seen.get(socket)!, connections.indexOf(socket) + 1);
    });
  }

  const closings: [string, (socket: Socket) => void][] = [
    ['ended', (socket) => void socket.end()],
    ['reset', (socket) => void socket.resetAndDestroy()],
  ];

  test.each(closings)('%s: the request goes over a new one', async (_name, close) => {
    const server = await startClosing((socket, request) => {
      if (request === 1) socket.write(ok);
      else close(socket);
    });
    for (let count = 0; count < 5; count += 1) {
      expect(await response(post(server.url))).toMatchObject({ status: 200, text: 'ok' });
    }
    // Every other one comes on a connection that was kept: the one it goes over instead is not.
    expect(server.heads).toHaveLength(7);
  });

  test.each(closings)('%s: but over no third', async (_name, close) => {
    const server = await startClosing((socket, request, connection) => {
      if (request === 1 && connection === 1) socket.write(ok);
      else close(socket);
    });
    await response(post(server.url));
    expect(await failure(post(server.url))).toMatchObject({ code: 'reset' });
    expect(server.heads).toHaveLength(3);
  });

  test.each(closings)('%s: not where it is a new one already', async (_name, close) => {
    const server = await startClosing((socket) => close(socket));
    expect(await failure(post(server.url))).toMatchObject({ code: 'reset' });
    expect(server.heads).toHaveLength(1);
  });

  test.each(['HTTP/1.1 2', 'H', 'HTTP/1.1 102 Processing\r\n\r\n'])(
    'not where an answer had begun: %j',
    async (begun) => {
      const server = await startClosing(
        (socket, request) => void (request === 1 ? socket.write(ok) : socket.end(begun)),
      );
      await response(post(server.url));
      expect(await failure(post(server.url))).toMatchObject({ code: 'reset' });
      expect(server.heads).toHaveLength(2);
    },
  );

  test('within the one deadline', async () => {
    const server = await startClosing((socket, request, connection) => {
      if (request === 1 && connection === 1) socket.write(ok);
      else if (connection === 1) socket.end();
    });
    await response(post(server.url));
    expect(await failure(post(server.url, { timeoutMs: 300 }))).toMatchObject({
      code: 'timeout',
    });
  });
});

describe('the deadline', () => {
  const late = { code: 'timeout', message: 'no complete answer within 0.3 s' };

  test('bounds the wait for a connection', async () => {
    const holder = runScript(new URL('full-queue.mjs', scripts));
    onTestFinished(() => holder.kill('SIGKILL'));
    const port = await holder.line();
    expect(await failure(send(`http://127.0.0.1:${port}/`, {}, { timeoutMs: 300 }))).toEqual(late);
  });

  test('bounds the wait for the head of an answer', async () => {
    const server = await startRawServer(() => {});
    expect(await failure(send(server.url, {}, { timeoutMs: 300 }))).toEqual(late);
  });

  test('bounds the whole body, though some of it goes on coming', async () => {
    const server = await startServer((_request, answer) => {
      answer.writeHead(200);
      const drip = setInterval(() => answer.write('x'), 10);
      answer.on('close', () => clearInterval(drip));
    });
    expect(await failure(send(server.url, {}, { timeoutMs: 300 }))).toEqual(late);
  });

  test('of each request is its own, though many wait equally long', async () => {
    const hanging = await startRawServer(() => {});
    const server = await startServer((_request, answer) => void answer.end('ok'));
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        send(index % 2 === 0 ? hanging.url : server.url, {}, { timeoutMs: 3_000 + (index % 4) }),
      ),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(
      outcomes.map((_, index) => (index % 2 === 0 ? 'failure' : 'response')),
    );
  });

  test('bounds the wait for a connection that is free', async () => {
    const server = await startRawServer(() => {});
    const outcomes = await Promise.all(
      Array.from({ length: 70 }, () => failure(send(server.url, {}, { timeoutMs: 300 }))),
    );
    expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set(['timeout']));
  });

  test.each([2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER, 99_999.5])(
    'may be as late as %d ms',
    async (timeoutMs) => {
      const server = await startServer((_request, answer) => void answer.end('ok'));
      expect(await response(send(server.url, {}, { timeoutMs }))).toMatchObject({ text: 'ok' });
    },
  );

  test('drops the connection of what it ends', async () => {
    let dropped!: () => void;
    const gone = new Promise<void>((resolve) => (dropped = resolve));
    const server = await startRawServer((socket) => void socket.once('close', dropped));
    await failure(send(server.url, {}, { timeoutMs: 300 }));
    await gone;
  });
});

describe('an abort', () => {
  test('in the middle ends the attempt', async () => {
    const stop = new AbortController();
    const server = await startRawServer(() => stop.abort());
    expect(await failure(send(server.url, {}, { signal: stop.signal }))).toEqual({
      code: 'aborted',
      message: 'interrupted',
    });
  });

  test('while connecting ends the attempt', async () => {
    const holder = runScript(new URL('full-queue.mjs', scripts));
    onTestFinished(() => holder.kill('SIGKILL'));
    const url = `http://127.0.0.1:${await holder.line()}/`;
    const stop = new AbortController();
    const outcome = failure(send(url, {}, { signal: stop.signal }));
    setImmediate(() => stop.abort());
    expect(await outcome).toMatchObject({ code: 'aborted' });
  });

  test('ends all that heed the same signal, and warns of no leak', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listen);
    onTestFinished(() => void process.off('warning', listen));
    const stop = new AbortController();
    const server = await startRawServer(() => server.heads.length === 40 && stop.abort());
    const outcomes = Array.from({ length: 40 }, () => failure(send(server.url, {}, { signal: stop.signal })));
    expect(new Set((await Promise.all(outcomes)).map(({ code }) => code))).toEqual(new Set(['aborted']));
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  });

  test('before it sends nothing', async () => {
    const server = await startServer();
    const outcome = failure(send(server.url, {}, { signal: AbortSignal.abort() }));
    expect(await outcome).toMatchObject({ code: 'aborted' });
    await response(send(server.url));
    expect(server.received).toHaveLength(1);
  });
});

test('a closed sender leaves nothing behind that keeps the process alive', async () => {
  const holder = runScript(new URL('full-queue.mjs', scripts));
  onTestFinished(() => holder.kill('SIGKILL'));
  const run = runScript(new URL('./scripts/send-once.ts', import.meta.url), [
    `http://127.0.0.1:${await holder.line()}/`,
  ]);
  onTestFinished(() => run.kill('SIGKILL'));
  expect(await run.line()).toBe('timeout');
  expect(await run.ended).toEqual({ code: 0, signal: null, stderr: '' });
});

test('what gave up connecting keeps no process alive, though its sender is not closed', async () => {
  const holder = runScript(new URL('full-queue.mjs', scripts));
  onTestFinished(() => holder.kill('SIGKILL'));
  const run = runScript(new URL('./scripts/send-once.ts', import.meta.url), [
    `http://127.0.0.1:${await holder.line()}/`,
    'open',
  ]);
  onTestFinished(() => run.kill('SIGKILL'));
  expect(await run.line()).toBe('timeout');
  expect(await run.ended).toEqual({ code: 0, signal: null, stderr: '' });
});

test.each([1, null])('with %s connections to an origin', async (connectionsPerOrigin) => {
  const own = await createUndiciSender({ connectionsPerOrigin });
  onTestFinished(() => own.close());
  const waiting: (() => void)[] = [];
  let most = 0;
  const server = await startServer((_request, answer) => {
    waiting.push(() => void answer.end('ok'));
    most = Math.max(most, waiting.length);
    if (connectionsPerOrigin === 1 || server.received.length === 80) {
      for (const go of waiting.splice(0)) go();
    }
  });
  const request: OutgoingRequest = { method: 'POST', url: server.url, headers: [], body: Buffer.from('x') };
  const outcomes = await Promise.all(Array.from({ length: 80 }, () => own.send(request, PATIENT)));
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['response']));
  expect(most).toBe(connectionsPerOrigin ?? 80);
});

test('a closed sender ends what is under way', async () => {
  const own = await createUndiciSender();
  const server = await startRawServer(() => void own.close());
  const request: OutgoingRequest = { method: 'POST', url: server.url, headers: [], body: Buffer.from('x') };
  expect(await failure(own.send(request, PATIENT))).toEqual({
    code: 'aborted',
    message: 'the sender was closed',
  });
  expect(await failure(own.send(request, PATIENT))).toMatchObject({ code: 'aborted' });
  expect(server.heads).toHaveLength(1);
});

describe('never throws', () => {
  test.each([
    ['a header value with a line break', { headers: [['X', 'a\r\nb']] }],
    ['a header value beyond Latin-1', { headers: [['X', '日本']] }],
    ['a header name that is none', { headers: [['X Y', 'a']] }],
    ['an empty header name', { headers: [['', 'a']] }],
    [
      'a Host given twice',
      {
        headers: [
          ['Host', 'a'],
          ['host', 'b'],
        ],
      },
    ],
    ['a method that is none', { method: 'GET /' }],
    ['an empty method', { method: '' }],
    ['a method that opens a tunnel', { method: 'CONNECT' }],
  ] as [string, { method?: string; headers?: Header[] }][])('%s', async (_name, request) => {
    const server = await startServer();
    expect(await failure(send(server.url, request))).toEqual({
      code: 'network',
      message: expect.stringMatching(/./),
    });
    expect(server.received).toEqual([]);
  });

  test.each([
    '',
    'no url',
    'ftp://127.0.0.1/',
    'http://',
    'http://127.0.0.1:99999/',
    'http://[::1',
    '/path',
    'file:///etc/passwd',
  ])('the URL “%s”', async (url) => {
    expect(await failure(send(url))).toMatchObject({ message: expect.stringMatching(/./) });
  });

  test('and is none the worse for it', async () => {
    const server = await startServer();
    for (let count = 0; count < 100; count += 1) await failure(send(server.url, { headers: [['X Y', '']] }));
    expect(await response(send(server.url))).toMatchObject({ status: 200 });
  });

  test('whatever the request', async () => {
    const server = await startServer();
    const header = fc.tuple(fc.string(), fc.string());
    const anything = fc.record({
      method: fc.oneof(fc.string(), fc.constantFrom('GET', 'POST', 'HEAD', 'CONNECT')),
      end: fc.string({ unit: 'binary' }),
      headers: fc.array(header, { maxLength: 3 }),
      body: fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(anything, async ({ method, end, headers, body }) => {
        const outcome = await send(`${server.url}/${end}`, { method, headers, body });
        expect(['response', 'failure']).toContain(outcome.kind);
      }),
    );
  });
});

function selfSigned(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const { status, stderr } = spawnSync('openssl', [...request, '-keyout', key, '-out', cert]);
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Header } from '../../src/model/request.ts';
import { createHome, startListen, type Listening } from '../support/cli.ts';
import { sendRaw } from '../support/http.ts';
import { chunked, onlyResponse, openRaw, wire, type RawConnection } from '../support/raw-http.ts';

const MEGABYTE = 1024 * 1024;
const HEADER_LIMIT = 128 * 1024;
const HOST: Header = ['Host', 'x'];
const CLOSE: Header = ['Connection', 'close'];

const listen = await startListen(['--max-body', '1MB'], { home: createHome() });
const impatient = await startListen(['--request-timeout', '1s'], { home: createHome() });

afterEach(() => stillReceives(listen));

describe('what is no HTTP is answered with 400, reported, and not kept', () => {
  const cases: readonly [name: string, bytes: string | Uint8Array, message: RegExp][] = [
    ['a line of garbage', 'hello there\r\n\r\n', /^not HTTP: /],
    ['a method nobody knows', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', /^not HTTP: Invalid method/],
    ['lines that end with LF alone', 'GET / HTTP/1.1\nHost: x\n\n', /^not HTTP: /],
    ['a version nobody knows', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', /^not HTTP: /],
    [
      'a target in raw UTF-8',
      Buffer.from('GET /é HTTP/1.1\r\nHost: x\r\n\r\n'),
      /^not HTTP: Invalid char in url/,
    ],
    ['a space in a header name', 'GET / HTTP/1.1\r\nHost: x\r\nX Y: 1\r\n\r\n', /^not HTTP: /],
    ['a NUL in a header value', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n', /^not HTTP: /],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n', /^not HTTP: /],
    ['a TLS handshake', Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]), /^not HTTP but TLS: .*http:\/\//],
    ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /^not HTTP: /],
    ['an HTTP/1.1 request without Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', /Host header/],
    [
      'a bad chunk size',
      framed('Transfer-Encoding: chunked', 'zz\r\nab\r\n0\r\n\r\n'),
      /^not HTTP: .*chunk size/i,
    ],
    [
      'a chunk longer than its size',
      framed('Transfer-Encoding: chunked', '2\r\nabcd\r\n0\r\n\r\n'),
      /^not HTTP: /,
    ],
    ['a Content-Length that is no number', framed('Content-Length: abc', 'x'), /^not HTTP: .*Content-Length/],
    ['a negative Content-Length', framed('Content-Length: -1', 'x'), /^not HTTP: .*Content-Length/],
    [
      'an endless Content-Length',
      framed(`Content-Length: ${'9'.repeat(30)}`, 'x'),
      /^not HTTP: .*Content-Length/,
    ],
    [
      'two different Content-Lengths',
      framed('Content-Length: 1\r\nContent-Length: 2', 'xy'),
      /^not HTTP: .*Content-Length/,
    ],
    [
      'Content-Length and Transfer-Encoding, as request smuggling has them',
      framed(
        'Content-Length: 4\r\nTransfer-Encoding: chunked',
        '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n',
      ),
      /^not HTTP: .*(Content-Length|Transfer-Encoding)/,
    ],
    [
      'Transfer-Encoding and Content-Length',
      framed(
        'Transfer-Encoding: chunked\r\nContent-Length: 4',
        '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n',
      ),
      /^not HTTP: .*(Content-Length|Transfer-Encoding)/,
    ],
    [
      'a Transfer-Encoding that does not end in chunked',
      framed('Transfer-Encoding: xchunked', 'x'),
      /^not HTTP: /,
    ],
  ];

  test.each(cases)('%s', async (_name, bytes, message) => {
    const before = count(listen);
    const answer = onlyResponse(await sendRaw(listen.url, bytes));
    expect(answer.statusLine).toBe('HTTP/1.1 400 Bad Request');
    expect(
      new Map(answer.headers.map(([name, value]) => [name.toLowerCase(), value])).get('connection'),
    ).toBe('close');
    const refused = await nextRefused(listen, before);
    expect(refused).toMatchObject({ type: 'refused', status: 400, message: expect.stringMatching(message) });
    expect(count(listen)).toEqual({ refused: before.refused + 1, captures: before.captures });
    expect(listen.items.filter(({ capture }) => capture?.path === '/smuggled')).toEqual([]);
  });

  test('where the head of the request was whole, the report names the request', async () => {
    const before = count(listen);
    await sendRaw(listen.url, framed('Transfer-Encoding: chunked', 'zz\r\n', '/named'));
    expect(await nextRefused(listen, before)).toMatchObject({ method: 'POST', path: '/named' });
  });
});

test('CONNECT is answered with 405 and reported: this is no proxy', async () => {
  const before = count(listen);
  const answer = onlyResponse(await sendRaw(listen.url, 'CONNECT x.example:443 HTTP/1.1\r\nHost: x\r\n\r\n'));
  expect(answer.status).toBe(405);
  expect(await nextRefused(listen, before)).toMatchObject({ status: 405, method: 'CONNECT' });
});

describe('headers', () => {
  test('just below 128 KiB are kept', async () => {
    const before = count(listen);
    const headers: Header[] = [HOST, CLOSE, ['X-Long', 'v'.repeat(HEADER_LIMIT - 100)]];
    expect(onlyResponse(await sendRaw(listen.url, wire({ headers }))).status).toBe(200);
    const captured = (await listen.captures(before.captures + 1)).at(-1);
    expect(captured.headers).toEqual(headers);
  });

  test.each([
    ['one long header', [['X-Long', 'v'.repeat(HEADER_LIMIT)] as Header]],
    ['many short headers', Array.from({ length: 20_000 }, (_, index): Header => [`X-${index}`, 'v'])],
  ])('beyond 128 KiB are answered with 431: %s', async (_name, headers) => {
    const before = count(listen);
    const answer = onlyResponse(await sendRaw(listen.url, wire({ headers: [HOST, ...headers] })));
    expect(answer.statusLine).toBe('HTTP/1.1 431 Request Header Fields Too Large');
    expect(await nextRefused(listen, before)).toMatchObject({
      status: 431,
      message: 'the headers are over 128 KiB',
    });
    expect(count(listen)).toEqual({ refused: before.refused + 1, captures: before.captures });
  });

  test('beyond it are answered with 431, which their sender can read though it goes on writing', async () => {
    const before = count(listen);
    const connection = await openRaw(listen.url, { heedsEnd: false });
    const line = Buffer.from(`X-Long: ${'v'.repeat(64 * 1024)}\r\n`);
    connection.socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
    for (let sent = 0; sent < 4; sent += 1) await written(connection, line);
    expect((await connection.response()).status).toBe(431);
    for (let sent = 0; sent < 20; sent += 1) await written(connection, line);
    connection.socket.end();
    await connection.closed;
    expect(count(listen)).toEqual({ refused: before.refused + 1, captures: before.captures });
  });
});

describe('slow senders', () => {
  afterEach(() => stillReceives(impatient));

  test('that say nothing yet are not hurried: their time runs from the first byte', async () => {
    const before = count(impatient);
    const silent = await openRaw(impatient.url);
    // By the time another sender has been given up, the silent one has waited as long.
    const stalling = await openRaw(impatient.url);
    stalling.socket.write('POST /slow HTTP/1.1\r\n');
    await stalling.closed;
    silent.socket.write(wire({ target: '/late', headers: [HOST] }));
    expect((await silent.response()).status).toBe(200);
    silent.socket.destroy();
    await impatient.captures(before.captures + 1);
    expect(count(impatient)).toEqual({ refused: before.refused + 1, captures: before.captures + 1 });
  });

  test.each([
    ['in the body', 'POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc', '/slow'],
    ['in a chunk', 'POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab', '/slow'],
    ['in the headers', 'POST /slow HTTP/1.1\r\nHost: x\r\nContent-Le', null],
  ])('that stall %s are answered with 408', async (_name, bytes, path) => {
    const before = count(impatient);
    const connection = await openRaw(impatient.url);
    connection.socket.write(bytes);
    expect((await connection.response()).statusLine).toBe('HTTP/1.1 408 Request Timeout');
    await connection.closed;
    const refused = await nextRefused(impatient, before);
    expect(refused).toMatchObject({ status: 408, path, message: expect.stringContaining('in time') });
    expect(count(impatient)).toEqual({ refused: before.refused + 1, captures: before.captures });
  });
});

describe('uploads that are broken off are not kept, and reported', () => {
  const head = 'POST /cut HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n';
  const cut: readonly [string, (connection: RawConnection) => void][] = [
    ['by a reset', ({ socket }) => void socket.resetAndDestroy()],
    ['by an early end', ({ socket }) => void socket.end()],
  ];

  test.each(cut)('%s', async (_name, breakOff) => {
    const before = count(listen);
    const connection = await openRaw(listen.url);
    // The answer to the first request tells that the second one, sent with it, has come too.
    connection.socket.write(`${wire({ headers: [HOST] })}${head}0123456789`);
    await connection.response();
    breakOff(connection);
    expect(await nextRefused(listen, before)).toMatchObject({
      status: null,
      message: 'the sender broke off after 10 of 100 bytes',
      method: 'POST',
      path: '/cut',
    });
    await connection.closed;
    expect(count(listen)).toEqual({ refused: before.refused + 1, captures: before.captures + 1 });
  });

  test.each(cut)('in chunks, %s', async (_name, breakOff) => {
    const before = count(listen);
    const connection = await openRaw(listen.url);
    const start = 'POST /cut HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nab';
    connection.socket.write(`${wire({ headers: [HOST] })}${start}`);
    await connection.response();
    breakOff(connection);
    const refused = await nextRefused(listen, before);
    expect(refused).toMatchObject({ message: 'the sender broke off after 7 bytes', path: '/cut' });
  });

  test('within the headers', async () => {
    const before = count(listen);
    const connection = await openRaw(listen.url);
    connection.socket.end('POST /cut HTTP/1.1\r\nHos');
    await connection.closed;
    expect(await nextRefused(listen, before)).toMatchObject({
      message: 'the sender broke off within the headers',
    });
  });
});

describe('bodies over the limit', () => {
  test('a body of exactly the limit is kept', async () => {
    const before = count(listen);
    const body = Buffer.alloc(MEGABYTE, 'x');
    const headers: Header[] = [HOST, CLOSE, ['Content-Length', String(MEGABYTE)]];
    expect(onlyResponse(await sendRaw(listen.url, wire({ headers, rest: body }))).status).toBe(200);
    expect((await listen.captures(before.captures + 1)).at(-1).bodySize).toBe(MEGABYTE);
  });

  const block = Buffer.alloc(MEGABYTE, 'x');
  const framings = {
    'by Content-Length': { header: ['Content-Length', String(20 * MEGABYTE)] as Header, block, end: '' },
    chunked: {
      header: ['Transfer-Encoding', 'chunked'] as Header,
      block: chunked(block, []).subarray(0, -5),
      end: '0\r\n\r\n',
    },
  };

  test.each(Object.entries(framings))(
    '%s are answered with 413, which their sender can read while it goes on writing all of 20 MB',
    async (_name, { header, block: piece, end }) => {
      const before = count(listen);
      const connection = await openRaw(listen.url);
      connection.socket.write(wire({ target: '/large', headers: [HOST, header] }));
      for (let sent = 0; sent < 2; sent += 1) await written(connection, piece);
      expect((await connection.response()).statusLine).toBe('HTTP/1.1 413 Payload Too Large');
      for (let sent = 2; sent < 20; sent += 1) await written(connection, piece);
      if (end !== '') await written(connection, Buffer.from(end));
      await connection.closed;
      expect(connection.socket.errored).toBe(null);
      expect(await nextRefused(listen, before)).toMatchObject({
        status: 413,
        path: '/large',
        message: expect.stringContaining('over the limit of 1048576 bytes (--max-body)'),
      });
      expect(count(listen)).toEqual({ refused: before.refused + 1, captures: before.captures });
    },
  );

  test.each(Object.entries(framings))('%s by one byte are answered with 413', async (name) => {
    const body = Buffer.alloc(MEGABYTE + 1, 'x');
    const inChunks = name === 'chunked';
    const length: Header = inChunks
      ? ['Transfer-Encoding', 'chunked']
      : ['Content-Length', String(body.length)];
    const request = wire({ headers: [HOST, length], rest: inChunks ? chunked(body, []) : body });
    expect(onlyResponse(await sendRaw(listen.url, request)).status).toBe(413);
  });

  test.skipIf(!memoryIsTold())('what is over the limit is not gathered in memory', async () => {
    const before = peakMemory(listen.pid);
    const connection = await openRaw(listen.url);
    connection.socket.write(wire({ headers: [HOST, framings.chunked.header] }));
    for (let sent = 0; sent < 250; sent += 1) await written(connection, framings.chunked.block);
    connection.socket.write(framings.chunked.end);
    expect((await connection.response()).status).toBe(413);
    await connection.closed;
    expect(peakMemory(listen.pid) - before).toBeLessThan(100 * MEGABYTE);
  });
});

describe('Expect: 100-continue', () => {
  const EXPECT: Header = ['Expect', '100-continue'];

  test('invites the body, and keeps it', async () => {
    const before = count(listen);
    const connection = await openRaw(listen.url);
    const headers: Header[] = [HOST, EXPECT, ['Content-Length', '5'], CLOSE];
    connection.socket.write(wire({ headers }));
    expect((await connection.response()).statusLine).toBe('HTTP/1.1 100 Continue');
    connection.socket.write('hello');
    expect((await connection.response()).status).toBe(200);
    const captured = (await listen.captures(before.captures + 1)).at(-1);
    expect([captured.headers, captured.body]).toEqual([headers, 'hello']);
  });

  test('refuses a body that is too large before it is sent', async () => {
    const before = count(listen);
    const headers: Header[] = [HOST, EXPECT, ['Content-Length', String(20 * MEGABYTE)]];
    const answer = onlyResponse(await sendRaw(listen.url, wire({ headers })));
    expect(answer.status).toBe(413);
    expect(await nextRefused(listen, before)).toMatchObject({ status: 413 });
  });

  test('refuses one that turns out to be too large, and lets its sender finish', async () => {
    const connection = await openRaw(listen.url);
    connection.socket.write(wire({ headers: [HOST, EXPECT, ['Transfer-Encoding', 'chunked']] }));
    expect((await connection.response()).status).toBe(100);
    const piece = chunked(Buffer.alloc(MEGABYTE), []).subarray(0, -5);
    for (let sent = 0; sent < 20; sent += 1) await written(connection, piece);
    await written(connection, Buffer.from('0\r\n\r\n'));
    expect((await connection.response()).status).toBe(413);
    await connection.closed;
    expect(connection.socket.errored).toBe(null);
  });

  test('other expectations are kept and not met', async () => {
    const before = count(listen);
    const headers: Header[] = [HOST, ['Expect', 'the-unexpected'], CLOSE];
    expect(onlyResponse(await sendRaw(listen.url, wire({ headers }))).status).toBe(200);
    expect((await listen.captures(before.captures + 1)).at(-1).headers).toEqual(headers);
  });
});

describe('connections', () => {
  test('pipelined requests are all kept and answered, in order', async () => {
    const before = count(listen);
    const targets = Array.from({ length: 60 }, (_, index) => `/piped/${index}`);
    const connection = await openRaw(listen.url);
    connection.socket.write(
      Buffer.concat(
        targets.map((target, index) =>
          index % 2 === 0
            ? wire({ target, headers: [HOST, ['Content-Length', String(target.length)]], rest: target })
            : wire({
                target,
                headers: [HOST, ['Transfer-Encoding', 'chunked']],
                rest: chunked(Buffer.from(target), [3]),
              }),
        ),
      ),
    );
    for (const _ of targets) expect((await connection.response()).status).toBe(200);
    const captured = (await listen.captures(before.captures + targets.length)).slice(before.captures);
    expect(captured.map(({ path }) => path)).toEqual(targets);
    expect(captured.map(({ body }) => body)).toEqual(targets);
    connection.socket.destroy();
  });

  test('a request that comes byte by byte is kept', async () => {
    const before = count(listen);
    const connection = await openRaw(listen.url);
    connection.socket.setNoDelay(true);
    const request = wire({
      headers: [HOST, CLOSE, ['Transfer-Encoding', 'chunked']],
      rest: chunked(Buffer.from('abc'), [1, 2]),
    });
    for (const byte of request) await written(connection, Buffer.of(byte));
    expect((await connection.response()).status).toBe(200);
    expect((await listen.captures(before.captures + 1)).at(-1).body).toBe('abc');
  });

  test('a whole request before garbage gets its own answer, then the garbage its 400', async () => {
    const before = count(listen);
    const connection = await openRaw(listen.url);
    connection.socket.write(`${wire({ target: '/first', headers: [HOST] })}garbage\r\n\r\n`);
    expect((await connection.response()).status).toBe(200);
    expect((await connection.response()).status).toBe(400);
    await connection.closed;
    expect((await listen.captures(before.captures + 1)).at(-1).path).toBe('/first');
    await nextRefused(listen, before);
  });

  test('200 at once are all kept and answered', async () => {
    const before = count(listen);
    const connections = await Promise.all(Array.from({ length: 200 }, () => openRaw(listen.url)));
    const answers = await Promise.all(
      connections.map((connection, index) => {
        connection.socket.write(
          wire({ target: `/at-once/${index}`, headers: [HOST, ['Content-Length', '2']], rest: 'ok' }),
        );
        return connection.response();
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(connections.map(() => 200));
    const captured = (await listen.captures(before.captures + 200)).slice(before.captures);
    expect(new Set(captured.map(({ path }) => path)).size).toBe(200);
    for (const { socket } of connections) socket.destroy();
  });

  test.each([
    ['websocket', 'GET', ''],
    ['h2c', 'POST', 'body'],
  ])('an upgrade to %s is kept as the plain request that it is also', async (protocol, method, body) => {
    const before = count(listen);
    const headers: Header[] = [
      HOST,
      ['Connection', 'Upgrade'],
      ['Upgrade', protocol],
      ...(body === '' ? [] : [['Content-Length', String(body.length)] as Header]),
    ];
    const connection = await openRaw(listen.url);
    connection.socket.write(wire({ method, headers, rest: body }));
    expect((await connection.response()).status).toBe(200);
    const captured = (await listen.captures(before.captures + 1)).at(-1);
    expect([captured.headers, captured.body]).toEqual([headers, body]);
    connection.socket.destroy();
  });

  test('HTTP/1.0 without any header is kept, answered, and its connection closed', async () => {
    const before = count(listen);
    const answer = onlyResponse(
      await sendRaw(listen.url, wire({ method: 'GET', target: '/old', version: '1.0' })),
    );
    expect(answer.status).toBe(200);
    expect((await listen.captures(before.captures + 1)).at(-1)).toMatchObject({ path: '/old', headers: [] });
  });

  test('a sender that ends its side after the request still gets the answer', async () => {
    const connection = await openRaw(listen.url);
    connection.socket.end(wire({ headers: [HOST] }));
    expect((await connection.response()).status).toBe(200);
  });

  test('that say nothing, whether they close or stay, are no event', async () => {
    const before = count(listen);
    const staying = await openRaw(listen.url);
    onTestFinished(() => void staying.socket.destroy());
    for (const bye of ['end', 'destroy', 'resetAndDestroy'] as const) {
      const connection = await openRaw(listen.url);
      connection.socket[bye]();
      await connection.closed;
    }
    expect(onlyResponse(await sendRaw(listen.url, wire({ headers: [HOST, CLOSE] }))).status).toBe(200);
    await listen.captures(before.captures + 1);
    expect(count(listen)).toEqual({ refused: before.refused, captures: before.captures + 1 });
  });
});

let probes = 0;

async function stillReceives({ url, waitFor }: Listening): Promise<void> {
  const target = `/probe/${(probes += 1)}`;
  expect(onlyResponse(await sendRaw(url, wire({ target, headers: [HOST, CLOSE] }))).status).toBe(200);
  await waitFor(1, ({ type, capture }) => type === 'capture' && capture.path === target);
}

function framed(header: string, rest: string, target = '/bad'): string {
  return `POST ${target} HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n${rest}`;
}

interface Count {
  readonly refused: number;
  readonly captures: number;
}

function count({ items }: Listening): Count {
  return {
    refused: items.filter(({ type }) => type === 'refused').length,
    captures: items.filter(({ type }) => type === 'capture').length,
  };
}

async function nextRefused(receiver: Listening, before: Count): Promise<any> {
  return (await receiver.waitFor(before.refused + 1, ({ type }) => type === 'refused'))[before.refused];
}

/** Resolves when the bytes have left for the other side, so that a fast sender waits for a slow reader. */
function written({ socket }: RawConnection, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

function memoryIsTold(): boolean {
  try {
    return peakMemory(listen.pid) > 0;
  } catch {
    return false;
  }
}

/** The most memory a process has had so far, in bytes. */
function peakMemory(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}

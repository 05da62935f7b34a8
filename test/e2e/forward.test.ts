import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Header } from '../../src/model/request.ts';
import { loadProvider } from '../../src/providers/index.ts';
import { signingHeaders } from '../support/signing.ts';
import { createHome, runCli, startListen, type Listening } from '../support/cli.ts';
import { openForTest } from '../support/database.ts';
import { sendRaw, startServer } from '../support/http.ts';
import { startListenText } from '../support/listen-text.ts';
import { onlyResponse, openRaw, startRawServer, wire, type WireResponse } from '../support/raw-http.ts';

/** Nothing ever listens here. */
const NOWHERE = 'http://127.0.0.1:1';

const home = createHome();

describe('an app that', () => {
  test('is not running: 502, and what to look at', async () => {
    const listen = await startListen(['--forward', NOWHERE], { home });
    const { answer, item } = await ask(listen);
    const advice = `nothing listens at ${NOWHERE}: is the app running, and on that port?`;
    expect([answer.status, answer.body.toString()]).toEqual([502, `webhook-cli: ${advice}\n`]);
    expect(item.remarks).toEqual([advice]);
    expect(item.capture.response.status).toBe(502);
  });

  test('has a host name that nobody knows: 502', async () => {
    const listen = await startListen(['--forward', 'http://no-such-app.invalid:3000'], { home });
    const { answer, item } = await ask(listen);
    expect(answer.status).toBe(502);
    expect(item.remarks).toEqual([
      'the host of http://no-such-app.invalid:3000 is not known: check the --forward URL',
    ]);
  });

  test('closes the connection: 502, and it is asked only once', async () => {
    const app = await startRawServer((socket) => void socket.destroy());
    const listen = await startListen(['--forward', app.url], { home });
    const { answer, item } = await ask(listen);
    expect(answer.status).toBe(502);
    expect(item.remarks).toEqual([`the app at ${app.url} closed the connection without an answer`]);
    expect(app.heads).toHaveLength(1);
  });

  test('does not answer in time: 504', async () => {
    const app = await startRawServer(() => {});
    const listen = await startListen(['--forward', app.url, '--forward-timeout', '1s'], { home });
    const { answer, item } = await ask(listen);
    expect(answer.statusLine).toBe('HTTP/1.1 504 Gateway Timeout');
    expect(item.remarks).toEqual([`the app at ${app.url} gave no answer within 1 s`]);
  });

  test('begins its answer in time: the sender sees that at once, and the rest may take longer', async () => {
    const begun: Socket[] = [];
    const app = await startRawServer((socket, head) => {
      if (!head.includes('/slow-body')) return;
      begun.push(socket);
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n');
    });
    const listen = await startListen(['--forward', app.url, '--forward-timeout', '1s'], { home });
    const sender = await openRaw(listen.url);
    sender.socket.write(plainRequest('/slow-body'));
    await sender.until((text) => text.includes('\r\n\r\n'));
    // By the time a later request has been given up, the earlier one has waited longer.
    expect((await ask(listen, '/never')).answer.status).toBe(504);
    begun[0]!.write('body');
    expect((await sender.response()).body.toString()).toBe('body');
  });

  test.each([
    ['garbage', 'what?\r\n\r\n'],
    ['a header with a space in its name', 'HTTP/1.1 200 OK\r\nX Y: 1\r\n\r\n'],
    ['two different lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ])('answers with %s: 502', async (_name, bytes) => {
    const app = await startRawServer((socket) => void socket.write(bytes));
    const listen = await startListen(['--forward', app.url], { home });
    const { answer, item } = await ask(listen);
    expect(answer.status).toBe(502);
    expect(item.remarks).toEqual([expect.stringContaining(app.url)]);
  });

  test('breaks off its answer: the sender’s connection is cut, so that it cannot take half an answer for a whole one', async () => {
    const app = await startRawServer((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
    });
    const listen = await startListen(['--forward', app.url], { home });
    const text = await sendRaw(listen.url, wire({ headers: [['Host', 'x']] }));
    expect(text).toMatch(/Content-Length: 100\r\n[\s\S]*half$/);
    const [item] = await listen.waitFor(1, isCapture);
    expect(item.remarks).toEqual([expect.stringContaining('the app broke off its answer')]);
  });
});

test('an app that answers before it has read the body is heard', async () => {
  const app = await startRawServer((socket) => {
    socket.end('HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  const listen = await startListen(['--forward', app.url], { home });
  const body = Buffer.alloc(10 * 1024 * 1024);
  const headers = [
    ['Host', 'x'],
    ['Connection', 'close'],
    ['Content-Length', String(body.length)],
  ] as const;
  const answer = onlyResponse(await sendRaw(listen.url, wire({ headers, rest: body })));
  expect(answer.status).toBe(413);
});

describe('an app that refuses', () => {
  const page = `<!doctype html>\n<h1>Fehler — 日本語 🎉</h1>\n${'<p>é🎉</p>'.repeat(2_000)}`;
  const quoted = Array.from(page).slice(0, 500).join('');
  const statuses: readonly [status: number, advice: RegExp][] = [
    [400, /finds the request bad \(400\).*raw bytes/],
    [401, /refuses \(401\).*login or CSRF.*secret/],
    [404, /no such route \(404\): does \/hooks exist/],
    [500, /failed while handling/],
  ];

  test.each(statuses)(
    'with %i and a long page: advice, and its first 500 characters',
    async (status, advice) => {
      const app = await startServer((_request, response) => {
        response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(page);
      });
      const listen = await startListen(['--forward', `${app.url}/hooks`], { home });
      const { answer, item } = await ask(listen);
      expect([answer.status, answer.body.toString()]).toEqual([status, page]);
      expect(item.remarks).toEqual([expect.stringMatching(advice), `the app said: ${quoted}`]);
      await listen.stop();

      const text = await startListenText(['--forward', `${app.url}/hooks`], { home });
      await sendRaw(text.url, plainRequest());
      await text.until(({ stdout }) => stdout.includes('the app said: '));
      text.kill('SIGINT');
      await text.ended;
      const lines = text.stdout().split('\n');
      expect(lines[0]).toContain(`  ${status}  `);
      expect(lines[1]!.trim()).toMatch(advice);
      const said = lines
        .slice(2)
        .map((line) => line.trim())
        .join('\n')
        .trim();
      expect(said).toBe(`the app said: ${quoted}`);
    },
  );

  test('with a compressed page: its text is quoted', async () => {
    const app = await startServer((_request, response) => {
      response.writeHead(500, { 'content-encoding': 'gzip' }).end(gzipSync('out of order'));
    });
    const listen = await startListen(['--forward', app.url], { home });
    expect((await ask(listen)).item.remarks).toContain('the app said: out of order');
  });

  test('with bytes that are no text: they are not quoted', async () => {
    const app = await startServer((_request, response) => {
      response.writeHead(500).end(Buffer.from([0xff, 0xfe, 0, 1]));
    });
    const listen = await startListen(['--forward', app.url], { home });
    expect((await ask(listen)).item.remarks).toEqual(['the app failed while handling this webhook']);
  });
});

describe('an app that refuses a signed webhook', () => {
  const body = '{"id":"evt_1","type":"deal.won"}';
  const express = [['X-Powered-By', 'Express']] as const;

  /** What is remarked on an app's answer. */
  async function remarksOn(
    args: readonly string[],
    secret: string,
    status: number,
    headers: readonly Header[] = [],
  ): Promise<string[]> {
    const app = await startServer(
      (_request, response) => void response.writeHead(status, headers.flat()).end(),
    );
    const listen = await startListen(['--provider', 'iverton', ...args, '--forward', app.url], { home });
    const { signature } = await loadProvider('iverton');
    const signed = signingHeaders(signature.value, Buffer.from(body), secret);
    const lines = [
      ['Host', 'x'],
      ...signed,
      ['Content-Length', String(body.length)],
      ['Connection', 'close'],
    ];
    await sendRaw(listen.url, wire({ headers: lines as Header[], rest: Buffer.from(body) }));
    const [item] = await listen.waitFor(1, isCapture);
    await listen.stop();
    return item.remarks;
  }

  test('that is right here: what to check in the app, in its framework', async () => {
    expect(await remarksOn(['--secret', 'whsec_x'], 'whsec_x', 401, express)).toEqual([
      'the signature is right here, and the app answers 401: does it verify the raw body (not a parsed one) with the same secret, from X-Iverton-Signature, and is no login before it?' +
        " In Express, put express.raw({ type: '*/*' }) on that route, before express.json()",
    ]);
  });

  test('that is wrong here too: both agree', async () => {
    expect(await remarksOn(['--secret', 'whsec_y'], 'whsec_x', 400, express)).toEqual([
      expect.stringMatching(/^the app answers 400, .* not verify here either: both agree/),
    ]);
  });

  test('that could not be verified here: what is usual', async () => {
    expect(await remarksOn([], 'whsec_x', 401, express)).toEqual([
      expect.stringMatching(/^the app refuses \(401\): is the route behind a login/),
    ]);
  });
});

test('a redirect is passed on and not followed', async () => {
  const elsewhere = await startServer();
  const app = await startServer((_request, response) => {
    response.writeHead(307, { location: `${elsewhere.url}/moved` }).end();
  });
  const listen = await startListen(['--forward', app.url], { home });
  const { answer, item } = await ask(listen);
  expect(answer.status).toBe(307);
  expect(answer.headers).toContainEqual(['location', `${elsewhere.url}/moved`]);
  expect(item.remarks).toEqual([expect.stringContaining('redirects (307); providers do not follow')]);
  expect(elsewhere.received).toEqual([]);
});

describe('connections that are kept for the next request', () => {
  test('that the app closes just when they are taken up again lose no request', async () => {
    const used = new Set<Socket>();
    const waiting: Socket[] = [];
    const app = await startRawServer((socket, head) => {
      if (used.has(socket)) return void socket.resetAndDestroy();
      used.add(socket);
      // All of them are held until the last is there, so that each opens a connection of its own.
      waiting.push(socket);
      if (head.includes('/second')) return void answerOk(waiting.pop()!);
      if (waiting.length === 8) for (const each of waiting.splice(0)) answerOk(each);
    });
    const listen = await startListen(['--forward', app.url], { home });
    const first = await Promise.all(Array.from({ length: 8 }, () => ask(listen, '/first')));
    expect(first.map(({ answer }) => answer.status)).toEqual(Array(8).fill(200));
    const second = await Promise.all(Array.from({ length: 8 }, () => ask(listen, '/second')));
    expect(second.map(({ answer }) => answer.status)).toEqual(Array(8).fill(200));
    expect(app.heads.filter((head) => head.includes('/second')).length).toBeGreaterThan(8);
  });

  test('do not outlive a restart of the app', async () => {
    const app = await startServer();
    const listen = await startListen(['--forward', app.url], { home });
    for (const count of [1, 2, 3]) {
      expect((await ask(listen)).answer.status).toBe(200);
      expect(app.received).toHaveLength(count);
      await app.restart();
    }
  });
});

test('several requests at once each get their own answer', async () => {
  const waiting: (() => void)[] = [];
  const app = await startServer((request, response) => {
    waiting.push(() => void response.writeHead(200, { 'x-path': request.path }).end(request.body));
    // The last comes out first.
    if (waiting.length === 50) for (const answer of waiting.reverse()) answer();
  });
  const listen = await startListen(['--forward', app.url], { home });
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const { answer } = await ask(listen, `/${index}`, `body ${index}`);
      expect(answer.headers).toContainEqual(['x-path', `/${index}`]);
      expect(answer.body.toString()).toBe(`body ${index}`);
    }),
  );
});

test.each([
  ['', '/in?a=1', '/in?a=1'],
  ['/', '/in', '/in'],
  ['/hooks', '/', '/hooks'],
  ['/hooks/', '/in', '/hooks/in'],
  ['/hooks?token=x', '/in?a=1', '/hooks/in?token=x&a=1'],
])('an app at “%s” is asked for %s as %s', async (base, target, expected) => {
  const app = await startServer();
  const listen = await startListen(['--forward', `${app.url}${base}`], { home });
  await ask(listen, target);
  expect(app.received.map(({ path }) => path)).toEqual([expected]);
  await listen.stop();
});

describe('a sender that leaves', () => {
  test('while the app works: the capture stays, without an answer, and the app’s request is called off', async () => {
    let reached!: (socket: Socket) => void;
    const working = new Promise<Socket>((resolve) => (reached = resolve));
    const app = await startRawServer((socket, head) =>
      head.includes('/leave') ? reached(socket) : answerOk(socket),
    );
    const listen = await startListen(['--forward', app.url], { home });
    const sender = await openRaw(listen.url);
    sender.socket.write(wire({ target: '/leave', headers: [['Host', 'x']] }));
    const atApp = await working;
    const calledOff = new Promise((resolve) => atApp.once('close', resolve));
    sender.socket.destroy();
    await calledOff;
    const [item] = await listen.waitFor(1, isCapture);
    expect(item.capture).toMatchObject({ path: '/leave', response: { status: null } });
    expect(item.remarks).toEqual(['the sender left before it was answered']);
    const stored = await runCli(['captures', 'show', item.capture.id, '--json'], { home });
    expect(stored.json().capture.response.status).toBe(null);
    expect((await ask(listen, '/after')).answer.status).toBe(200);
  });

  test('in the middle of the answer', async () => {
    const app = await startServer(
      (_request, response) => void response.writeHead(200).write('the beginning'),
    );
    const listen = await startListen(['--forward', app.url], { home });
    const sender = await openRaw(listen.url);
    sender.socket.write(wire({ headers: [['Host', 'x']] }));
    await sender.until((text) => text.includes('the beginning'));
    sender.socket.destroy();
    const [item] = await listen.waitFor(1, isCapture);
    expect(item.capture.response.status).toBe(200);
    expect(item.remarks).toEqual(['the sender left before the answer was complete']);
  });

  test('with more requests behind it on its connection: all of them are shown', async () => {
    let reached!: () => void;
    const working = new Promise<void>((resolve) => (reached = resolve));
    const app = await startRawServer(() => reached());
    const listen = await startListen(['--forward', app.url], { home });
    const sender = await openRaw(listen.url);
    const requests = ['/1', '/2', '/3'].map((target) => wire({ target, headers: [['Host', 'x']] }));
    sender.socket.write(Buffer.concat(requests));
    await working;
    sender.socket.destroy();
    const items = await listen.waitFor(3, isCapture);
    expect(items.map(({ capture }) => capture.path).sort()).toEqual(['/1', '/2', '/3']);
    expect(items.map(({ capture }) => capture.response.status)).toEqual([null, null, null]);
  });
});

test.skipIf(spawnSync('openssl', ['version']).status !== 0)(
  'an https app on loopback may have a certificate of its own making (openssl makes one here)',
  async () => {
    const { key, cert } = selfSigned();
    const server = createHttpsServer({ key, cert }, (request, response) => {
      response.end(`secure ${request.url}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close().closeAllConnections());
    const { port } = server.address() as AddressInfo;
    const listen = await startListen(['--forward', `https://127.0.0.1:${port}/hooks`], { home });
    const { answer } = await ask(listen, '/in');
    expect([answer.status, answer.body.toString()]).toEqual([200, 'secure /hooks/in']);
  },
);

interface Asked {
  readonly answer: WireResponse;
  /** The capture's line of `listen --json`. */
  readonly item: any;
}

let asked = 0;

/** Sends a request on a connection of its own. */
async function ask(listen: Listening, target = '/', body = ''): Promise<Asked> {
  const id = `ask-${(asked += 1)}`;
  const text = await sendRaw(listen.url, plainRequest(target, body, id));
  const [item] = await listen.waitFor(
    1,
    (each) => isCapture(each) && each.capture.headers.some(([, value]: [string, string]) => value === id),
  );
  return { answer: onlyResponse(text), item };
}

function plainRequest(target = '/', body = '', id = ''): Buffer {
  const headers = [
    ['Host', 'x'],
    ['X-Ask', id],
    ['Content-Length', String(body.length)],
    ['Connection', 'close'],
  ] as const;
  return wire({ target, headers, rest: body });
}

function isCapture(item: any): boolean {
  return item.type === 'capture';
}

function answerOk(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
}

function selfSigned(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const { status, stderr } = spawnSync('openssl', [...request, '-keyout', key, '-out', cert]);
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

test('what the app answers is kept for looking at, up to 64 KiB of its body', async () => {
  const body = Buffer.alloc(70_000, 'x');
  const app = await startServer((request, response) => {
    response.writeHead(request.path === '/long' ? 200 : 422, [['X-App', 'yes']].flat());
    response.end(request.path === '/long' ? body : Buffer.from([0xff, 0x00]));
  });
  const own = createHome();
  const listen = await startListen(['--forward', app.url], { home: own });
  for (const path of ['/short', '/long'])
    await (await fetch(listen.url + path, { method: 'POST' })).arrayBuffer();
  const [short, long] = await listen.captures(2);
  await listen.stop();
  const store = await openForTest({ path: own.database });
  expect(await store.captures.answer(short.id)).toEqual({
    headers: expect.arrayContaining([['X-App', 'yes']]),
    body: Buffer.from([0xff, 0x00]),
    truncated: false,
  });
  const kept = await store.captures.answer(long.id);
  expect(kept!.truncated).toBe(true);
  expect(Buffer.compare(kept!.body, body.subarray(0, 65_536))).toBe(0);
});

test('an answer of our own is not kept: there is nothing to see in it', async () => {
  const own = createHome();
  const listen = await startListen(['--respond', '503'], { home: own });
  await fetch(listen.url, { method: 'POST' });
  const [capture] = await listen.captures(1);
  await listen.stop();
  const store = await openForTest({ path: own.database });
  expect((await store.captures.get(capture.id))!.response).toMatchObject({ status: 503 });
  expect(await store.captures.answer(capture.id)).toBeNull();
});

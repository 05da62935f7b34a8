import { randomBytes } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keepTunnelOpen } from '../../../src/tunnel/keep-open.ts';
import { localtunnelDriver } from '../../../src/tunnel/localtunnel.ts';
import type { OpenTunnel, TunnelEvent } from '../../../src/tunnel/tunnel.ts';
import { eventLog } from '../../support/event-log.ts';
import { startLocaltunnelServer } from '../../support/localtunnel-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { sendTo, startPlainReceiver, type PlainReceiver } from '../../support/receiver.ts';
import { runScript } from '../../support/run-script.ts';
import { startTunnelServer, type TunnelServer } from '../../support/tunnel-server.ts';

const never = new AbortController().signal;
const clock = manualClock();
let receiver: PlainReceiver;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  receiver = await startPlainReceiver();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  await receiver.close();
});

const bodies: [string, Buffer | Buffer[]][] = [
  ['empty', Buffer.alloc(0)],
  ['binary', Buffer.from('fffe0080c32841', 'hex')],
  ['what looks like a request', Buffer.from('GET /x HTTP/1.1\r\nHost: elsewhere\r\n\r\n')],
  ['200 kB', randomBytes(200_000)],
  ['10 MB', randomBytes(10_000_000)],
  ['chunked', [randomBytes(7), randomBytes(70_000), randomBytes(700)]],
];

describe.each([
  ['our own server', startTunnelServer],
  ['localtunnel-server', startLocaltunnelServer],
])('through %s', (_, start) => {
  let server: { readonly port: number; readonly url: string; stop(): Promise<void> };
  let tunnel: OpenTunnel;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    const driver = localtunnelDriver({ host: server.url, subdomain: 'hooks', clock });
    tunnel = await driver.open(receiver.port, never);
    cleanups.push(() => tunnel.close());
  });

  // The other server keeps a name for a moment after its tunnel has gone, and gives another until then.
  const host = (): string => new URL(tunnel.url).host;

  test.each(bodies)('a body passes as it is: %s', async (_name, body) => {
    const whole = Array.isArray(body) ? Buffer.concat(body) : body;
    const answer = await sendTo(server.port, host(), { path: '/in?a=%20b', body });
    expect([answer.status, answer.body.toString()]).toEqual([200, String(whole.length)]);
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]!.path).toBe('/in?a=%20b');
    expect(receiver.received[0]!.body.equals(whole)).toBe(true);
  });

  test('more requests at a time than the tunnel has sockets', async () => {
    const sent = Array.from({ length: 30 }, () => randomBytes(5_000));
    const answers = await Promise.all(sent.map((body) => sendTo(server.port, host(), { body })));
    expect(answers.map(({ status }) => status)).toEqual(sent.map(() => 200));
    const hex = (list: readonly Buffer[]): string[] => list.map((body) => body.toString('hex')).toSorted();
    expect(hex(receiver.received.map(({ body }) => body))).toEqual(hex(sent));
  });
});

describe('a localtunnel server restarted', () => {
  test.each([
    ['our own', startOwn],
    ['localtunnel-server', startTheirs],
  ])('%s: lost, reopened under the same name, and passing requests', async (_, start) => {
    const server = await start();
    cleanups.push(server.stop);
    const events = eventLog<TunnelEvent>();
    const stop = new AbortController();
    const driver = localtunnelDriver({ host: `http://127.0.0.1:${server.port}`, subdomain: 'hooks', clock });
    const kept = keepTunnelOpen(driver, {
      port: receiver.port,
      clock,
      signal: stop.signal,
      onEvent: events.push,
    });
    cleanups.push(async () => {
      stop.abort();
      await kept.closed;
    });
    const url = (await kept.first)!;
    expect(new URL(url).hostname).toBe('hooks.localhost');
    expect(await events.next()).toEqual({ type: 'open', url });
    expect((await sendTo(server.port, new URL(url).host)).status).toBe(200);

    await server.stop();
    expect(await events.next()).toMatchObject({ type: 'lost', retryInMs: 1_000 });
    await clock.advanceToNext();
    expect(await events.next()).toMatchObject({
      type: 'failed',
      reason: expect.stringContaining('ECONNREFUSED'),
      retryInMs: 2_000,
    });
    await server.start();
    await clock.advanceToNext();
    expect(await events.next()).toEqual({ type: 'open', url });
    expect((await sendTo(server.port, new URL(url).host)).status).toBe(200);
    expect(receiver.received).toHaveLength(2);
  });

  async function startOwn() {
    const { port, start, stop } = await startTunnelServer();
    return { port, start, stop };
  }

  async function startTheirs() {
    let running = await startLocaltunnelServer();
    const { port } = running;
    return {
      port,
      stop: () => running.stop(),
      start: async () => void (running = await startLocaltunnelServer(port)),
    };
  }
});

describe('a localtunnel', () => {
  let server: TunnelServer;

  beforeEach(async () => {
    server = await startTunnelServer({ maxConnections: 3 });
    cleanups.push(server.stop);
  });

  test('keeps the case, order and duplicates of headers', async () => {
    const tunnel = await open(server.url, 'hooks');
    const headers = ['X-CaSe', 'One', 'x-dup', '1', 'X-DUP', '2', 'x-last', 'Ünï'];
    await sendTo(server.port, new URL(tunnel.url).host, { headers });
    expect(receiver.received[0]!.rawHeaders.slice(4, -2)).toEqual(headers);
  });

  test('asks for the name it once got, unless it has been given one', async () => {
    const driver = localtunnelDriver({ host: server.url, clock });
    const first = await driver.open(receiver.port, never);
    await first.close();
    await server.stop();
    await server.start();
    const second = await driver.open(receiver.port, never);
    cleanups.push(second.close);
    expect(second.url).toBe(first.url);
  });

  test('outlives a receiver that resets more connections than it has sockets', async () => {
    const tunnel = await open(server.url, 'hooks');
    const { host } = new URL(tunnel.url);
    receiver.answer = (incoming) => incoming.socket.resetAndDestroy();
    for (let count = 0; count < 8; count += 1) {
      await expect(sendTo(server.port, host, { body: randomBytes(100_000) })).rejects.toThrow();
    }
    receiver.answer = null;
    expect((await sendTo(server.port, host)).status).toBe(200);
  });

  test('ends all its sockets when it is closed, twice if need be, and is not called dead then', async () => {
    const driver = localtunnelDriver({ host: server.url, subdomain: 'hooks', clock });
    const tunnel = await driver.open(receiver.port, never);
    let reason: string | null = null;
    void tunnel.dead.then((why) => (reason = why));
    await sendTo(server.port, new URL(tunnel.url).host);
    const abandoned = server.abandoned('hooks');
    await tunnel.close();
    await tunnel.close();
    await abandoned;
    expect(reason).toBeNull();
  });

  describe('that is closed while a request is under way', () => {
    async function underway() {
      const tunnel = await open(server.url, 'hooks');
      let hold!: (response: ServerResponse) => void;
      const held = new Promise<ServerResponse>((resolve) => (hold = resolve));
      receiver.answer = (_request, response) => hold(response);
      const answered = sendTo(server.port, new URL(tunnel.url).host);
      answered.catch(() => {});
      return { tunnel, answered, response: await held };
    }

    test('gives its answer back whole, and then ends by itself', async () => {
      const { tunnel, answered, response } = await underway();
      let over = false;
      const closed = tunnel.close(never).then(() => (over = true));
      await server.untilSockets('hooks', 1);
      expect(over).toBe(false);
      const late = randomBytes(3_000_000);
      response.end(late);
      const { status, body } = await answered;
      expect([status, body.equals(late)]).toEqual([200, true]);
      await closed;
      await server.untilSockets('hooks', 0);
      expect(clock.due).toEqual([]);
    });

    test('waits for it no more than two seconds after the last answer', async () => {
      const { tunnel, answered } = await underway();
      const drained = new AbortController();
      const closed = tunnel.close(drained.signal);
      await server.untilSockets('hooks', 1);
      expect(clock.due).toEqual([]);
      drained.abort();
      await clock.untilSleeping();
      expect(clock.due).toEqual([clock.now() + 2_000]);
      await clock.advance(2_000);
      await closed;
      await server.untilSockets('hooks', 0);
      await expect(answered).rejects.toBeInstanceOf(Error);
    });

    test('has nothing to wait for where none is', async () => {
      const tunnel = await open(server.url, 'hooks');
      await tunnel.close(never);
      await server.untilSockets('hooks', 0);
    });
  });

  test('is dead when the server closes whatever it opens', async () => {
    const door = net.createServer((socket) => socket.destroy());
    const host = await grantingServer({ port: await listen(door), max_conn_count: 2 });
    cleanups.push(() => door.close());
    const tunnel = await open(host, 'hooks');
    expect(await tunnel.dead).toBe('the tunnel server closes every connection');
  });
});

describe('a localtunnel that cannot be opened', () => {
  test('no server', async () => {
    const port = await freePort();
    await expect(open(`http://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'ERR_TUNNEL_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('a server that refuses the name', async () => {
    const server = await startLocaltunnelServer();
    cleanups.push(server.stop);
    await expect(open(server.url, 'No_Good')).rejects.toMatchObject({
      code: 'ERR_TUNNEL_REFUSED',
      message: expect.stringContaining('Invalid subdomain'),
    });
  });

  test.each([
    ['a page', '<html></html>'],
    ['null', 'null'],
    ['no port', '{"id":"a","url":"http://a.localhost"}'],
    ['another kind of URL', '{"id":"a","url":"javascript:alert(1)","port":1}'],
    ['a URL that is none', '{"id":"a","url":"http://","port":1}'],
  ])('a server that answers with %s', async (_, body) => {
    const host = await answeringServer(body);
    await expect(open(host)).rejects.toMatchObject({ code: 'ERR_TUNNEL_REFUSED' });
  });

  test('a server whose second port is shut', async () => {
    const host = await grantingServer({ port: await freePort() });
    await expect(open(host)).rejects.toMatchObject({
      code: 'ERR_TUNNEL_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('a server that never answers: within the time-out', async () => {
    const clock = manualClock();
    const { host, asked } = await silentServer();
    const driver = localtunnelDriver({ host, openTimeoutMs: 7_000, clock });
    const opening = driver.open(receiver.port, never);
    const socket = await asked;
    const gone = new Promise((resolve) => socket.once('close', resolve));
    expect(clock.due).toEqual([clock.now() + 7_000]);
    await Promise.all([
      expect(opening).rejects.toMatchObject({
        code: 'ERR_TUNNEL_TIMEOUT',
        message: `no tunnel from ${host} within 7 s`,
      }),
      clock.advance(7_000),
    ]);
    await gone;
  });

  test('a server that never answers: until it is called off', async () => {
    const clock = manualClock();
    const { host, asked } = await silentServer();
    const stop = new AbortController();
    const opening = localtunnelDriver({ host, clock }).open(receiver.port, stop.signal);
    await asked;
    stop.abort();
    await expect(opening).rejects.toMatchObject({ code: 'ERR_TUNNEL_ABORTED' });
    expect(clock.due).toEqual([]);
    await expect(localtunnelDriver({ host, clock }).open(receiver.port, stop.signal)).rejects.toMatchObject({
      code: 'ERR_TUNNEL_ABORTED',
    });
  });

  test.each(['nonsense', 'ftp://a.example.org'])('a host that is no URL: %s', (host) => {
    expect(() => localtunnelDriver({ host, clock })).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
  });
});

describe('a process that has used a localtunnel ends by itself', () => {
  const script = new URL('./scripts/localtunnel-once.ts', import.meta.url);

  test('after an open and a close', async () => {
    const server = await startTunnelServer();
    cleanups.push(server.stop);
    const run = runScript(script, [server.url, '10000']);
    expect(await run.line()).toMatch(/^http:\/\/.*\.localhost/);
    expect(await run.ended).toEqual({ code: 0, signal: null, stderr: '' });
  });

  test('offline', async () => {
    const run = runScript(script, [`http://127.0.0.1:${await freePort()}`, '10000']);
    expect(await run.line()).toBe('null');
    expect(await run.ended).toEqual({ code: 0, signal: null, stderr: '' });
  });

  test('after a server that never answers', async () => {
    const { host } = await silentServer();
    const run = runScript(script, [host, '100']);
    expect(await run.line()).toBe('null');
    expect(await run.ended).toEqual({ code: 0, signal: null, stderr: '' });
  });

  test('after a firewall that swallows the second connection', async () => {
    const host = await grantingServer({ port: await swallowingPort() });
    const run = runScript(script, [host, '100']);
    expect(await run.line()).toBe('null');
    expect(await run.ended).toEqual({ code: 0, signal: null, stderr: '' });
  });

  /** A port whose queue is full and never taken from, so that connecting to it gets no answer at all. */
  async function swallowingPort(): Promise<number> {
    const holder = runScript(new URL('./scripts/full-queue.mjs', import.meta.url));
    cleanups.push(() => holder.kill('SIGKILL'));
    return Number(await holder.line());
  }
});

async function open(host: string, subdomain?: string): Promise<OpenTunnel> {
  const tunnel = await localtunnelDriver({ host, subdomain, clock }).open(receiver.port, never);
  cleanups.push(tunnel.close);
  return tunnel;
}

function grantingServer(grant: { port: number; max_conn_count?: number }): Promise<string> {
  return answeringServer(JSON.stringify({ id: 'hooks', url: 'http://hooks.localhost', ...grant }));
}

async function answeringServer(body: string): Promise<string> {
  const server = createServer((_, response) => response.end(body));
  cleanups.push(() => server.close());
  return `http://127.0.0.1:${await listen(server)}`;
}

async function silentServer(): Promise<{ host: string; asked: Promise<net.Socket> }> {
  let ask!: (socket: net.Socket) => void;
  const asked = new Promise<net.Socket>((resolve) => (ask = resolve));
  const server = createServer((request) => ask(request.socket));
  cleanups.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { host: `http://127.0.0.1:${await listen(server)}`, asked };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listen(server: Server | net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

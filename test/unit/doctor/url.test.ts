import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { nodeNetwork } from '../../../src/doctor/node-network.ts';
import type { Network } from '../../../src/doctor/network.ts';
import { examineUrl, type App } from '../../../src/doctor/url.ts';
import { createUndiciSender } from '../../../src/engine/undici-sender.ts';
import { systemClock } from '../../../src/model/clock.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { verify } from '../../../src/signing/verify.ts';
import { temporaryFolder } from '../../support/database.ts';
import { startServer, type Received } from '../../support/http.ts';

const iverton = await loadProvider('iverton');
const taskplatform = await loadProvider('taskplatform');
const compliancely = await loadProvider('compliancely');
const deiterate = await loadProvider('deiterate');

async function examine(
  app: Partial<App> & { readonly url: string },
  { network = {}, timeoutMs = 10_000 }: { network?: Partial<Network>; timeoutMs?: number } = {},
) {
  const sender = await createUndiciSender();
  onTestFinished(() => sender.close());
  const checks = await examineUrl(
    { provider: null, secret: null, ...app },
    {
      clock: systemClock,
      signal: new AbortController().signal,
      randomBytes,
      sender,
      timeoutMs,
      network: { ...nodeNetwork(), ...network },
    },
  );
  return {
    checks,
    of: (id: string) => checks.find((check) => check.id === id)!,
    status: Object.fromEntries(checks.map(({ id, status }) => [id, status])),
  };
}

const isSignedWith = (secret: string, { headers, body }: Received): boolean =>
  verify(iverton.signature.value, { headers, body }, [secret]).ok;

async function listenTcp(onSocket: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

describe('an app of a provider', () => {
  test('is sent two events with ids of their own, one of them signed wrongly', async () => {
    const app = await startServer((request, response) => {
      response.writeHead(isSignedWith('s', request) ? 204 : 403).end();
    });
    const { of, status } = await examine({ url: `${app.url}/hooks`, provider: iverton, secret: 's' });
    expect(of('answers')).toMatchObject({ status: 'passed', message: '204' });
    expect(of('signature')).toMatchObject({
      status: 'passed',
      message: 'the right one is accepted, and a wrong one refused with 403',
    });
    expect([status['deadline'], status['clock']]).toEqual(['passed', 'passed']);
    const ids = app.received.map(({ body }) => JSON.parse(body.toString()).id as string);
    expect(new Set(ids).size).toBe(2);
  });

  test.each([
    [200, 'a wrong one is accepted too (200)'],
    [500, 'a wrong one is answered with 500, which is no refusal'],
  ])('that answers %d to a wrong signature fails', async (wrong, message) => {
    const app = await startServer((request, response) => {
      response.writeHead(isSignedWith('s', request) ? 200 : wrong).end();
    });
    const { of } = await examine({ url: `${app.url}/hooks`, provider: iverton, secret: 's' });
    expect(of('signature')).toMatchObject({ status: 'failed', message, hint: expect.any(String) });
  });

  test('that takes what is not signed is warned of, unless the provider may leave signing out', async () => {
    const app = await startServer();
    const signing = await examine({ url: `${app.url}/hooks`, provider: iverton });
    expect(signing.of('signature')).toMatchObject({
      status: 'warned',
      message: 'an event without any signature is accepted',
    });
    const optional = await examine({ url: `${app.url}/hooks`, provider: compliancely });
    expect(optional.status['signature']).toBe('skipped');
  });

  test('that redirects is told where to, and that providers do not follow', async () => {
    const app = await startServer((_request, response) => {
      response.writeHead(308, { Location: '/hooks/' }).end();
    });
    const { of, status } = await examine({ url: `${app.url}/hooks`, provider: iverton, secret: 's' });
    expect(of('answers')).toMatchObject({
      status: 'failed',
      message: `308: it redirects to ${app.url}/hooks/, and providers do not follow`,
      hint: `give the provider that URL: ${app.url}/hooks/`,
    });
    expect([app.received.length, status['signature'], status['clock']]).toEqual([1, 'skipped', 'passed']);
  });

  test.each([
    [-3_600_000, "the app's clock is 60 m behind this machine's"],
    [3_600_000, "the app's clock is 60 m ahead of this machine's"],
  ])('whose clock is off by %d ms is warned of', async (skewMs, message) => {
    const app = await startServer((_request, response) => {
      response.writeHead(200, { Date: new Date(Date.now() + skewMs).toUTCString() }).end();
    });
    const { of } = await examine({ url: `${app.url}/hooks`, provider: iverton, secret: 's' });
    expect(of('clock').status).toBe('warned');
    expect(of('clock').message.replace(/59 m \d+ s|60 m \d+ s|1 h/, '60 m')).toBe(message);
  });

  test('that delivers over HTTPS alone is not satisfied with plain http, this machine aside', async () => {
    const network: Partial<Network> = {
      lookup: async () => ['127.0.0.1'],
      connect: async () => Promise.reject(Object.assign(new Error(), { code: 'ECONNREFUSED' })),
    };
    const elsewhere = { url: 'http://app.example/hooks' };
    expect((await examine({ ...elsewhere, provider: deiterate }, { network })).of('https')).toMatchObject({
      status: 'failed',
      message: 'de.iterate delivers over HTTPS only',
    });
    expect((await examine({ ...elsewhere, provider: taskplatform }, { network })).status['https']).toBe(
      'warned',
    );
    expect((await examine({ ...elsewhere, provider: iverton }, { network })).status['https']).toBe('passed');
    const here = { url: 'http://localhost/hooks', provider: deiterate };
    expect((await examine(here, { network })).status['https']).toBe('passed');
  });
});

describe('an app of nobody known', () => {
  test('is sent a plain {}, and whatever it answers shows that it is there', async () => {
    const app = await startServer((_request, response) => void response.writeHead(500).end());
    const { of, status } = await examine({ url: `${app.url}/hooks` });
    expect(of('answers')).toMatchObject({
      status: 'passed',
      message: '500, to a plain {}; any answer counts, as no --provider is named',
    });
    expect([status['deadline'], status['signature'], status['clock']]).toEqual([
      'skipped',
      'skipped',
      'passed',
    ]);
    expect(app.received.map(({ method, path, body }) => [method, path, body.toString()])).toEqual([
      ['POST', '/hooks', '{}'],
    ]);
  });
});

describe('nothing hangs', () => {
  const quick = { timeoutMs: 300 };

  test('on a name server that never answers', async () => {
    let isGivenUp = false;
    const { of } = await examine(
      { url: 'https://app.example/hooks' },
      {
        ...quick,
        network: {
          lookup: (_name, signal) =>
            new Promise(() => signal.addEventListener('abort', () => (isGivenUp = true))),
        },
      },
    );
    expect(of('resolves')).toMatchObject({
      status: 'failed',
      message: 'no answer about app.example within 0.3 s',
    });
    expect(isGivenUp).toBe(true);
    for (const id of ['reachable', 'certificate', 'answers', 'deadline', 'signature', 'clock']) {
      expect(of(id)).toMatchObject({ status: 'skipped', message: 'not without: resolves' });
    }
  });

  test('on a look-up that cannot be given up: the process that makes it is ended', async () => {
    const folder = temporaryFolder();
    const [node, pidFile] = [join(folder, 'node'), join(folder, 'pid')];
    writeFileSync(
      node,
      `#!/bin/sh\necho $$ > '${pidFile}.new'\nmv '${pidFile}.new' '${pidFile}'\nexec sleep 600\n`,
    );
    chmodSync(node, 0o755);
    const giveUp = new AbortController();
    const lookup = nodeNetwork(node).lookup('app.example', giveUp.signal);
    const pid = await until(() => Number(readFileSync(pidFile, 'utf8')));
    giveUp.abort();
    await expect(lookup).rejects.toThrow();
    await until(() => {
      expect(() => process.kill(pid, 0)).toThrow();
    });
  });

  test('on a connection that is never taken', async () => {
    const { of } = await examine(
      { url: 'http://127.0.0.1:1/hooks' },
      { ...quick, network: { connect: () => new Promise(() => {}) } },
    );
    expect(of('reachable')).toMatchObject({ status: 'failed', message: '127.0.0.1:1: no answer in time' });
  });

  test('on a port that takes connections and says nothing, with or without TLS', async () => {
    const { port } = await listenTcp(() => {});
    const plain = await examine({ url: `http://127.0.0.1:${port}/hooks` }, { timeoutMs: 1_000 });
    expect([plain.status['reachable'], plain.of('answers').message]).toEqual([
      'passed',
      'no complete answer within 1 s',
    ]);
    expect(plain.of('clock')).toMatchObject({ status: 'skipped', message: 'there was no answer' });
    const secure = await examine({ url: `https://127.0.0.1:${port}/hooks` }, { timeoutMs: 1_000 });
    expect(secure.of('certificate')).toMatchObject({ status: 'failed', message: 'no TLS within 1 s' });
    expect(secure.status['answers']).toBe('skipped');
  });

  test('on a TLS port that speaks none, or hangs up', async () => {
    const web = await startServer();
    const wrong = await examine({ url: `https://127.0.0.1:${web.port}/hooks` });
    expect(wrong.of('certificate')).toMatchObject({
      status: 'failed',
      message: 'no secure connection can be made (ERR_SSL_WRONG_VERSION_NUMBER)',
      hint: expect.stringContaining('http://'),
    });
    const { port } = await listenTcp((socket) => socket.end());
    const gone = await examine({ url: `https://127.0.0.1:${port}/hooks` });
    expect(gone.of('certificate')).toMatchObject({
      status: 'failed',
      message: 'no secure connection can be made (ECONNRESET)',
    });
  });
});

describe('addresses', () => {
  const reaching = (addresses: readonly string[], reached: readonly string[]) =>
    examine(
      { url: 'http://app.example/hooks' },
      {
        timeoutMs: 1,
        network: {
          lookup: async () => addresses,
          connect: async (address) => {
            if (!reached.includes(address)) throw Object.assign(new Error(), { code: 'ECONNREFUSED' });
          },
        },
      },
    );

  test('that providers cannot reach are warned of', async () => {
    const named = async (...addresses: string[]) => (await reaching(addresses, [])).of('resolves');
    expect(await named('8.8.8.8', '2606:4700::1')).toMatchObject({
      status: 'passed',
      message: '8.8.8.8, 2606:4700::1',
    });
    expect((await named('10.0.0.1')).message).toBe(
      '10.0.0.1: a private network, which no provider can reach',
    );
    expect((await named('127.0.0.1', '::1')).message).toContain('this machine itself');
    expect((await named('8.8.8.8', '192.168.0.1')).message).toBe(
      '8.8.8.8, 192.168.0.1: of these 192.168.0.1 cannot be reached from outside',
    );
  });

  test('of which some refuse are warned of where providers may take them', async () => {
    const outside = await reaching(['8.8.8.8', '9.9.9.9'], ['9.9.9.9']);
    expect(outside.of('reachable')).toMatchObject({
      status: 'warned',
      message: '9.9.9.9:80; not 8.8.8.8:80: connection refused',
    });
    const here = await reaching(['127.0.0.1', '::1'], ['::1']);
    expect(here.of('reachable')).toMatchObject({ status: 'passed', message: '[::1]:80' });
  });

  test('none of which takes the connection fail with what each said', async () => {
    const { of } = await reaching(['127.0.0.1', '::1'], []);
    expect(of('reachable')).toMatchObject({
      status: 'failed',
      message: '127.0.0.1:80: connection refused; [::1]:80: connection refused',
      hint: 'is your app running, and does it listen on port 80?',
    });
  });
});

test.each([
  ['ftp://x', 'failed', '"ftp://x" is not a URL to send to'],
  ['https://me:pass@app.example/hooks', 'failed', 'user and password of a URL are not sent'],
  ['127.0.0.1:1', 'warned', 'http://127.0.0.1:1/ has no path'],
  [':1/hooks', 'passed', 'http://127.0.0.1:1/hooks'],
  ['http://127.0.0.1:1/hooks', 'passed', ''],
  ['http://127.0.0.1:1/#hooks', 'warned', 'what stands behind # is never sent: #hooks'],
])('the URL %s is %s', async (url, status, message) => {
  expect((await examine({ url })).of('url')).toMatchObject({ status, message });
});

test('Ctrl-C ends it between two checks', async () => {
  const controller = new AbortController();
  const checks = await examineUrl(
    { url: 'http://app.example/hooks', provider: null, secret: null },
    {
      clock: systemClock,
      signal: controller.signal,
      randomBytes,
      timeoutMs: 60_000,
      sender: { send: () => Promise.reject(new Error('nothing is sent')) },
      network: {
        ...nodeNetwork(),
        lookup: () => {
          controller.abort();
          return new Promise(() => {});
        },
      },
    },
  );
  expect(checks.map(({ id }) => id)).toEqual(['url', 'resolves']);
});

async function until<T>(look: () => T): Promise<T> {
  for (;;) {
    try {
      return look();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Header } from '../../src/model/request.ts';
import { createHome, runCli, startListen, type Listening } from '../support/cli.ts';
import { eventLog } from '../support/event-log.ts';
import { sendRaw, startServer } from '../support/http.ts';
import { startListenText } from '../support/listen-text.ts';
import { startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { chunked, onlyResponse, openRaw, wire } from '../support/raw-http.ts';
import { startTunnelServer } from '../support/tunnel-server.ts';

const home = createHome();
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

/** A localtunnel server that can be taken away and brought back on its port. */
interface Server {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<unknown>;
}

const ourServer: () => Promise<Server> = startTunnelServer;

async function theirServer(): Promise<Server> {
  let running = await startLocaltunnelServer();
  const { url, port } = running;
  return {
    url,
    stop: () => running.stop(),
    start: async () => {
      running = await startLocaltunnelServer(port);
    },
  };
}

describe.each([
  ['a server of our own', ourServer, true],
  ['localtunnel-server, which writes the headers anew', theirServer, false],
])('--tunnel through %s', async (_name, startTunnel, keepsHeaders) => {
  test('leads to the receiver, byte for byte, and comes back after the server has been away', async () => {
    const server = await startTunnel();
    onTestFinished(() => server.stop());
    const listen = await startListen(['--tunnel', '--tunnel-host', server.url, '--subdomain', 'hooks'], {
      home,
    });
    expect(new URL(listen.ready.tunnelUrl).hostname).toBe('hooks.localhost');

    await expectSameBytes(listen, server.url, listen.ready.tunnelUrl, keepsHeaders);

    await server.stop();
    const [lost] = await listen.waitFor(1, isTunnel('lost'));
    expect(lost).toEqual({
      type: 'tunnel',
      status: 'lost',
      reason: expect.stringMatching(/./),
      retryInMs: expect.any(Number),
    });
    // Without the tunnel nothing works less.
    await expectSameBytes(listen, listen.url, listen.url);

    await server.start();
    const [open] = await listen.waitFor(1, isTunnel('open'));
    expect(open).toEqual({ type: 'tunnel', status: 'open', url: listen.ready.tunnelUrl });
    await expectSameBytes(listen, server.url, open.url, keepsHeaders);
    expect(await listen.stop()).toEqual({ code: 130, signal: null });
  });

  test('lets a request under way have its answer through it after Ctrl-C', async () => {
    const server = await startTunnel();
    onTestFinished(() => server.stop());
    let hold!: (response: ServerResponse) => void;
    const held = new Promise<ServerResponse>((resolve) => (hold = resolve));
    const app = await startServer((_request, response) => hold(response));
    const listen = await startListen(
      ['--tunnel', '--tunnel-host', server.url, '--subdomain', 'last', '--forward', app.url],
      { home },
    );
    const sender = await openRaw(server.url);
    sender.socket.write(wire({ headers: [['Host', new URL(listen.ready.tunnelUrl).host]] }));
    const response = await held;
    const idle = await openRaw(listen.url);

    const stopped = listen.stop();
    await idle.closed;
    const late = randomBytes(3_000_000);
    response.end(late);
    const { status, body } = await sender.response();
    expect([status, body.equals(late)]).toEqual([200, true]);
    expect(await stopped).toEqual({ code: 130, signal: null });
    expect(listen.items.at(-1)).toMatchObject({ type: 'summary', captured: 1 });
  });
});

describe('--tunnel', () => {
  test('to a server that is away: the receiver works without, and the tunnel opens once it can', async () => {
    const server = await startTunnelServer();
    onTestFinished(() => server.stop());
    await server.stop();
    const listen = await startListen(['--tunnel', '--tunnel-host', server.url, '--subdomain', 'late'], {
      home,
    });
    expect(listen.ready.tunnelUrl).toBe(null);
    const [failed] = await listen.waitFor(1, isTunnel('failed'));
    expect(failed).toMatchObject({
      reason: expect.stringContaining(server.url),
      hint: expect.stringMatching(/./),
    });
    await expectSameBytes(listen, listen.url, listen.url);
    await server.start();
    const [open] = await listen.waitFor(1, isTunnel('open'));
    await expectSameBytes(listen, server.url, open.url);
  });

  test('is told to people, and its requests are shown like others', async () => {
    const server = await startTunnelServer();
    onTestFinished(() => server.stop());
    const listen = await startListenText(['--tunnel-host', server.url, '--subdomain', 'people'], { home });
    const { host } = new URL(server.url.replace('127.0.0.1', 'people.localhost'));
    expect(listen.stderr()).toContain(`http://${host}`);
    await sendRaw(
      server.url,
      wire({
        target: '/shown',
        headers: [
          ['Host', host],
          ['Connection', 'close'],
        ],
      }),
    );
    await listen.until(({ stdout }) => stdout.includes('POST /shown'));
    await server.stop();
    await listen.until(({ stderr }) => stderr.includes('tunnel lost: '));
    await server.start();
    await listen.until(({ stderr }) => stderr.includes(`tunnel open: http://${host}`));
    listen.kill('SIGINT');
    expect((await listen.ended).code).toBe(130);
  });

  test('passes many requests at a time', async () => {
    const server = await startTunnelServer();
    onTestFinished(() => server.stop());
    const listen = await startListen(['--tunnel', '--tunnel-host', server.url, '--subdomain', 'many'], {
      home,
    });
    const { host } = new URL(listen.ready.tunnelUrl);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        sendRaw(
          server.url,
          wire({
            target: `/many/${index}`,
            headers: [
              ['Host', host],
              ['Connection', 'close'],
            ],
          }),
        ),
      ),
    );
    expect(answers.map((text) => onlyResponse(text).status)).toEqual(answers.map(() => 200));
    const paths = (await listen.captures(40)).map(({ path }) => path);
    expect(new Set(paths).size).toBe(40);
  });

  test.each([
    [['--tunnel', 'wormhole'], /unknown kind of tunnel "wormhole"/],
    [['--tunnel-command', ' '], /the tunnel command is empty/],
    [['--tunnel-host', 'ftp://x'], /"ftp:\/\/x" is not a URL/],
  ])('%j is a usage error', async (args, message) => {
    const { code, stdout, stderr } = await runCli(['listen', '--port', '0', '--json', ...args], { home });
    expect([code, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr).error.message).toMatch(message);
  });
});

describe('--tunnel-command', () => {
  test('takes the URL that the program prints, starts it again when it ends, and ends it in the end', async () => {
    const programs = await controlPrograms();
    const listen = await startListen(['--tunnel-command', programs.command], { home, env: programs.env });
    const first = await programs.next();
    expect(listen.ready.tunnelUrl).toBe('https://hooks.example.net');
    await expectSameBytes(listen, first.url, listen.ready.tunnelUrl);

    first.hangUp();
    const [lost] = await listen.waitFor(1, isTunnel('lost'));
    expect(lost.reason).toContain('exit code 1');
    await listen.waitFor(1, isTunnel('open'));
    const second = await programs.next();
    await expectSameBytes(listen, second.url, listen.ready.tunnelUrl);

    expect(await listen.stop()).toEqual({ code: 130, signal: null });
    await second.gone;
  });

  test('whose program prints nothing of use: the receiver works without', async () => {
    const listen = await startListen(['--tunnel-command', 'echo see https://example.com/docs; exit 3'], {
      home,
    });
    expect(listen.ready.tunnelUrl).toBe(null);
    const [failed] = await listen.waitFor(1, isTunnel('failed'));
    expect(failed.reason).toContain('exit code 3');
    await expectSameBytes(listen, listen.url, listen.url);
  });
});

let marks = 0;

/** Sends every byte value through an address under the tunnel's name and sees all of it arrive as it was sent. */
async function expectSameBytes(
  listen: Listening,
  through: string,
  url: string,
  keepsHeaders = true,
): Promise<void> {
  const mark = `/in/${(marks += 1)}?a=%2F`;
  const headers: Header[] = [
    ['host', new URL(url).host],
    ['X-Dup', '1'],
    ['x-dup', 'na\u00efve'],
    ['Connection', 'close'],
    ['Transfer-Encoding', 'chunked'],
  ];
  const request = wire({ target: mark, headers, rest: chunked(everyByte, [1, 100]) });
  expect(onlyResponse(await sendRaw(through, request)).status).toBe(200);
  const [item] = await listen.waitFor(1, ({ type, capture }) => type === 'capture' && capture.path === mark);
  if (keepsHeaders) expect(item.capture.headers).toEqual(headers);
  expect(Buffer.from(item.capture.bodyBase64, 'base64').equals(everyByte)).toBe(true);
}

function isTunnel(status: string): (item: any) => boolean {
  return (item) => item.type === 'tunnel' && item.status === status;
}

/** Meets the tunnel programs that are started. */
async function controlPrograms() {
  const met = eventLog<Promise<{ url: string; hangUp(): void; gone: Promise<unknown> }>>();
  const server = createServer((socket) => met.push(meet(socket)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAllClose.add(() => void server.close());
  const script = fileURLToPath(new URL('./scripts/tunnel-program.mjs', import.meta.url));
  return {
    command: `'${process.execPath}' '${script}'`,
    env: { CONTROL: String((server.address() as AddressInfo).port) },
    next: async () => met.next(),
  };
}

async function meet(socket: Socket) {
  socket.on('error', () => {});
  const gone = new Promise((resolve) => socket.once('close', resolve));
  const [port] = await once(createInterface({ input: socket }), 'line');
  return { url: `http://127.0.0.1:${port}`, hangUp: () => void socket.destroy(), gone };
}

const afterAllClose = new Set<() => void>();

afterAll(() => afterAllClose.forEach((close) => close()));

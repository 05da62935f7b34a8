import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandDriver } from '../../../src/tunnel/command.ts';
import { keepTunnelOpen } from '../../../src/tunnel/keep-open.ts';
import type { OpenTunnel, TunnelEvent } from '../../../src/tunnel/tunnel.ts';
import { eventLog } from '../../support/event-log.ts';
import { manualClock, type ManualClock } from '../../support/manual-clock.ts';
import { runScript } from '../../support/run-script.ts';
import { controlPrograms, type Program, type ProgramControl } from './program-control.ts';

const never = new AbortController().signal;
const URL_LINE = 'abc.lhr.life tunneled with tls termination, https://abc.lhr.life\n';
let control: ProgramControl;
let clock: ManualClock;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  control = await controlPrograms();
  clock = manualClock();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  control.close();
});

describe('a tunnel by a command', () => {
  test('is told the port in its command and its environment', async () => {
    const { tunnel, program } = await open('-R 80:localhost:{port} --again={port}');
    expect(program.started).toEqual({ args: ['-R', '80:localhost:4400', '--again=4400'], port: '4400' });
    expect(tunnel.url).toBe('https://abc.lhr.life');
  });

  test.each(['stdout', 'stderr'] as const)('finds its URL on %s, after noise, in two chunks', async (to) => {
    const { opening, program } = await start();
    await program.print('Welcome! See https://localhost.run/docs/\nlistening on http://127.0.0.1:4400\n', to);
    await program.print('\u001b[32mForwarding HTTP traffic from https://ab', to);
    await program.print('c.serveo.net\u001b[0m\r\n', to);
    expect((await opening).url).toBe('https://abc.serveo.net');
  });

  test('prefers https that comes a moment later', async () => {
    const { opening, program } = await start();
    await program.print('http://abc.a.free.pinggy.link\n');
    await clock.untilSleeping(2);
    await clock.advance(100);
    await program.print('https://abc.a.free.pinggy.link\n');
    expect((await opening).url).toBe('https://abc.a.free.pinggy.link');
    expect(clock.due).toEqual([]);
  });

  test('is content with http when no https comes', async () => {
    const { opening, program } = await start();
    await program.print('http://tunnel.example.org\n');
    await clock.untilSleeping(2);
    await clock.advance(500);
    expect((await opening).url).toBe('http://tunnel.example.org');
  });

  test('is dead with the exit code and the last line when the program ends', async () => {
    const { tunnel, program } = await open();
    await program.print('connection to lhr.life closed by remote host\n\n', 'stderr');
    program.exit(255);
    expect(await tunnel.dead).toBe(
      'the tunnel program ended (exit code 255): connection to lhr.life closed by remote host',
    );
    await tunnel.close();
  });

  test('is dead with the signal when the program is killed', async () => {
    const { tunnel, program } = await open('', (command) => `exec env ${command}`);
    program.kill('SIGKILL');
    expect(await tunnel.dead).toMatch(
      /^the tunnel program ended \(signal SIGKILL\): abc\.lhr\.life tunneled/,
    );
  });

  test('what the program has started beside itself ends with it', async () => {
    const opening = driver(`${control.command('beside')} & exec env ${control.command('leader')}`).open(
      4400,
      never,
    );
    const programs = [await control.next(), await control.next()];
    const [beside, leader] = programs.toSorted((a, b) => (a.started.args[0]! < b.started.args[0]! ? -1 : 1));
    await leader!.print(URL_LINE);
    const tunnel = await opening;
    leader!.exit(3);
    expect(await tunnel.dead).toContain('exit code 3');
    await beside!.gone;
  });

  test('closing ends the program, and it is not called dead then', async () => {
    const { tunnel, program } = await open();
    let reason: string | null = null;
    void tunnel.dead.then((why) => (reason = why));
    await Promise.all([tunnel.close(), tunnel.close()]);
    await program.gone;
    await tunnel.close();
    expect(reason).toBeNull();
    expect(clock.due).toEqual([]);
  });

  test('closing waits for requests under way', async () => {
    const { tunnel, program } = await open();
    const drained = new AbortController();
    const closed = tunnel.close(drained.signal);
    // It still runs, and so says that it has printed.
    await program.ignore('SIGHUP');
    drained.abort();
    await closed;
    await program.gone;
  });

  test('closing waits no longer than the program runs', async () => {
    const { tunnel, program } = await open();
    const closed = tunnel.close(never);
    program.exit(0);
    await closed;
  });

  test('a program that ignores SIGTERM gets two seconds', async () => {
    const { tunnel, program } = await open();
    await program.ignore('SIGTERM');
    const closed = tunnel.close();
    expect(await program.told()).toEqual({ ignored: 'SIGTERM' });
    expect(clock.due).toEqual([clock.now() + 2_000]);
    await clock.advance(2_000);
    await closed;
    await program.gone;
  });
});

describe('a tunnel command that cannot be opened', () => {
  test('no such program', async () => {
    await expect(driver('no-such-program-here').open(4400, never)).rejects.toMatchObject({
      code: 'ERR_TUNNEL_COMMAND',
      message: expect.stringMatching(
        /^the tunnel program ended \(exit code 127\): .*no-such-program-here: not found$/,
      ),
    });
    expect(clock.due).toEqual([]);
  });

  test('a program that ends without a URL', async () => {
    const { opening, program } = await start();
    await program.print('Permission denied (publickey).\n', 'stderr');
    program.exit(255);
    await expect(opening).rejects.toMatchObject({
      code: 'ERR_TUNNEL_COMMAND',
      message: 'the tunnel program ended (exit code 255): Permission denied (publickey).',
    });
  });

  test('a program that prints no URL in time is ended', async () => {
    const { opening, program } = await start();
    await program.print('see https://localhost.run/docs/ and http://localhost:4400\n');
    await Promise.all([
      expect(opening).rejects.toMatchObject({
        code: 'ERR_TUNNEL_TIMEOUT',
        message: 'the tunnel program printed no public URL within 30 s',
      }),
      clock.advance(30_000),
    ]);
    await program.gone;
  });

  test('a program that is called off is ended', async () => {
    const stop = new AbortController();
    const { opening, program } = await start('', (command) => command, stop.signal);
    stop.abort();
    await expect(opening).rejects.toMatchObject({ code: 'ERR_TUNNEL_ABORTED' });
    await program.gone;
    expect(clock.due).toEqual([]);
  });

  test('an empty command', () => {
    expect(() => driver('  ')).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
  });
});

test('a program that dies is started again by whoever keeps the tunnel open', async () => {
  const events = eventLog<TunnelEvent>();
  const stop = new AbortController();
  const kept = keepTunnelOpen(driver(control.command('-R 80:localhost:{port}')), {
    port: 4400,
    clock,
    signal: stop.signal,
    onEvent: events.push,
  });
  const first = await control.next();
  await first.print(URL_LINE);
  expect(await kept.first).toBe('https://abc.lhr.life');
  expect(await events.next()).toEqual({ type: 'open', url: 'https://abc.lhr.life' });

  await first.print('Connection reset by peer\n', 'stderr');
  first.exit(255);
  expect(await events.next()).toEqual({
    type: 'lost',
    reason: 'the tunnel program ended (exit code 255): Connection reset by peer',
    retryInMs: 1_000,
  });
  await clock.advanceToNext();
  const second = await control.next();
  expect(second.started).toEqual(first.started);
  await second.print('Forwarding HTTP traffic from https://other.serveo.net\n');
  expect(await events.next()).toEqual({ type: 'open', url: 'https://other.serveo.net' });

  stop.abort();
  await kept.closed;
  await second.gone;
  expect(clock.due).toEqual([]);
});

describe('nothing is left behind', () => {
  const script = new URL('./scripts/command-once.ts', import.meta.url);

  test('when the tunnel is closed: the process ends by itself', async () => {
    const run = runScript(script, [control.command(), 'close']);
    const program = await control.next();
    await program.print(URL_LINE);
    expect(await run.line()).toBe('https://abc.lhr.life');
    expect(await run.ended).toEqual({ code: 0, signal: null, stderr: '' });
    await program.gone;
  });

  test.each([
    ['exits with its tunnel open', 'exit', null],
    ['is killed by SIGKILL', 'stay', 'SIGKILL'],
    ['is killed by SIGINT', 'stay', 'SIGINT'],
  ] as const)('when the process %s', async (_, then, signal) => {
    const run = runScript(script, [control.command(), then]);
    const program = await control.next();
    await program.ignore('SIGTERM');
    await program.print(URL_LINE);
    expect(await run.line()).toBe('https://abc.lhr.life');
    if (signal !== null) run.kill(signal);
    await program.gone;
    expect(await run.ended).toMatchObject({ signal });
  });
});

function driver(command: string) {
  return commandDriver({ command, clock });
}

/** Starts a program through the driver, which waits for its URL then. */
async function start(args = '', shell = (command: string) => command, signal = never) {
  const opening = driver(shell(control.command(args))).open(4400, signal);
  opening.then(
    (tunnel) => cleanups.push(tunnel.close),
    () => {},
  );
  return { opening, program: await control.next() };
}

async function open(
  args = '',
  shell = (command: string) => command,
): Promise<{ tunnel: OpenTunnel; program: Program }> {
  const { opening, program } = await start(args, shell);
  await program.print(URL_LINE);
  return { tunnel: await opening, program };
}

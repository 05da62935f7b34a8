import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { memoryHost, noLines } from './host.ts';

export const BIN = fileURLToPath(new URL('../../bin/webhook-cli.js', import.meta.url));

export interface CliOptions {
  readonly home?: Home;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  readonly cwd?: string;
}

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
  /** stdout parsed as JSON. */
  readonly json: () => any;
}

/** A data directory of a test's own, removed when its file is done. */
export interface Home {
  readonly folder: string;
  readonly database: string;
}

export function createHome(): Home {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-test-'));
  homes.push(folder);
  return { folder, database: join(folder, 'data', 'webhook-cli', 'webhook.db') };
}

/** Runs the real program to its end. stdin is closed unless given. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = spawnCli(args, options);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('close', (...end) => resolve(end));
  });
  const stdoutBytes = Buffer.concat(stdout);
  return {
    code,
    signal,
    stdout: stdoutBytes.toString(),
    stdoutBytes,
    stderr: Buffer.concat(stderr).toString(),
    json: () => JSON.parse(stdoutBytes.toString()),
  };
}

/** A command that goes on until it is stopped, under --json. */
export interface Streaming {
  readonly ready: any;
  readonly pid: number;
  /** Every NDJSON item so far, `ready` included. */
  readonly items: readonly any[];
  /** Resolves with the items that pass, once there are so many. Rejects when the process ends before. */
  waitFor(count: number, passes?: (item: any) => boolean): Promise<any[]>;
  stderr(): string;
  /** Resolves when it has ended, by itself too. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends it and resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface Listening extends Streaming {
  readonly url: string;
  /** The captures so far, once there are so many. */
  captures(count: number): Promise<any[]>;
}

export interface Serving extends Streaming {
  readonly url: string;
  /** The attempts so far as their items, once there are so many. */
  attempts(count: number): Promise<any[]>;
  /** Writes to its standard input, which stays open. */
  type(text: string): void;
}

const running = new Set<ChildProcessByStdio<Writable, Readable, Readable>>();

/** Starts `listen --json` on a free port and waits until it is ready. */
export async function startListen(
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<Listening> {
  const { child, streaming } = await startStream(['listen', '--json', '--port', '0', ...args], options);
  child.stdin.end();
  return {
    ...streaming,
    url: streaming.ready.url,
    captures: async (count) =>
      (await streaming.waitFor(count, (item) => item.type === 'capture')).map((item) => item.capture),
  };
}

/** Starts `serve --json` and waits until it is ready. */
export async function startServe(args: readonly string[] = [], options: CliOptions = {}): Promise<Serving> {
  const { child, streaming } = await startStream(['serve', '--json', '--port', '0', ...args], options);
  child.stdin.on('error', () => {});
  return {
    ...streaming,
    url: streaming.ready.url,
    attempts: (count) => streaming.waitFor(count, (item) => item.type === 'attempt'),
    type: (text) => void child.stdin.write(text),
  };
}

/** Starts `ui --json` on a free port, unless another is given, and waits until it is ready. */
export async function startUi(args: readonly string[] = [], options: CliOptions = {}): Promise<Streaming> {
  const { child, streaming } = await startStream(['ui', '--json', '--ui-port', '0', ...args], options);
  child.stdin.end();
  return streaming;
}

async function startStream(args: readonly string[], options: CliOptions) {
  const child = spawnCli(args, options);
  const items: any[] = [];
  const watchers = new Set<() => void>();
  let stderr = '';
  let ended: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    items.push(JSON.parse(line));
    for (const watcher of watchers) watcher();
  });
  const closed = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => {
      ended = { code, signal };
      resolve(ended);
      for (const watcher of watchers) watcher();
    });
  });
  const waitFor = (count: number, passes: (item: any) => boolean = () => true): Promise<any[]> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = items.filter(passes);
        if (found.length >= count) {
          watchers.delete(look);
          resolve(found);
        } else if (ended !== undefined) {
          watchers.delete(look);
          reject(
            new Error(
              `${args[0]} ended (${ended.code ?? ended.signal}) with ${found.length} of ${count}: ${stderr}`,
            ),
          );
        }
      };
      watchers.add(look);
      look();
    });
  const [ready] = await waitFor(1, (item) => item.type === 'ready');
  const streaming: Streaming = {
    ready,
    pid: child.pid!,
    items,
    waitFor,
    stderr: () => stderr,
    ended: closed,
    stop: async (signal = 'SIGINT') => {
      child.kill(signal);
      return closed;
    },
  };
  return { child, streaming };
}

const homes: string[] = [];

// Hooks that a test itself asks for never run, so these are the file's.
afterAll(async () => {
  await Promise.all(Array.from(running, kill));
  for (const folder of homes) rmSync(folder, { recursive: true, force: true });
});

function kill(child: ChildProcessByStdio<Writable, Readable, Readable>): Promise<unknown> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  return ended;
}

export function spawnCli(
  args: readonly string[],
  { home, env = {}, cwd }: CliOptions = {},
): ChildProcessByStdio<Writable, Readable, Readable> {
  const folder = home?.folder ?? tmpdir();
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: cwd ?? folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      XDG_DATA_HOME: join(folder, 'data'),
      NO_COLOR: '1',
      ...env,
    },
  });
  // One that a failing test leaves behind ends with its file.
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** The same without a process of its own, for what has nothing to do with processes: many times as fast. */
export async function runHere(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { home, env = {}, stdin = '', cwd } = options;
  const folder = home?.folder ?? tmpdir();
  const host = memoryHost({
    stdin: { isTTY: false, read: async () => Buffer.from(stdin), lines: noLines },
    env: { PATH: process.env['PATH'], XDG_DATA_HOME: join(folder, 'data'), NO_COLOR: '1', ...env },
    homeDirectory: folder,
    cwd: cwd ?? folder,
  });
  const code = await main(args, host);
  const stdoutBytes = host.written.outBytes();
  const stdout = stdoutBytes.toString();
  return {
    code,
    signal: null,
    stdout,
    stdoutBytes,
    stderr: host.written.err(),
    json: () => JSON.parse(stdout),
  };
}

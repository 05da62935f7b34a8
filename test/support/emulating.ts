import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/emulator.ts';
import type { EngineClock } from '../../src/engine/clock.ts';
import { createEngine, type Engine, type EngineEvent, type EngineOptions } from '../../src/engine/engine.ts';
import { createUndiciSender } from '../../src/engine/undici-sender.ts';
import { systemClock, type Clock } from '../../src/model/clock.ts';
import type { Header } from '../../src/model/request.ts';
import { loadProvider } from '../../src/providers/index.ts';
import type { Store } from '../../src/store/store.ts';
import { openForTest } from './database.ts';
import { sendRaw } from './http.ts';
import { onlyResponse, wire, type WireRequest } from './raw-http.ts';

export const API_KEY = 'a-token-of-the-tests';
export const PROVIDERS = ['deiterate', 'filedgr', 'taskplatform', 'compliancely', 'iverton'];

export interface Answer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly text: string;
  /** Undefined where the body is empty. */
  readonly json: any;
}

export interface Emulating {
  readonly url: string;
  readonly store: Store;
  readonly engine: Engine;
  readonly events: readonly EngineEvent[];
  /** Sends a request with the right token, and its body as JSON unless it is text already. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** Sends bytes: nothing is added but `Connection: close`. */
  raw(request: WireRequest): Promise<Answer>;
  /** Runs a curl command as documents print it, against this server. */
  curl(command: string, served: { readonly host: string; readonly base: string }): Promise<Answer>;
  /** Resolves when the engine has told of so many attempts in all. */
  attempts(count: number): Promise<void>;
}

interface Options extends Partial<Pick<EmulatorOptions, 'apiKey' | 'host'>> {
  readonly providers?: readonly string[];
  /** What the engine's schedules follow; real time unless given. */
  readonly clock?: EngineClock;
  readonly rendering?: EngineOptions['rendering'];
  /** What the server's own waits follow. */
  readonly serverClock?: Clock;
}

/** The emulated APIs over real HTTP, with a store in memory and an engine that delivers, ended with the test. */
export async function emulate({
  providers = PROVIDERS,
  clock,
  rendering,
  serverClock = systemClock,
  ...options
}: Options = {}): Promise<Emulating> {
  const store = await openForTest({ path: ':memory:' });
  const sender = await createUndiciSender();
  const events: EngineEvent[] = [];
  let watchers: (() => boolean)[] = [];
  let emulator: Emulator | null = null;
  const engine = await createEngine({
    store,
    sender,
    rendering,
    ...(clock === undefined ? {} : { clock }),
    onEvent: (event) => {
      events.push(event);
      emulator?.onEngineEvent(event);
      watchers = watchers.filter((seen) => !seen());
    },
  });
  const started = await startEmulator({
    providers: await Promise.all(providers.map(loadProvider)),
    host: '127.0.0.1',
    port: 0,
    apiKey: API_KEY,
    ...options,
    store,
    engine,
    clock: serverClock,
    randomBytes: (size) => randomBytes(size),
  });
  emulator = started;
  onTestFinished(async () => {
    const closed = started.close();
    await started.destroy();
    await closed;
    await engine.stop();
    await sender.close();
  });
  const { url } = started;

  const call: Emulating['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        Authorization: `Bearer ${API_KEY}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return answer(response.status, [...response.headers], await response.text());
  };

  return {
    url,
    store,
    engine,
    events,
    call,
    raw: async (request) => {
      const headers = [...(request.headers ?? []), ['Connection', 'close'] as const];
      const response = onlyResponse(await sendRaw(url, wire({ ...request, headers })), request.method);
      return answer(response.status, response.headers, response.body.toString());
    },
    curl: (command, { host, base }) => {
      const { method, target, headers, body } = readCurl(command);
      if (!target.startsWith(host)) throw new Error(`${target} is not at ${host}`);
      const own = { ...headers };
      if (own['Authorization'] !== undefined) own['Authorization'] = `Bearer ${API_KEY}`;
      return call(method, base + target.slice(host.length), body, own);
    },
    attempts: (count) =>
      new Promise((resolve) => {
        const seen = (): boolean => {
          const enough = events.filter(({ type }) => type === 'attempt').length >= count;
          if (enough) resolve();
          return enough;
        };
        if (!seen()) watchers.push(seen);
      }),
  };
}

function answer(status: number, headers: readonly Header[], text: string): Answer {
  return { status, headers, text, json: text === '' ? undefined : JSON.parse(text) };
}

/** The request that a curl command makes, of the options that documents use. */
function readCurl(command: string): {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
} {
  const words = Array.from(
    command.replaceAll('\\\n', ' ').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g),
    ([, double, single, bare]) => double ?? single ?? bare!,
  );
  const option = (name: string): string[] =>
    words.flatMap((word, index) => (word === name ? [words[index + 1]!] : []));
  const target = words.find((word) => word.startsWith('https://'))!;
  const headers = option('-H').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]);
  return { method: option('-X')[0]!, target, headers: Object.fromEntries(headers), body: option('-d')[0] };
}

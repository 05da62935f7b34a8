import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const BIN = fileURLToPath(new URL('../../bin/webhook-cli.js', import.meta.url));
const { NODE_EXTRA_CA_CERTS: _, WEBHOOK_DB: __, ...env } = process.env;
/** As on a machine without settings of its own: node reads NODE_EXTRA_CA_CERTS for longer than it takes to start. */
const ENV = env;

const running = new Set();

/** The path of a script of the benchmarks that is a process of its own. */
export function script(name) {
  return fileURLToPath(new URL(`../${name}.mjs`, import.meta.url));
}

/**
 * Starts node with arguments and waits for the process's first line, which is JSON; its errors are shown.
 * What it says afterwards comes from `line()`, in order; `stop()` waits until it has ended.
 */
export async function start(args) {
  const child = spawn(process.execPath, args, { env: ENV, stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${args.join(' ').slice(0, 200)} ended before it said anything more`);
    return JSON.parse(value);
  };
  const stop = async (signal = 'SIGTERM') => {
    child.kill(signal);
    await closed;
  };
  running.add(stop);
  void closed.then(() => running.delete(stop));
  return { child, line, stop, told: await line() };
}

/** Stops what a benchmark that failed has left running. */
export async function stopAll() {
  await Promise.all(Array.from(running, (stop) => stop()));
}

/** How long node takes with arguments from start to end; what it says goes nowhere. */
export async function secondsOfProcess(args) {
  const begun = performance.now();
  const child = spawn(process.execPath, args, { env: ENV, stdio: ['ignore', 'ignore', 'inherit'] });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${args.join(' ').slice(0, 200)} ended with ${status}`);
  return (performance.now() - begun) / 1_000;
}

/** `webhook-cli listen`, told of every option but how it starts; its output goes nowhere but to the first line. */
export async function startListen(database, options = []) {
  const args = ['listen', '--json', '--quiet', '--port', '0', '--db', database, ...options];
  const listen = await start([BIN, ...args]);
  return { ...listen, url: listen.told.url };
}

/** A bare `node:http` server: reads the body, answers 200, counts. */
export async function startBare() {
  const bare = await start([script('bare-server')]);
  const { url } = bare.told;
  return { ...bare, url, count: async () => Number(await (await fetch(url)).text()) };
}

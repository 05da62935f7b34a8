import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { median, spread } from './statistics.mjs';

const CONNECTIONS = 64;
const SECONDS = 2;
const ROUNDS = 7;
/** More than can be delivered in that time. */
const DELIVERIES = 20_000;

/**
 * Deliveries a second, counted at a receiver in a process of its own, every attempt durable, against a bare loop that signs the
 * same body and sends it with undici. Bar: 0.35.
 */
export default async function delivery() {
  const receiver = await start(RECEIVER);
  const { url } = receiver.told;
  const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-bench-'));
  const rates = { bare: [], engine: [] };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      rates.bare.push(await measure('bare', { url, connections: CONNECTIONS }));
      const path = join(folder, `${round}.db`);
      rates.engine.push(
        await measure('engine', { url, connections: CONNECTIONS, path, deliveries: DELIVERIES }),
      );
    }
  } finally {
    receiver.child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  const ratio = median(rates.engine.map((rate, round) => rate / rates.bare[round]));
  return [
    `delivery, ${CONNECTIONS} connections, ${ROUNDS} interleaved rounds of ${SECONDS} s, deliveries/s, median (min to max)`,
    `  undici      ${spread(rates.bare)}`,
    `  engine      ${spread(rates.engine)}   ratio ${ratio.toFixed(2)} (bar: 0.35)`,
    '',
  ].join('\n');

  async function measure(kind, task) {
    const sender = await start([
      fileURLToPath(new URL('delivery-sender.mjs', import.meta.url)),
      JSON.stringify({ kind, ...task }),
    ]);
    const before = await count(url);
    sender.child.stdin.write('go\n');
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
    const after = await count(url);
    sender.child.kill('SIGKILL');
    await new Promise((resolve) => sender.child.once('close', resolve));
    return (after - before) / SECONDS;
  }
}

const RECEIVER = [
  '-e',
  `let count = 0;
  require('http').createServer((q, s) => {
    if (q.method === 'GET') return s.end(String(count));
    q.resume().on('end', () => { count += 1; s.end('ok'); });
  }).listen(0, '127.0.0.1', function () { console.log(JSON.stringify({ url: 'http://127.0.0.1:' + this.address().port + '/' })); });`,
];

/** Starts a process and waits for its first line. */
function start(args) {
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('close', () => reject(new Error('a process of the benchmark ended before it was ready')));
    createInterface({ input: child.stdout }).once('line', (line) =>
      resolve({ child, told: JSON.parse(line) }),
    );
  });
}

async function count(url) {
  return Number(await (await fetch(url)).text());
}

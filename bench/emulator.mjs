import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { spread } from './statistics.mjs';

const ENDPOINTS = 10_000;
const EMITS_A_SECOND = 100;
const SECONDS = 10;
const BAR_MS = 50;
const KEY = 'bench';

/** Milliseconds for a page of the list while events are emitted, each to one endpoint of many, all over HTTP. Bar: p95 50. */
export default async function emulator() {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-bench-'));
  let received = 0;
  const app = createServer((request, response) => {
    request.resume().on('end', () => {
      received += 1;
      response.end('ok');
    });
  });
  await new Promise((resolve) => app.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${app.address().port}/`;
  const task = { path: join(folder, 'bench.db'), endpoints: ENDPOINTS, url, apiKey: KEY };
  const served = await start(task);
  try {
    await lists(served.url, 20);
    const quiet = await lists(served.url, 200);
    const { emitted, times, failures } = await underLoad(served.url);
    await until(() => received >= emitted);
    return [
      `emulator, GET /webhooks?limit=100 of ${ENDPOINTS} endpoints, ms, median (min to max)`,
      `  nothing else   ${spread(quiet, 1)}   p95 ${p95(quiet).toFixed(1)}`,
      `  ${EMITS_A_SECOND} emits/s    ${spread(times, 1)}   p95 ${p95(times).toFixed(1)} (bar: ${BAR_MS})`,
      `  ${emitted} emits in ${SECONDS} s, ${failures} failed, ${received} deliveries, ${times.length} lists`,
      '',
    ].join('\n');
  } finally {
    served.child.kill();
    app.close();
    app.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts the server in a process of its own and waits for its URL. */
function start(task) {
  const script = fileURLToPath(new URL('emulator-server.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve({ child, ...JSON.parse(line) }));
  });
}

/** Emits at a steady rate, and lists meanwhile, one list after another. */
async function underLoad(url) {
  const begun = performance.now();
  const times = [];
  const under = [];
  let failures = 0;
  const emitOne = async (index) => {
    const body = JSON.stringify({ set: { 'data.vaultId': `vault_${(index * 7_919) % ENDPOINTS}` } });
    const { status, json } = await request(url, 'POST', '/_emit/vault.created', body);
    if (status !== 202 || json.deliveries.length !== 1) failures += 1;
  };
  const end = begun + SECONDS * 1_000;
  const listing = (async () => {
    while (performance.now() < end) times.push(...(await lists(url, 1)));
  })();
  while (performance.now() < end) {
    const due = ((performance.now() - begun) / 1_000) * EMITS_A_SECOND;
    while (under.length < due) under.push(emitOne(under.length));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all([listing, ...under]);
  return { emitted: under.length, times, failures };
}

async function lists(url, count) {
  const times = [];
  for (let number = 0; number < count; number += 1) {
    const start = performance.now();
    const { json } = await request(url, 'GET', '/webhooks?limit=100');
    times.push(performance.now() - start);
    if (json.webhooks.length !== 100) throw new Error(`a page of ${json.webhooks.length}`);
  }
  return times;
}

async function request(url, method, path, body) {
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: response.status, json: await response.json() };
}

async function until(isDone) {
  for (let tries = 0; !isDone(); tries += 1) {
    if (tries > 3_000) throw new Error('not everything was delivered');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function p95(values) {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length * 0.95)];
}

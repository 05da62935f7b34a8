import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp } from './support/app.mjs';
import { withFolder } from './support/folder.mjs';
import { script, start } from './support/process.mjs';
import { row } from './support/result.mjs';
import { median, tails } from './support/statistics.mjs';

const ENDPOINTS = 10_000;
const EMITS_A_SECOND = 100;
const KEY = 'bench';

/** Milliseconds for a page of the list while events are emitted, each to one endpoint of many, all over HTTP. */
export default function emulator({ quick, progress }) {
  return withFolder(async (folder) => {
    const seconds = quick ? 3 : 10;
    const app = await startApp();
    const task = { path: join(folder, 'bench.db'), endpoints: ENDPOINTS, url: app.url, apiKey: KEY };
    const served = await start([script('emulator-server'), JSON.stringify(task)]);
    const { url } = served.told;
    try {
      await lists(url, 20);
      const quiet = await lists(url, 200);
      progress(`${EMITS_A_SECOND} emits a second for ${seconds} s`);
      const { emitted, times, failures } = await underLoad(url, seconds);
      await until(() => app.received() >= emitted);
      return {
        name: 'emulator',
        what: `GET /webhooks?limit=100 of ${ENDPOINTS.toLocaleString('en')} endpoints while events are emitted`,
        how: `one list after another for ${seconds} s, beside ${EMITS_A_SECOND} events a second, each to one endpoint`,
        rows: [
          row({ label: 'nothing else', unit: 'ms', digits: 1, figures: tails(quiet) }),
          row({
            label: `${EMITS_A_SECOND} emits/s`,
            unit: 'ms',
            digits: 1,
            figures: tails(times),
            against: 'nothing else',
            ratio: median(times) / median(quiet),
            bar: { of: 'p95', atMost: 50 },
          }),
        ],
        notes: [`${emitted} events emitted, ${failures} failed, ${app.received()} deliveries received`],
      };
    } finally {
      await served.stop();
      app.close();
    }
  });
}

/** Emits at a steady rate, and lists meanwhile, one list after another. */
async function underLoad(url, seconds) {
  const begun = performance.now();
  const times = [];
  const under = [];
  let failures = 0;
  const emitOne = async (index) => {
    const body = JSON.stringify({ set: { 'data.vaultId': `vault_${(index * 7_919) % ENDPOINTS}` } });
    const { status, json } = await request(url, 'POST', '/_emit/vault.created', body);
    if (status !== 202 || json.deliveries.length !== 1) failures += 1;
  };
  const end = begun + seconds * 1_000;
  const listing = (async () => {
    while (performance.now() < end) times.push(...(await lists(url, 1)));
  })();
  while (performance.now() < end) {
    const due = ((performance.now() - begun) / 1_000) * EMITS_A_SECOND;
    while (under.length < due) under.push(emitOne(under.length));
    await sleep(5);
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
    await sleep(10);
  }
}

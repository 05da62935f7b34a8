import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../dist/engine/engine.js';
import { openStore } from '../dist/store/open.js';
import { endpoint } from './endpoint.mjs';
import { spread } from './statistics.mjs';

const DELIVERIES = 100_000;
const ENDPOINTS = [1, 100, 1_000];
const SECONDS = 10;
const CLAIMS = 100;

/** What waiting deliveries cost an engine that has nothing to do, and how long it takes to claim one of them. Bar: 1 % CPU. */
export default async function idle() {
  const lines = [];
  for (const endpoints of ENDPOINTS) {
    const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-bench-'));
    const store = await openStore({ path: join(folder, 'bench.db') });
    try {
      await fill(store, endpoints);
      const share = await idleShare(store);
      lines.push(
        `  ${String(endpoints).padStart(5)} endpoints   idle ${(share * 100).toFixed(2)} % CPU (bar: 1)` +
          `   claim ${spread(await claimTimes(store), 2)} ms`,
      );
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return [`idle, ${DELIVERIES} waiting deliveries, over ${SECONDS} s`, ...lines, ''].join('\n');
}

/** All due in an hour and later, in an order that has nothing to do with that of their rows. */
async function fill(store, endpoints) {
  const now = Date.now();
  const ids = Array.from({ length: endpoints }, (_, index) => `ep_${index}`);
  await Promise.all(ids.map((id) => store.endpoints.add(endpoint({ id }))));
  const body = Buffer.from('{}');
  const each = DELIVERIES / endpoints;
  await store.deliveries.publish(
    { id: 'evt_1', isOwnId: false, provider: 'iverton', eventType: null, createdAt: now, batch: null },
    () =>
      ids.flatMap((endpointId, lane) =>
        Array.from({ length: each }, (_, index) => ({
          endpointId,
          id: `dlv_${lane}_${index}`,
          body,
          discarded: null,
          trigger: 'scheduled',
          dueAt: now + 3_600_000 + ((index * 7_919) % each) * 10,
        })),
      ),
  );
}

async function idleShare(store) {
  const sender = { send: () => Promise.reject(new Error('nothing is due')), close: async () => {} };
  const engine = await createEngine({ store, sender });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = process.cpuUsage();
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1_000 / (performance.now() - start);
  await engine.stop();
  return share;
}

/** Milliseconds for the earliest of them, one after another, each in a commit of its own. */
async function claimTimes(store) {
  const { seq: owner } = await store.engines.register(
    { clock: 'real', host: 'bench', pid: 0, processStarted: 0 },
    () => false,
  );
  const request = { owner, now: Date.now() + 7_200_000, room: 1, roomAtEndpoint: 1_000_000 };
  const times = [];
  for (let number = 0; number < CLAIMS; number += 1) {
    const start = performance.now();
    const { claims } = await store.deliveries.claim({ ...request, underWay: () => 1 });
    times.push(performance.now() - start);
    if (claims.length !== 1) throw new Error(`${claims.length} claims at a time`);
  }
  return times;
}

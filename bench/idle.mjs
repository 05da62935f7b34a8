import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEngine } from '../dist/engine/engine.js';
import { openStore } from '../dist/store/open.js';
import { withFolder } from './support/folder.mjs';
import { row } from './support/result.mjs';
import { figures, tails } from './support/statistics.mjs';
import { addWaitingDeliveries, startClaiming } from './support/waiting-deliveries.mjs';

const DELIVERIES = 100_000;
const ENDPOINTS = [1, 100, 1_000];
const CLAIMS = 100;
const SLICES = 5;

/** What waiting deliveries cost an engine that has nothing to do, and how long it takes to claim one of them. */
export default async function idle({ quick, progress }) {
  const secondsASlice = quick ? 1 : 2;
  const rows = [];
  for (const endpoints of ENDPOINTS) {
    rows.push(...(await withFolder((folder) => measure(join(folder, 'bench.db'), endpoints, secondsASlice))));
    progress(`${endpoints} endpoints`);
  }
  return {
    name: 'idle',
    what: `an engine while ${DELIVERIES.toLocaleString('en')} deliveries wait for later, and claims of one of them`,
    how: `CPU of a process with nothing else to do, ${SLICES} times ${secondsASlice} s; ${CLAIMS} claims, each committed`,
    rows,
    notes: [],
  };
}

async function measure(path, endpoints, secondsASlice) {
  const lanes = endpoints === 1 ? '1 endpoint' : `${endpoints.toLocaleString('en')} endpoints`;
  const store = await openStore({ path });
  try {
    await addWaitingDeliveries(store, { endpoints, deliveries: DELIVERIES });
    const shares = await idleShares(store, secondsASlice);
    const claim = await startClaiming(store);
    return [
      row({
        label: `idle, ${lanes}`,
        unit: '% CPU',
        digits: 2,
        figures: figures(shares),
        bar: { of: 'median', atMost: 1 },
      }),
      row({
        label: `claim, ${lanes}`,
        unit: 'ms',
        digits: 2,
        figures: tails(await claim(CLAIMS)),
      }),
    ];
  } finally {
    await store.close();
  }
}

async function idleShares(store, seconds) {
  const sender = { send: () => Promise.reject(new Error('nothing is due')), close: async () => {} };
  const engine = await createEngine({ store, sender });
  const shares = [];
  await sleep(500);
  for (let slice = 0; slice < SLICES; slice += 1) {
    const before = process.cpuUsage();
    const start = performance.now();
    await sleep(seconds * 1_000);
    const { user, system } = process.cpuUsage(before);
    shares.push((user + system) / 10 / (performance.now() - start));
  }
  await engine.stop();
  return shares;
}

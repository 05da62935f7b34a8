import { join } from 'node:path';
import { virtualClock } from '../dist/engine/clock.js';
import { createEngine } from '../dist/engine/engine.js';
import { createUndiciSender } from '../dist/engine/undici-sender.js';
import { openStore } from '../dist/store/open.js';
import { startApp } from './support/app.mjs';
import { endpoint } from './support/endpoint.mjs';
import { withFolder } from './support/folder.mjs';
import { row } from './support/result.mjs';
import { figures, ratioOf } from './support/statistics.mjs';
import { secondsOfRequests } from './support/undici-loop.mjs';

const ENDPOINTS = 1_000;
const OFFSETS_MINUTES = [0, 1, 6, 36, 156, 1_596];
const REQUESTS = ENDPOINTS * OFFSETS_MINUTES.length;
const AT_ONCE = 64;

/** Seconds for Iverton's whole schedule of 26 h 36 m, to many endpoints that answer 500 over real HTTP. */
export default function virtual({ quick, progress }) {
  return withFolder(async (folder) => {
    const rounds = quick ? 2 : 5;
    const app = await startApp(500);
    const times = { undici: [], engine: [] };
    try {
      for (let round = 0; round < rounds; round += 1) {
        times.undici.push(await secondsOfRequests(app.url, REQUESTS, AT_ONCE));
        times.engine.push(await secondsOfSchedule(app.url, join(folder, `${round}.db`)));
        progress(`round ${round + 1} of ${rounds}`);
      }
    } finally {
      app.close();
    }
    return {
      name: 'virtual-clock',
      what: `${ENDPOINTS.toLocaleString('en')} deliveries of ${OFFSETS_MINUTES.length} attempts each over 26 h 36 m on a virtual clock`,
      how: `real HTTP to an app that answers 500, every attempt durable and at its minute, ${rounds} rounds; undici: as many requests from a bare loop, ${AT_ONCE} at a time`,
      rows: [
        row({ label: 'undici', unit: 's', digits: 2, figures: figures(times.undici) }),
        row({
          label: 'engine',
          unit: 's',
          digits: 2,
          figures: figures(times.engine),
          against: 'undici',
          ratio: ratioOf(times.engine, times.undici),
          bar: { of: 'median', atMost: 10 },
        }),
      ],
      notes: [],
    };
  });
}

async function secondsOfSchedule(url, path) {
  const store = await openStore({ path });
  const sender = await createUndiciSender();
  const begun = Date.now();
  const engine = await createEngine({ store, sender, clock: virtualClock(begun) });
  try {
    const ids = Array.from({ length: ENDPOINTS }, (_, index) => `ep_${index}`);
    await Promise.all(ids.map((id) => store.endpoints.add(endpoint({ id, url: `${url}${id}` }))));
    const start = performance.now();
    const { deliveries } = await engine.publish('iverton', 'deal.won');
    await engine.idle();
    const seconds = (performance.now() - start) / 1_000;
    for (const { id } of deliveries) await mustBeOnTime(store, id, begun);
    return seconds;
  } finally {
    await engine.stop();
    await sender.close();
    await store.close();
  }
}

async function mustBeOnTime(store, id, begun) {
  const attempts = await store.attempts.ofDelivery(id);
  const offsets = attempts.map(({ startedAt }) => (startedAt - begun) / 60_000);
  if (String(offsets) !== String(OFFSETS_MINUTES)) throw new Error(`${id} was sent at ${offsets} min`);
}

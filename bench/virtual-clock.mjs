import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { virtualClock } from '../dist/engine/clock.js';
import { createEngine } from '../dist/engine/engine.js';
import { createUndiciSender } from '../dist/engine/undici-sender.js';
import { openStore } from '../dist/store/open.js';
import { endpoint } from './endpoint.mjs';

const ENDPOINTS = 1_000;
const OFFSETS_MINUTES = [0, 1, 6, 36, 156, 1_596];

/** Seconds for Iverton's whole schedule of 26 h 36 m, to many endpoints that answer 500 over real HTTP. Bar: 10. */
export default async function virtual() {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-bench-'));
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      requests += 1;
      response.writeHead(500).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  const store = await openStore({ path: join(folder, 'bench.db') });
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
    for (const { id } of deliveries) {
      const attempts = await store.attempts.ofDelivery(id);
      const offsets = attempts.map(({ startedAt }) => (startedAt - begun) / 60_000);
      if (String(offsets) !== String(OFFSETS_MINUTES)) throw new Error(`${id} was sent at ${offsets} min`);
    }
    return [
      `virtual clock, ${deliveries.length} deliveries x ${OFFSETS_MINUTES.length} attempts over 26 h 36 m, real HTTP`,
      `  ${seconds.toFixed(1)} s for ${requests} requests (bar: 10)`,
      '',
    ].join('\n');
  } finally {
    await engine.stop();
    await sender.close();
    await store.close();
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  }
}

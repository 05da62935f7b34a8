// What emulator.mjs measures, in a process of its own: prints its URL when it is ready, ends when its input does.
import { randomBytes } from 'node:crypto';
import { startEmulator } from '../dist/emulator/emulator.js';
import { createEngine } from '../dist/engine/engine.js';
import { createUndiciSender } from '../dist/engine/undici-sender.js';
import { systemClock } from '../dist/model/clock.js';
import { loadProvider } from '../dist/providers/index.js';
import { openStore } from '../dist/store/open.js';
import { endpoint } from './support/endpoint.mjs';

const { path, endpoints, url, apiKey } = JSON.parse(process.argv[2]);
const store = await openStore({ path });
await Promise.all(Array.from({ length: endpoints }, (_, index) => store.endpoints.add(one(index))));
const sender = await createUndiciSender();
const engine = await createEngine({ store, sender });
const served = await startEmulator({
  providers: [await loadProvider('filedgr')],
  host: '127.0.0.1',
  port: 0,
  apiKey,
  store,
  engine,
  clock: systemClock,
  randomBytes: (size) => randomBytes(size),
});
console.log(JSON.stringify({ url: served.url }));
process.stdin.resume().once('end', () => process.exit());

/** Each wants the events of one vault, which is no other's. */
function one(index) {
  const filters = { vaultIds: [`vault_${index}`] };
  return endpoint({ id: `ep_${index}`, provider: 'filedgr', url, secret: 's', filters });
}

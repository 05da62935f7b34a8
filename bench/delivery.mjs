import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withFolder } from './support/folder.mjs';
import { script, start, startBare } from './support/process.mjs';
import { row } from './support/result.mjs';
import { figures, ratioOf } from './support/statistics.mjs';

const CONNECTIONS = 64;
/** More a second than can be delivered. */
const DELIVERIES_A_SECOND = 10_000;
/** Until the code that runs for every request is compiled. */
const WARM_UP_SECONDS = 1;

/** Deliveries a second, counted at the receiver, every attempt durable, against a bare loop that signs and sends the same body. */
export default function delivery({ quick, progress }) {
  return withFolder(async (folder) => {
    const rounds = quick ? 5 : 7;
    const seconds = quick ? 1 : 2;
    const receiver = await startBare();
    const rates = { undici: [], engine: [] };
    const task = { url: receiver.url, connections: CONNECTIONS };
    const deliveries = DELIVERIES_A_SECOND * (WARM_UP_SECONDS + seconds);
    try {
      for (let round = 0; round < rounds; round += 1) {
        const path = join(folder, `${round}.db`);
        rates.undici.push(await rate(receiver, { kind: 'bare', ...task }, seconds));
        rates.engine.push(await rate(receiver, { kind: 'engine', ...task, path, deliveries }, seconds));
        progress(`round ${round + 1} of ${rounds}`);
      }
    } finally {
      await receiver.stop();
    }
    return {
      name: 'delivery',
      what: 'deliveries a second of the engine: claimed, signed, sent, settled durably',
      how: `counted at a receiver in another process, ${CONNECTIONS} connections, ${rounds} rounds of ${seconds} s after one to warm up; undici: a bare loop that signs the same body and sends it with undici over as many connections`,
      rows: [
        row({ label: 'undici', unit: 'requests/s', figures: figures(rates.undici) }),
        row({
          label: 'engine',
          unit: 'deliveries/s',
          figures: figures(rates.engine),
          against: 'undici',
          ratio: ratioOf(rates.engine, rates.undici),
          bar: { of: 'ratio', atLeast: 0.35 },
        }),
      ],
      notes: [],
    };
  });
}

async function rate(receiver, task, seconds) {
  const sender = await start([script('delivery-sender'), JSON.stringify(task)]);
  sender.child.stdin.write('go\n');
  await sleep(WARM_UP_SECONDS * 1_000);
  const begun = performance.now();
  const before = await receiver.count();
  await sleep(seconds * 1_000);
  const after = await receiver.count();
  const elapsed = (performance.now() - begun) / 1_000;
  await sender.stop('SIGKILL');
  return (after - before) / elapsed;
}

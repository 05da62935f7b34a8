// One of the two senders that delivery.mjs compares, in a process of its own: prints a line when it is ready, begins on a line.
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createEngine } from '../dist/engine/engine.js';
import { createUndiciSender } from '../dist/engine/undici-sender.js';
import { createId } from '../dist/model/id.js';
import { openStore } from '../dist/store/open.js';
import { endpoint } from './support/endpoint.mjs';
import { SECRET } from './support/signed-request.mjs';

const BODY = readFileSync(new URL('../fixtures/iverton/campaign.completed.json', import.meta.url));
const task = JSON.parse(process.argv[2]);
const begin = task.kind === 'bare' ? await prepareBare(task) : await prepareEngine(task);
console.log('{}');
await once(process.stdin, 'data');
await begin();

async function prepareBare({ url, connections }) {
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent({ connections, pipelining: 1 });
  const sendForEver = async () => {
    for (;;) {
      const signature = `sha256=${createHmac('sha256', SECRET).update(BODY).digest('hex')}`;
      const headers = { 'content-type': 'application/json', 'x-iverton-signature': signature };
      const { body } = await request(url, { method: 'POST', dispatcher, headers, body: BODY });
      await body.text();
    }
  };
  return () => Promise.all(Array.from({ length: connections }, sendForEver));
}

async function prepareEngine({ url, connections, path, deliveries }) {
  const store = await openStore({ path });
  await store.endpoints.add(endpoint({ url, secret: SECRET }));
  const now = Date.now();
  await Promise.all(
    Array.from({ length: deliveries }, (_, index) =>
      store.deliveries.publish(
        {
          id: `evt_${index}`,
          isOwnId: false,
          provider: 'iverton',
          eventType: 'campaign.completed',
          createdAt: now,
          batch: null,
        },
        ([{ id: endpointId }]) => [
          {
            endpointId,
            id: createId('dlv', now, randomBytes),
            body: BODY,
            discarded: null,
            trigger: 'scheduled',
            dueAt: now,
          },
        ],
      ),
    ),
  );
  const sender = await createUndiciSender({ connectionsPerOrigin: connections });
  return () => createEngine({ store, sender, concurrency: connections, endpointConcurrency: connections });
}

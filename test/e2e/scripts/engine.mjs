// An engine of the built library in a process of its own. Tells in lines of JSON what happens:
//   { ready, freed: n, due: n, taken: n }  at its first look for work: how many deliveries an engine that is gone had left behind,
//                                          and how many of them are due and taken at once
//   { accepted: eventId }                  an event was published
//   { attempt: [deliveryId, number, status] }   with `tell: true`
//   { takenOver: n }                       a neighbour is gone that had so many deliveries
//   { idle: true }                         nothing waits any more; it then ends, with `finish: true`
//   { refused: code }                      another engine excludes it; it then ends
import { createEngine } from '../../../dist/engine/engine.js';
import { virtualClock } from '../../../dist/engine/clock.js';
import { createUndiciSender } from '../../../dist/engine/undici-sender.js';
import { systemClock } from '../../../dist/model/clock.js';
import { openStore } from '../../../dist/store/open.js';

const {
  path,
  publish = 0,
  eventTypes = ['risk.created'],
  finish = false,
  tell = false,
  virtual = false,
  engine: options = {},
} = JSON.parse(process.argv[2]);

const PUBLISHERS = 4;
const say = (line) => console.log(JSON.stringify(line));
const store = await openStore({ path });
const sender = await createUndiciSender({ connectionsPerOrigin: null });
const left = await sending();
let looked = false;

const deliveries = {
  ...store.deliveries,
  claim: async (request) => {
    const due = looked ? [] : await dueAt(request.now);
    const claimed = await store.deliveries.claim(request);
    if (!looked) {
      looked = true;
      const taken = claimed.claims.filter(({ deliveryId }) => left.has(deliveryId)).length;
      say({ ready: true, freed: left.size, due: due.length, taken });
    }
    return claimed;
  },
};

async function sending() {
  const page = await store.deliveries.list({ status: 'sending' }, { limit: 10_000 });
  return new Set(page.deliveries.map(({ id }) => id));
}

async function dueAt(now) {
  const found = await Promise.all([...left].map((id) => store.deliveries.get(id)));
  return found.filter(({ status, nextAttemptAt }) => status === 'pending' && nextAttemptAt <= now);
}

function report(event) {
  if (event.type === 'freed') say({ takenOver: event.deliveries });
  if (event.type === 'problem') console.error(event.error);
  if (event.type === 'attempt' && tell) {
    say({ attempt: [event.deliveryId, event.attempt.number, event.status] });
  }
}

let engine;
try {
  engine = await createEngine({
    store: { ...store, deliveries },
    sender,
    ...(virtual ? { clock: virtualClock(systemClock.now()) } : {}),
    ...options,
    onEvent: report,
  });
} catch (error) {
  say({ refused: error.code });
}

if (engine !== undefined) {
  let published = 0;
  const publisher = async () => {
    while (published < publish) {
      const eventType = eventTypes[published++ % eventTypes.length];
      const { event } = await engine.publish('deiterate', eventType);
      say({ accepted: event.id });
    }
  };
  await Promise.all(Array.from({ length: PUBLISHERS }, publisher));
  if (finish) {
    await engine.idle();
    say({ idle: true });
    await engine.stop();
  } else await new Promise((resolve) => process.once('SIGTERM', resolve));
  await engine.stop();
}
await sender.close();
await store.close();

import { endpoint } from './endpoint.mjs';

const DELIVERIES_AN_EVENT = 50_000;
const HOUR = 3_600_000;

/** Fills a store with deliveries due in an hour and later, in an order that has nothing to do with that of their rows. */
export async function addWaitingDeliveries(store, { endpoints, deliveries }) {
  const now = Date.now();
  const ids = Array.from({ length: endpoints }, (_, index) => `ep_${index}`);
  await Promise.all(ids.map((id) => store.endpoints.add(endpoint({ id }))));
  const body = Buffer.from('{}');
  for (let at = 0; at < deliveries; at += DELIVERIES_AN_EVENT) {
    const count = Math.min(DELIVERIES_AN_EVENT, deliveries - at);
    const planned = Array.from({ length: count }, (_, index) => ({
      endpointId: ids[(at + index) % endpoints],
      id: `dlv_${at + index}`,
      body,
      discarded: null,
      trigger: 'scheduled',
      dueAt: now + HOUR + (((at + index) * 7_919) % deliveries) * 10,
    }));
    const event = { id: `evt_${at}`, isOwnId: false, provider: 'iverton', eventType: null, batch: null };
    await store.deliveries.publish({ ...event, createdAt: now }, () => planned);
  }
}

/** Enters an engine that claims deliveries that are due by a time when all of them are. */
export async function startClaiming(store) {
  const { seq: owner } = await store.engines.register(
    { clock: 'real', host: 'bench', pid: 0, processStarted: 0 },
    () => false,
  );
  const request = { owner, now: Date.now() + 24 * HOUR, room: 1, roomAtEndpoint: 1_000_000 };
  /** Milliseconds for claims, one after another, each in a commit of its own. */
  return async (count) => {
    const times = [];
    for (let number = 0; number < count; number += 1) {
      const start = performance.now();
      const { claims } = await store.deliveries.claim({ ...request, underWay: () => 1 });
      times.push(performance.now() - start);
      if (claims.length !== 1) throw new Error(`${claims.length} claims at a time`);
    }
    return times;
  };
}

import type Database from 'better-sqlite3';
import type { Delivery } from '../model/delivery.ts';
import { asOf } from '../model/endpoint.ts';
import type { DeliveryFacets } from './delivery-facets.ts';
import type { DeliverySpans } from './delivery-spans.ts';
import type { EndpointTable } from './endpoints.ts';
import type { NewEvent, Plan } from './store.ts';

/** Writes an event with everything that is to be delivered of it. Returns its deliveries, in the plan's order. */
export function createPublisher(
  db: Database.Database,
  endpoints: EndpointTable,
  facets: DeliveryFacets,
  spans: DeliverySpans,
): (event: NewEvent, plan: Plan) => Delivery[] {
  const insertEvent = db.prepare(
    `insert into events (id, provider, event_type, is_own_id, created_at)
     values (@id, @provider, @eventType, @isOwnId, @createdAt)`,
  );
  const insertMessage = db.prepare('insert into messages (event_seq, body) values (?, ?)');
  const insertDelivery = db.prepare(
    `insert into deliveries (id, event_seq, message_seq, endpoint_seq, facet, status, "trigger", created_at, due_at,
       finished_at, batch, reason)
     values (@id, @eventSeq, @messageSeq, @endpointSeq, @facet, @status, @trigger, @createdAt, @dueAt, @finishedAt, @batch,
       @reason)`,
  );
  const remember = db.prepare(
    `insert or replace into remembered_values (provider, filter, key, value)
     values (@provider, @filter, @key, @value)`,
  );
  const recall = db.prepare<[string, string, string], string>(
    'select value from remembered_values where provider = ? and filter = ? and key = ?',
  );
  recall.pluck();

  return (event, plan) => {
    const { id, provider, eventType, createdAt, batch } = event;
    const isOwnId = Number(event.isOwnId);
    for (const value of event.remember ?? []) remember.run({ provider, ...value });
    const eventSeq = insertEvent.run({ id, provider, eventType, isOwnId, createdAt }).lastInsertRowid;
    let known = endpoints.ofProvider(provider);
    if (known.endpoints.some((endpoint) => asOf(endpoint, createdAt) !== endpoint)) {
      endpoints.resume(createdAt);
      known = endpoints.ofProvider(provider);
    }
    const planned = plan(known.endpoints, (filter, key) => recall.get(provider, filter, key) ?? null);
    const messages = new Map<Uint8Array, number | bigint>();
    for (const { body } of planned) {
      if (!messages.has(body)) messages.set(body, insertMessage.run(eventSeq, body).lastInsertRowid);
    }
    const numbers: number[] = [];
    const deliveries = planned.map((one): Delivery => {
      const endpointSeq = known.seqOf.get(one.endpointId);
      if (endpointSeq === undefined) throw new Error(`${provider} has no endpoint ${one.endpointId}`);
      const { discarded: reason, trigger, endpointId } = one;
      const status = reason === null ? 'pending' : 'discarded';
      const dueAt = reason === null ? one.dueAt : null;
      const finishedAt = reason === null ? null : createdAt;
      const { lastInsertRowid } = insertDelivery.run({
        id: one.id,
        eventSeq,
        messageSeq: messages.get(one.body)!,
        endpointSeq,
        facet: facets.of(endpointSeq, eventType),
        status,
        trigger,
        createdAt,
        dueAt,
        finishedAt,
        batch,
        reason,
      });
      numbers.push(Number(lastInsertRowid));
      const event = { eventId: id, provider, eventType, endpointId };
      const progress = { nextAttemptAt: dueAt, finishedAt, attempts: 0, interruptions: 0, reason };
      return { id: one.id, ...event, status, trigger, createdAt, ...progress };
    });
    if (numbers.length > 0) spans.record(numbers[0]!, numbers.at(-1)!, createdAt);
    return deliveries;
  };
}

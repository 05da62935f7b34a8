import type Database from 'better-sqlite3';
import type { EndpointTable } from './endpoints.ts';
import type { NewEvent, Plan } from './store.ts';

/** Writes an event with everything that is to be delivered of it. Returns the ids of its deliveries, in the plan's order. */
export function createPublisher(
  db: Database.Database,
  endpoints: EndpointTable,
): (event: NewEvent, plan: Plan) => string[] {
  const insertEvent = db.prepare(
    `insert into events (id, provider, event_type, is_own_id, created_at)
     values (@id, @provider, @eventType, @isOwnId, @createdAt)`,
  );
  const insertMessage = db.prepare('insert into messages (event_seq, body) values (?, ?)');
  const insertDelivery = db.prepare(
    `insert into deliveries (id, event_seq, message_seq, endpoint_seq, status, "trigger", created_at, due_at, finished_at,
       batch, reason)
     values (@id, @eventSeq, @messageSeq, @endpointSeq, @status, @trigger, @createdAt, @dueAt, @finishedAt, @batch, @reason)`,
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
    const known = endpoints.ofProvider(provider);
    const planned = plan(known.endpoints, (filter, key) => recall.get(provider, filter, key) ?? null);
    const messages = new Map<Uint8Array, number | bigint>();
    for (const { body } of planned) {
      if (!messages.has(body)) messages.set(body, insertMessage.run(eventSeq, body).lastInsertRowid);
    }
    for (const delivery of planned) {
      const { discarded } = delivery;
      insertDelivery.run({
        id: delivery.id,
        eventSeq,
        messageSeq: messages.get(delivery.body)!,
        endpointSeq: known.seqOf.get(delivery.endpointId)!,
        status: discarded === null ? 'pending' : 'discarded',
        trigger: delivery.trigger,
        createdAt,
        dueAt: discarded === null ? delivery.dueAt : null,
        finishedAt: discarded === null ? null : createdAt,
        batch,
        reason: discarded,
      });
    }
    return planned.map((delivery) => delivery.id);
  };
}

import type Database from 'better-sqlite3';
import type { Delivery, DeliveryStatus, DeliveryTrigger } from '../model/delivery.ts';
import { DELIVERY_STATUSES } from '../model/delivery.ts';
import { compileDeliveryFilter } from './delivery-filter.ts';
import { createPublisher } from './delivery-publish.ts';
import { createDeliveryQueue } from './delivery-queue.ts';
import { createRetryRuns } from './delivery-retry.ts';
import { createEndpointTable } from './endpoints.ts';
import { explaining } from './errors.ts';
import type { GroupCommit } from './group-commit.ts';
import type {
  DeliveryCounts,
  DeliveryFilter,
  DeliveryPage,
  DeliveryStore,
  EndpointRecord,
  Page,
} from './store.ts';

interface DeliveryRow {
  seq: number;
  id: string;
  eventId: string;
  provider: string;
  eventType: string | null;
  endpointId: string;
  status: DeliveryStatus;
  trigger: DeliveryTrigger;
  createdAt: number;
  nextAttemptAt: number | null;
  finishedAt: number | null;
  attempts: number;
  interruptions: number;
  reason: string | null;
}

const SELECT = `
  select d.seq, d.id, v.id as eventId, v.provider, v.event_type as eventType, p.id as endpointId, d.status, d."trigger",
    d.created_at as createdAt, iif(d.status = 'pending', d.due_at, null) as nextAttemptAt, d.finished_at as finishedAt,
    d.attempts, d.interruptions, d.reason
  from deliveries d cross join events v on v.seq = d.event_seq cross join endpoints p on p.seq = d.endpoint_seq`;

/** Endpoints, events and attempts are tables of their own; a delivery's row is also its place in the queue. */
export function createDeliveryStore(db: Database.Database, commit: GroupCommit, path: string): DeliveryStore {
  const endpoints = createEndpointTable(db);
  const publish = createPublisher(db, endpoints);
  const queue = createDeliveryQueue(db, endpoints);
  const retries = createRetryRuns(db);
  const selectOne = db.prepare<[string], DeliveryRow>(`${SELECT} where d.id = ?`);
  const selectBody = db.prepare<[string], Buffer>(
    'select m.body from deliveries d join messages m on m.seq = d.message_seq where d.id = ?',
  );
  selectBody.pluck();
  const cancelOne = db.prepare(
    `update deliveries set status = 'canceled', reason = @reason, finished_at = @now, due_at = null, resume_at = null
     where id = @id and status = 'pending'`,
  );
  const countBatch = db.prepare<[string], { status: DeliveryStatus; number: number }>(
    'select status, count(*) as number from deliveries where batch = ? group by status',
  );
  const lastTime = db.prepare<[], number | null>(
    `select max(at) from (
       select max(created_at) as at from deliveries
       union all select max(created_at) from (select created_at from events order by seq desc limit 100)
       union all select max(started_at + cast(ceil(duration_ms) as integer))
         from (select started_at, duration_ms from attempts order by seq desc limit 1000))`,
  );
  lastTime.pluck();

  const ended = db.prepare<[string], { succeeded: number; failed: number }>(
    `select coalesce(sum(status = 'succeeded'), 0) as succeeded, coalesce(sum(status = 'failed'), 0) as failed
     from (select status from deliveries where endpoint_seq = (select seq from endpoints where id = ?)
       and status in ('succeeded', 'failed') and "trigger" <> 'test' order by seq desc limit 100)`,
  );
  const waiting = db
    .prepare<{ id: string }, number>(
      `select (select count(*) from deliveries
         where status = 'pending' and endpoint_seq = (select seq from endpoints where id = @id))
       + (select count(*) from deliveries indexed by deliveries_sending
         where status = 'sending' and endpoint_seq = (select seq from endpoints where id = @id))`,
    )
    .pluck();

  // Of a long backlog those that are due first, the others not having been tried.
  const retried = db
    .prepare<[string], number>(
      `select coalesce(max(failures), 0) from (
         select iif(d.failures_at_success = p.successes, d.failures, 0) as failures
         from endpoints p cross join deliveries d indexed by deliveries_due on d.endpoint_seq = p.seq
         where p.id = ? and d.status = 'pending' order by d.due_at limit 1000)`,
    )
    .pluck();

  function recordOf(endpointId: string): EndpointRecord {
    return {
      ...ended.get(endpointId)!,
      waiting: waiting.get({ id: endpointId }) as number,
      retries: retried.get(endpointId) as number,
    };
  }

  function list(filter: DeliveryFilter, page: Page): DeliveryPage {
    const { where, params } = compileDeliveryFilter(filter, page.cursor);
    const rows = db
      .prepare<[object], DeliveryRow>(`${SELECT} where ${where} order by d.seq desc limit @limit`)
      .all({ ...params, limit: page.limit + 1 });
    const more = rows.length > page.limit;
    const shown = more ? rows.slice(0, page.limit) : rows;
    return { deliveries: shown.map(toDelivery), nextCursor: more ? String(shown.at(-1)!.seq) : null };
  }

  function get(id: string): Delivery | null {
    const row = selectOne.get(id);
    return row === undefined ? null : toDelivery(row);
  }

  return {
    publish: (event, plan) => commit.run(() => publish(event, plan).map((id) => get(id)!)),
    claim: async (request) =>
      explaining(path, () => queue.recallQuiet(request)) ?? commit.run(() => queue.claim(request)),
    settle: (claim, attempt, decide) => commit.run(() => queue.settle(claim, attempt, decide)),
    release: (claims) => commit.run(() => queue.release(claims)),
    get: async (id) => explaining(path, () => get(id)),
    body: async (id) => explaining(path, () => selectBody.get(id) ?? null),
    list: async (filter, page) => explaining(path, () => list(filter, page)),
    retry: (id, now, batch) => commit.run(() => retries.one(id, now, batch)),
    beginRetryRun: (selection, filter, id, now) =>
      commit.run(() => retries.begin(selection, filter, id, now)),
    continueRetryRun: (id, now) => commit.run(() => retries.next(id, now)),
    endRetryRun: (id) => commit.run(() => retries.end(id)),
    cancel: (ids, reason, now) =>
      commit.run(() => ids.reduce((sum, id) => sum + cancelOne.run({ id, reason, now }).changes, 0)),
    count: async (batch) =>
      explaining(path, () => {
        const counts = Object.fromEntries(DELIVERY_STATUSES.map((status) => [status, 0]));
        for (const { status, number } of countBatch.all(batch)) counts[status] = number;
        return counts as DeliveryCounts;
      }),
    recordOf: async (endpointId) => explaining(path, () => recordOf(endpointId)),
    lastTime: async () => explaining(path, () => lastTime.get() ?? null),
  };
}

function toDelivery(row: DeliveryRow): Delivery {
  const { seq: _, ...delivery } = row;
  return delivery;
}

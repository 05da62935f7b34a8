import type Database from 'better-sqlite3';
import type { DeliveryStatus } from '../model/delivery.ts';
import { DELIVERY_STATUSES } from '../model/delivery.ts';
import { createDeliveryFacets } from './delivery-facets.ts';
import { createDeliveryList } from './delivery-list.ts';
import { createPublisher } from './delivery-publish.ts';
import { createDeliveryQueue } from './delivery-queue.ts';
import { createDeliveryRecord } from './delivery-record.ts';
import { createRetryRuns } from './delivery-retry.ts';
import { createDeliverySpans } from './delivery-spans.ts';
import { createEndpointTable } from './endpoints.ts';
import { explaining } from './errors.ts';
import type { GroupCommit } from './group-commit.ts';
import type { DeliveryCounts, DeliveryStore } from './store.ts';

/** Endpoints, events and attempts are tables of their own; a delivery's row is also its place in the queue. */
export function createDeliveryStore(db: Database.Database, commit: GroupCommit, path: string): DeliveryStore {
  const endpoints = createEndpointTable(db);
  const facets = createDeliveryFacets(db);
  const spans = createDeliverySpans(db);
  const deliveries = createDeliveryList(db, facets, spans);
  const publish = createPublisher(db, endpoints, facets, spans);
  const queue = createDeliveryQueue(db, endpoints);
  const retries = createRetryRuns(db, endpoints, facets, spans);
  const recordOf = createDeliveryRecord(db, facets);
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
       select max(latest) as at from delivery_spans
       union all select max(created_at) from (select created_at from events order by seq desc limit 100)
       union all select max(started_at + cast(ceil(duration_ms) as integer))
         from (select started_at, duration_ms from attempts order by seq desc limit 1000))`,
  );
  lastTime.pluck();

  return {
    publish: (event, plan) => commit.run(() => publish(event, plan)),
    claim: async (request) =>
      explaining(path, () => queue.recallQuiet(request)) ?? commit.run(() => queue.claim(request)),
    settle: (claim, attempt, decide) => commit.run(() => queue.settle(claim, attempt, decide)),
    release: (claims) => commit.run(() => queue.release(claims)),
    get: async (id) => explaining(path, () => deliveries.get(id)),
    body: async (id) => explaining(path, () => selectBody.get(id) ?? null),
    list: async (filter, page) => explaining(path, () => deliveries.page(filter, page)),
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

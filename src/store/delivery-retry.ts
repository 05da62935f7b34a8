import type Database from 'better-sqlite3';
import type { DeliveryStatus } from '../model/delivery.ts';
import type { DeliveryFacets } from './delivery-facets.ts';
import { boundsOf, filterParams, MATCHES } from './delivery-filter.ts';
import type { DeliverySpans } from './delivery-spans.ts';
import type { EndpointTable } from './endpoints.ts';
import type { DeliveryFilter, RetryAnswer, RetryRun } from './store.ts';

/** Retries by hand. Synchronous: meant to run inside transactions. */
export interface RetryRuns {
  one(id: string, now: number, batch: string): RetryAnswer;
  begin(selection: string, filter: DeliveryFilter, id: string, now: number): RetryRun;
  next(id: string, now: number): number;
  end(id: string): void;
}

/** Small, so that engines at work beside it never wait long for the write lock. */
const ROWS_PER_TRANSACTION = 500;
/** A run that was cut short longer ago is not taken up again: what matched it then is not what is meant now. In milliseconds. */
const RESUMED_FOR_MS = 86_400_000;

/** What a run takes up. */
const ENDED: readonly DeliveryStatus[] = ['failed', 'discarded', 'canceled'];

export function createRetryRuns(
  db: Database.Database,
  endpoints: EndpointTable,
  facets: DeliveryFacets,
  spans: DeliverySpans,
): RetryRuns {
  const selectOne = db.prepare<[string], { seq: number; status: string; isActive: number }>(
    `select d.seq, d.status, p.status = 'active' and p.deleted_at is null as isActive
     from deliveries d join endpoints p on p.seq = d.endpoint_seq where d.id = ?`,
  );
  // When the schedule's next attempt is due, where one waits.
  const scheduledAt = `case when status <> 'pending' then null when "trigger" = 'scheduled' then due_at else resume_at end`;
  // What the schedule would send now anyway is sent once, as the schedule's.
  const isDueAnyway = `coalesce(${scheduledAt} <= @now, 0)`;
  const makeDue = db.prepare(
    `update deliveries set status = 'pending', batch = @batch, finished_at = null, reason = null, due_at = @now,
       "trigger" = case when "trigger" = 'test' then 'test' when ${isDueAnyway} then 'scheduled' else 'manual' end,
       resume_at = iif(${isDueAnyway}, null, ${scheduledAt})
     where seq = @seq`,
  );
  const findRun = db.prepare<[string, number], { id: string; begunAt: number }>(
    'select id, begun_at as begunAt from retry_runs where selection = ? and done = 0 and begun_at >= ?',
  );
  const insertRun = db.prepare(
    'insert into retry_runs (id, selection, begun_at, filter) values (@id, @selection, @begunAt, @filter)',
  );
  const selectRun = db.prepare<[string], { filter: string; nextSeq: number }>(
    'select filter, next_seq as nextSeq from retry_runs where id = ?',
  );
  const moveOn = db.prepare('update retry_runs set next_seq = ? where id = ?');
  const end = db.prepare('update retry_runs set done = 1 where id = ?');

  // Of what the facets lead to.
  const fits = db.prepare<[object], number>(
    `select 1 from deliveries d cross join events v on v.seq = d.event_seq cross join endpoints p on p.seq = d.endpoint_seq
     where d.seq = @number and d."trigger" <> 'test' and ${MATCHES}`,
  );
  const ofEvent = db
    .prepare<[object], number>(
      `select d.seq from deliveries d indexed by deliveries_event cross join events v on v.seq = d.event_seq
         cross join endpoints p on p.seq = d.endpoint_seq
       where d.event_seq in (select seq from events where id = @event) and d.seq > @above and d.seq < @below
         and d.status in ('failed', 'discarded', 'canceled') and d."trigger" <> 'test' and p.status = 'active'
         and p.deleted_at is null and ${MATCHES}
       order by d.seq limit @limit`,
    )
    .pluck();

  /** The first of those that a run selects, from a number on. */
  function select(filter: DeliveryFilter, from: number): number[] {
    const params = filterParams(filter);
    if (params === null) return [];
    const { above, below } = boundsOf(filter, undefined, spans);
    let bounds = { above: Math.max(above, from - 1), below };
    if (filter.event !== undefined) {
      return ofEvent.all({ ...params, ...bounds, limit: ROWS_PER_TRANSACTION }) as number[];
    }
    const statuses = ENDED.filter((status) => filter.status === undefined || filter.status === status);
    for (;;) {
      const numbers = facets.walk({
        filter: params,
        isActive: true,
        statuses,
        bounds,
        order: 'oldest first',
        limit: ROWS_PER_TRANSACTION,
      });
      const fitting = numbers.filter((number) => fits.get({ ...params, number }) !== undefined);
      if (fitting.length > 0 || numbers.length < ROWS_PER_TRANSACTION) return fitting;
      bounds = { above: numbers.at(-1)!, below };
    }
  }

  return {
    one: (id, now, batch) => {
      endpoints.resume(now);
      const row = selectOne.get(id);
      if (row === undefined) return 'missing';
      if (row.status === 'sending') return 'sending';
      if (row.isActive === 0) return 'endpoint-not-active';
      makeDue.run({ seq: row.seq, now, batch });
      return 'due';
    },
    begin: (selection, filter, id, now) => {
      endpoints.resume(now);
      const unfinished = findRun.get(selection, now - RESUMED_FOR_MS);
      if (unfinished !== undefined) return { ...unfinished, resumed: true };
      insertRun.run({ id, selection, begunAt: now, filter: JSON.stringify(filter) });
      return { id, begunAt: now, resumed: false };
    },
    next: (id, now) => {
      const { filter, nextSeq } = selectRun.get(id)!;
      const rows = select(JSON.parse(filter) as DeliveryFilter, nextSeq);
      for (const seq of rows) makeDue.run({ seq, now, batch: id });
      if (rows.length > 0) moveOn.run(rows.at(-1)! + 1, id);
      return rows.length;
    },
    end: (id) => void end.run(id),
  };
}

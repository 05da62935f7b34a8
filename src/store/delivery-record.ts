import type Database from 'better-sqlite3';
import type { DeliveryFacets } from './delivery-facets.ts';
import { EVERYWHERE } from './bounds.ts';
import type { EndpointRecord } from './store.ts';

/** How many of the latest outcomes are counted. */
const LATEST = 100;

/** What came of an endpoint's latest deliveries. */
export function createDeliveryRecord(
  db: Database.Database,
  facets: DeliveryFacets,
): (endpointId: string) => EndpointRecord {
  const outcome = db.prepare<[number], { succeeded: number; isTest: number }>(
    `select status = 'succeeded' as succeeded, "trigger" = 'test' as isTest from deliveries where seq = ?`,
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

  /** Of the latest that are no tests. */
  function ended(endpoint: string): { succeeded: number; failed: number } {
    const count = { succeeded: 0, failed: 0 };
    const filter = { endpoint, provider: null, type: null, glob: null };
    let bounds = EVERYWHERE;
    for (;;) {
      const numbers = facets.walk({
        filter,
        statuses: ['succeeded', 'failed'],
        bounds,
        order: 'newest first',
        limit: LATEST,
      });
      for (const number of numbers) {
        const { succeeded, isTest } = outcome.get(number)!;
        if (isTest === 0) count[succeeded === 1 ? 'succeeded' : 'failed'] += 1;
        if (count.succeeded + count.failed === LATEST) return count;
      }
      if (numbers.length < LATEST) return count;
      bounds = { above: bounds.above, below: numbers.at(-1)! };
    }
  }

  return (endpointId) => ({
    ...ended(endpointId),
    waiting: waiting.get({ id: endpointId }) as number,
    retries: retried.get(endpointId) as number,
  });
}

import type Database from 'better-sqlite3';
import type { Delivery, DeliveryStatus, DeliveryTrigger } from '../model/delivery.ts';
import { DELIVERY_STATUSES } from '../model/delivery.ts';
import type { DeliveryFacets, FacetWalk } from './delivery-facets.ts';
import { boundsOf, filterParams, isInTime, MATCHES } from './delivery-filter.ts';
import type { DeliverySpans } from './delivery-spans.ts';
import type { DeliveryFilter, DeliveryPage, Page } from './store.ts';

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

/** Reads deliveries, one by one and in pages. */
export interface DeliveryList {
  get(id: string): Delivery | null;
  page(filter: DeliveryFilter, page: Page): DeliveryPage;
}

/** How many of the newest are looked at one by one before the facets are asked: what is common is found among them. */
const LOOKED_AT_FIRST = 1_000;

/**
 * Of each filter one condition decides where is looked, so that what is read is in proportion to what is found: an event has
 * few deliveries, few are being sent at a time, and facets lead to the rest. Without any of these the newest match.
 */
export function createDeliveryList(
  db: Database.Database,
  facets: DeliveryFacets,
  spans: DeliverySpans,
): DeliveryList {
  const selectOne = db.prepare<[string], DeliveryRow>(`${select()} where d.id = ?`);
  const selectBySeq = db.prepare<[number], DeliveryRow>(`${select()} where d.seq = ?`);
  const inOrder = `d.seq > @above and d.seq < @below and ${MATCHES} order by d.seq desc limit @limit`;
  const newest = db.prepare<[object], DeliveryRow>(`${select()} where ${inOrder}`);
  const ofEvent = db.prepare<[object], DeliveryRow>(
    `${select('indexed by deliveries_event')}
     where d.event_seq in (select seq from events where id = @event) and ${inOrder}`,
  );
  const lastNumber = db.prepare<[], number | null>('select max(seq) from deliveries').pluck();
  const sending = db.prepare<[object], DeliveryRow>(
    `${select('indexed by deliveries_sending')} where d.status = 'sending' and ${inOrder}`,
  );

  function rows(filter: DeliveryFilter, limit: number, cursor: string | undefined): DeliveryRow[] {
    const params = filterParams(filter);
    const bounds = boundsOf(filter, cursor, spans);
    if (params === null) return [];
    const all = { ...params, ...bounds, limit };
    const { event, endpoint, provider, type, status } = filter;
    if (event !== undefined) return ofEvent.all(all);
    if (status === 'sending') return sending.all(all);
    if (status === undefined && endpoint === undefined && provider === undefined && type === undefined) {
      return newest.all(all);
    }
    const top = Math.min(bounds.below, (lastNumber.get() ?? 0) + 1);
    const above = Math.max(bounds.above, top - LOOKED_AT_FIRST);
    const found = newest.all({ ...all, above });
    if (found.length === limit || above === bounds.above) return found;
    const rest = throughFacets(filter, {
      filter: params,
      statuses: status === undefined ? DELIVERY_STATUSES : [status],
      bounds: { ...bounds, below: above + 1 },
      order: 'newest first',
      limit: limit - found.length,
    });
    return [...found, ...rest];
  }

  /** At the ends of a span of time some do not match that lie between its bounds. */
  function throughFacets(filter: DeliveryFilter, walk: FacetWalk): DeliveryRow[] {
    const found: DeliveryRow[] = [];
    let { bounds } = walk;
    for (;;) {
      const numbers = facets.walk({ ...walk, bounds });
      for (const number of numbers) {
        const row = selectBySeq.get(number)!;
        if (isInTime(filter, row)) found.push(row);
      }
      if (found.length >= walk.limit || numbers.length < walk.limit) return found.slice(0, walk.limit);
      bounds = { above: bounds.above, below: numbers.at(-1)! };
    }
  }

  return {
    get: (id) => {
      const row = selectOne.get(id);
      return row === undefined ? null : toDelivery(row);
    },
    page: (filter, { limit, cursor }) => {
      const found = rows(filter, limit + 1, cursor);
      const more = found.length > limit;
      const shown = more ? found.slice(0, limit) : found;
      return { deliveries: shown.map(toDelivery), nextCursor: more ? String(shown.at(-1)!.seq) : null };
    },
  };
}

function select(index = ''): string {
  return `
    select d.seq, d.id, v.id as eventId, v.provider, v.event_type as eventType, p.id as endpointId, d.status,
      d."trigger", d.created_at as createdAt, iif(d.status = 'pending', d.due_at, null) as nextAttemptAt,
      d.finished_at as finishedAt, d.attempts, d.interruptions, d.reason
    from deliveries d ${index} cross join events v on v.seq = d.event_seq
      cross join endpoints p on p.seq = d.endpoint_seq`;
}

function toDelivery(row: DeliveryRow): Delivery {
  const { seq: _, ...delivery } = row;
  return delivery;
}

import type Database from 'better-sqlite3';
import type { DeliveryStatus } from '../model/delivery.ts';
import type { Bounds } from './bounds.ts';

/** What filters select facets by; null selects all. */
export interface FacetFilter {
  readonly endpoint: string | null;
  readonly provider: string | null;
  readonly type: string | null;
  readonly glob: string | null;
}

export interface FacetWalk {
  readonly filter: FacetFilter;
  /** Only what goes to endpoints that are active. */
  readonly isActive?: boolean;
  readonly statuses: readonly DeliveryStatus[];
  readonly bounds: Bounds;
  readonly order: 'newest first' | 'oldest first';
  readonly limit: number;
}

/**
 * What is common to the deliveries of one event type to one endpoint has a number, a facet: there are few of them. One index of
 * facet and status serves every combination of filters, the rarest as quickly as the most common.
 */
export interface DeliveryFacets {
  /** The facet's number, found or made. Synchronous: meant to run inside a transaction. */
  of(endpointSeq: number, eventType: string | null): number;
  /** Numbers of deliveries in the wanted order. */
  walk(walk: FacetWalk): number[];
}

/** Deliveries of one facet and status, with the first of them in the wanted order. */
interface Lane {
  readonly facet: number;
  readonly status: DeliveryStatus;
  readonly head: number | null;
}

export function createDeliveryFacets(db: Database.Database): DeliveryFacets {
  const find = db
    .prepare<[number, string | null], number>(
      'select seq from delivery_facets where endpoint_seq = ? and event_type is ?',
    )
    .pluck();
  const insert = db.prepare<[number, string | null]>(
    'insert into delivery_facets (endpoint_seq, event_type) values (?, ?)',
  );
  const descending = prepareWalk(db, 'desc');
  const ascending = prepareWalk(db, 'asc');

  return {
    of: (endpointSeq, eventType) =>
      (find.get(endpointSeq, eventType) as number | undefined) ??
      Number(insert.run(endpointSeq, eventType).lastInsertRowid),
    walk: ({ order, ...walk }) => (order === 'newest first' ? descending : ascending)(walk),
  };
}

/** Looks at the first delivery of every lane, then merges those lanes whose first ones come first. */
function prepareWalk(
  db: Database.Database,
  order: 'desc' | 'asc',
): (walk: Omit<FacetWalk, 'order'>) => number[] {
  const within = `d.facet = f.seq and d.status = s.value and d.seq > @above and d.seq < @below`;
  const lanes = db.prepare<[object], Lane>(
    `select f.seq as facet, s.value as status, (select ${order === 'desc' ? 'max' : 'min'}(d.seq) from deliveries d where ${within}) as head
     from json_each(@statuses) s cross join endpoints p cross join delivery_facets f on f.endpoint_seq = p.seq
     where (@endpoint is null or p.id = @endpoint) and (@provider is null or p.provider = @provider)
       and (@isActive = 0 or (p.status = 'active' and p.deleted_at is null))
       and (@type is null or f.event_type = @type) and (@glob is null or f.event_type glob @glob)
     order by head ${order} nulls last limit @limit`,
  );
  const rows = db
    .prepare<[object], number>(
      `select seq from deliveries where facet = @facet and status = @status and seq > @above and seq < @below
       order by seq ${order} limit @limit`,
    )
    .pluck();

  return ({ filter, isActive = false, statuses, bounds, limit }) => {
    const heads = lanes.all({
      ...filter,
      ...bounds,
      isActive: Number(isActive),
      statuses: JSON.stringify(statuses),
      limit,
    });
    let found: number[] = [];
    let { above, below } = bounds;
    for (const { facet, status, head } of heads) {
      // What the rest of the lanes begin with comes after all that is wanted.
      if (head === null || head <= above || head >= below) break;
      found.push(...(rows.all({ facet, status, above, below, limit }) as number[]));
      if (found.length < 2 * limit) continue;
      found = first(found);
      if (order === 'desc') above = found.at(-1)!;
      else below = found.at(-1)!;
    }
    return first(found);

    function first(numbers: number[]): number[] {
      return numbers.sort((a, b) => (order === 'desc' ? b - a : a - b)).slice(0, limit);
    }
  };
}

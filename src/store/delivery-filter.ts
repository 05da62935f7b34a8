import type { Delivery } from '../model/delivery.ts';
import type { FacetFilter } from './delivery-facets.ts';
import { parseCursor, type Bounds } from './bounds.ts';
import type { DeliverySpans } from './delivery-spans.ts';
import { globPattern } from './glob.ts';
import type { DeliveryFilter } from './store.ts';

/** A filter as SQL's parameters; null stands for what is left out. */
export interface FilterParams extends FacetFilter {
  readonly status: string | null;
  readonly event: string | null;
  readonly since: number | null;
  readonly until: number | null;
}

/** Null where nothing can match. */
export function filterParams(filter: DeliveryFilter): FilterParams | null {
  const { endpoint = null, provider = null, event = null, status = null, type = null } = filter;
  const { since = null, until = null } = filter;
  const isPattern = type?.includes('*') === true;
  const glob = isPattern ? globPattern(type) : null;
  if (isPattern && glob === null) return null;
  return { endpoint, provider, type: isPattern ? null : type, glob, status, event, since, until };
}

/** That a delivery `d` with its event `v` and endpoint `p` matches. No index serves this: it goes with a walk that one does. */
export const MATCHES = `(@endpoint is null or p.id = @endpoint) and (@provider is null or v.provider = @provider)
  and (@type is null or v.event_type = @type) and (@glob is null or v.event_type glob @glob)
  and (@status is null or d.status = @status)
  and (@since is null or d.created_at >= @since) and (@until is null or d.created_at < @until)`;

export function isInTime(
  { since, until }: DeliveryFilter,
  { createdAt }: Pick<Delivery, 'createdAt'>,
): boolean {
  return (since === undefined || createdAt >= since) && (until === undefined || createdAt < until);
}

/** Between which numbers what matches lies, on the page that a cursor begins. */
export function boundsOf(
  { since, until }: DeliveryFilter,
  cursor: string | undefined,
  spans: DeliverySpans,
): Bounds {
  const { above, below } = spans.find(since, until);
  return { above, below: cursor === undefined ? below : Math.min(below, parseCursor(cursor)) };
}

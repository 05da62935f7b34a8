import { UsageError } from '../errors.ts';
import { globPattern } from './glob.ts';
import type { DeliveryFilter } from './store.ts';

/** Statuses that an index holds: those of which there are few. */
const INDEXED = new Set(['failed', 'discarded', 'canceled']);

/** That a delivery has one of them, in the very words of the index, without which it is not seen to fit. */
export const ENDED = `d.status in ('failed', 'discarded', 'canceled')`;

/** A filter as a condition over deliveries `d`, events `v` and endpoints `p`. */
export function compileDeliveryFilter(
  filter: DeliveryFilter,
  cursor?: string,
): { readonly where: string; readonly params: Readonly<Record<string, string | number>> } {
  const conditions: string[] = [];
  const params: Record<string, string | number> = {};
  const add = (condition: string, name: string, value: string | number): void => {
    conditions.push(condition);
    params[name] = value;
  };
  const { endpoint, event, provider, type, status, since, until } = filter;
  if (cursor !== undefined) add('d.seq < @cursor', 'cursor', parseCursor(cursor));
  const isRare = status !== undefined && INDEXED.has(status);
  if (endpoint !== undefined) {
    // The sign keeps SQLite from the index over all that an endpoint ever got, where there is a better one.
    const column = isRare ? '+d.endpoint_seq' : 'd.endpoint_seq';
    add(`${column} = (select seq from endpoints where id = @endpoint)`, 'endpoint', endpoint);
  }
  if (event !== undefined) add('d.event_seq in (select seq from events where id = @event)', 'event', event);
  if (provider !== undefined) add('v.provider = @provider', 'provider', provider);
  if (type !== undefined) {
    const glob = globPattern(type);
    if (!type.includes('*')) add('v.event_type = @type', 'type', type);
    else if (glob === null) conditions.push('false');
    else add('v.event_type glob @type', 'type', glob);
  }
  if (status !== undefined) {
    add('d.status = @status', 'status', status);
    if (isRare) conditions.push(ENDED);
  }
  // Numbers follow the time of creation roughly: the rows of a span of time lie together, and the index tells where.
  const bounds = [
    ...(since === undefined ? [] : ['created_at >= @since']),
    ...(until === undefined ? [] : ['created_at < @until']),
  ];
  const span = `from deliveries indexed by deliveries_created_at where ${bounds.join(' and ')}`;
  if (since !== undefined) add(`d.seq >= (select min(seq) ${span})`, 'since', since);
  if (until !== undefined) add(`d.seq <= (select max(seq) ${span})`, 'until', until);
  for (const bound of bounds) conditions.push(`+d.${bound}`);
  return { where: conditions.length === 0 ? 'true' : conditions.join(' and '), params };
}

function parseCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) {
    throw new UsageError(`"${cursor}" is not a cursor`, 'take the nextCursor of the page before');
  }
  return Number(cursor);
}

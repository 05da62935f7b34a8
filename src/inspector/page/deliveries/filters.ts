import type { DeliveryQuery } from '../../contract.ts';

const NAMES = ['status', 'endpoint', 'provider', 'type', 'event', 'since', 'until'] as const;

/** The filters that the address bar holds; the rest of it is no filter. */
export function filtersOf(params: Readonly<Record<string, string>>): DeliveryQuery {
  return Object.fromEntries(NAMES.flatMap((name) => (params[name] ? [[name, params[name]]] : [])));
}

/** All filters as parameters that take them away. */
export const NO_FILTERS: Readonly<Record<string, undefined>> = Object.fromEntries(
  NAMES.map((name) => [name, undefined]),
);

/** Statuses that many are retried from, and canceled from; the first where the filters leave it open. */
export const RETRIED = ['failed', 'discarded', 'canceled'] as const;
export const CANCELED = ['pending'] as const;

/**
 * Which deliveries an action takes, in words: `failed deliveries to https://app/hook of deal.won`. Null where the filters leave it
 * none.
 */
export function subject(
  query: DeliveryQuery,
  statuses: readonly string[],
  urlOf: (id: string) => string,
): string | null {
  const status = query.status ?? statuses[0]!;
  if (!statuses.includes(status)) return null;
  const parts = [
    `${status} deliveries`,
    query.provider && `of ${query.provider}`,
    query.endpoint && `to ${urlOf(query.endpoint)}`,
    query.type && `of type ${query.type}`,
    query.event && `of event ${query.event}`,
    query.since && `made since ${agoText(query.since)}`,
    query.until && `made before ${agoText(query.until)}`,
  ];
  return parts.filter(Boolean).join(' ');
}

/** `2h` is a time ago; others are dates. */
function agoText(text: string): string {
  return /^[\d.]+(ms|s|m|h|d|w)$/.test(text) ? `${text} ago` : text;
}

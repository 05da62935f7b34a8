import type { CaptureQuery } from '../../contract.ts';

export const FILTERS = [
  'text',
  'provider',
  'type',
  'verdict',
  'status',
  'method',
  'path',
  'since',
  'until',
] as const satisfies readonly (keyof CaptureQuery)[];

/** The filters that stand behind "More". */
export const FURTHER = ['type', 'status', 'method', 'path', 'since', 'until'] as const;

/** The filters among the parameters of a place. Blank ones are none. */
export function filtersOf(params: Readonly<Record<string, string>>): CaptureQuery {
  return Object.fromEntries(
    FILTERS.map((name) => [name, params[name]?.trim() ?? ''] as const).filter(([, value]) => value !== ''),
  );
}

/** The same text for the same filters. */
export function filterKey(query: CaptureQuery): string {
  return JSON.stringify(FILTERS.map((name) => query[name] ?? ''));
}

export function hasFilters(query: CaptureQuery): boolean {
  return Object.keys(query).length > 0;
}

/** Parameters that take all filters away. */
export function withoutFilters(): Record<string, undefined> {
  return Object.fromEntries(FILTERS.map((name) => [name, undefined]));
}

/** `1,234 captures`, `100,000+ captures`, `1 capture`. */
export function countText({ total, isMore }: { readonly total: number; readonly isMore: boolean }): string {
  // Grouped by hand: the browser's own way takes 50 ms the first time, and this is the first thing on the page.
  const grouped = String(total).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${grouped}${isMore ? '+' : ''} capture${total === 1 && !isMore ? '' : 's'}`;
}

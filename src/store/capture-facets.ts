import type { Bounds } from './bounds.ts';
import { globPattern } from './glob.ts';
import type { Prepared } from './prepared.ts';
import type { CaptureFilter, NewCapture } from './store.ts';

/**
 * What is common to many captures has a number, a facet: method, provider, event type and verdict together. There are few of
 * them, and one index of facets serves every combination of filters on these, the rarest as quickly as the most common.
 */
export interface CaptureFacets {
  /** The number of a capture's facet, found or made. To be called in a transaction. */
  of(capture: Pick<NewCapture, 'method' | 'provider' | 'eventType' | 'verdict'>): number;
  /** The numbers of those that a filter selects; null where it selects by none of them, or selects too many to name. */
  named(filter: CaptureFilter): readonly number[] | null;
  /** The numbers of captures, newest first. The filter's other conditions are not looked at. */
  walk(filter: CaptureFilter, bounds: Bounds, limit: number): number[];
}

/** A condition on `capture_facets` as `f`, with its parameters. */
export interface FacetCondition {
  readonly sql: string;
  readonly params: Readonly<Record<string, string>>;
}

interface Lane {
  readonly facet: number;
  readonly head: number | null;
}

/** A search for words asks for any of them. */
const MOST_NAMED = 32;

export function createCaptureFacets(prepared: Prepared): CaptureFacets {
  const values = 'method, provider, event_type, verdict_ok, verdict_reason';
  const find = prepared(
    `select seq from capture_facets where method = @method and provider is @provider and event_type is @eventType
       and verdict_ok is @ok and verdict_reason is @reason`,
  ).pluck();
  const insert = prepared(
    `insert into capture_facets (${values}) values (@method, @provider, @eventType, @ok, @reason)`,
  );

  return {
    of: ({ method, provider, eventType, verdict }) => {
      const ok = verdict === null ? null : Number(verdict.ok);
      const facet = { method, provider, eventType, ok, reason: verdict?.reason ?? null };
      return (find.get(facet) as number | undefined) ?? Number(insert.run(facet).lastInsertRowid);
    },
    named: (filter) => {
      const condition = facetCondition(filter);
      if (condition === null) return null;
      const found = prepared(
        `select f.seq from capture_facets f where ${condition.sql} limit ${MOST_NAMED + 1}`,
      )
        .pluck()
        .all(condition.params) as number[];
      return found.length > MOST_NAMED ? null : found;
    },
    walk: (filter, bounds, limit) => {
      const { sql, params } = facetCondition(filter) ?? { sql: 'true', params: {} };
      const lanes = prepared(
        `select f.seq as facet, (
             select max(l.seq) from capture_list l where l.facet = f.seq and l.seq > @above and l.seq < @below) as head
           from capture_facets f where ${sql} order by head desc nulls last limit @limit`,
      ).all({ ...params, ...bounds, limit }) as Lane[];
      const rows = prepared(
        'select seq from capture_list where facet = @facet and seq > @above and seq < @below order by seq desc limit @limit',
      ).pluck();
      let found: number[] = [];
      let { above } = bounds;
      for (const { facet, head } of lanes) {
        // What the rest of the lanes begin with comes after all that was found.
        if (head === null || head <= above) break;
        const more = rows.all({ facet, above, below: bounds.below, limit }) as number[];
        found = [...found, ...more].sort((a, b) => b - a).slice(0, limit);
        if (found.length === limit) above = found.at(-1)!;
      }
      return found;
    },
  };
}

/** What a filter asks of facets; null where it asks nothing of them. */
export function facetCondition(filter: CaptureFilter): FacetCondition | null {
  const { provider, type, verdict, method } = filter;
  const conditions: string[] = [];
  const params: Record<string, string> = {};
  if (provider !== undefined) {
    conditions.push('f.provider = @provider');
    params['provider'] = provider;
  }
  if (type !== undefined) {
    const isPattern = type.includes('*');
    const value = isPattern ? globPattern(type) : type;
    conditions.push(value === null ? 'false' : `f.event_type ${isPattern ? 'glob' : '='} @type`);
    if (value !== null) params['type'] = value;
  }
  if (method !== undefined) {
    conditions.push('f.method = @method');
    params['method'] = method.toUpperCase();
  }
  if (verdict === 'ok') conditions.push('f.verdict_ok = 1');
  else if (verdict === 'failed') conditions.push('f.verdict_ok = 0');
  else if (verdict === 'none') conditions.push('f.verdict_ok is null');
  else if (verdict !== undefined) {
    conditions.push('f.verdict_reason = @verdict');
    params['verdict'] = verdict;
  }
  return conditions.length === 0 ? null : { sql: conditions.join(' and '), params };
}

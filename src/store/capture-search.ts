import { EVERYWHERE, type Bounds } from './bounds.ts';
import { facetCondition, type CaptureFacets } from './capture-facets.ts';
import { compileFilter, pathRange, type CompiledFilter } from './capture-filter.ts';
import type { CaptureSpans } from './capture-spans.ts';
import type { Prepared } from './prepared.ts';
import type { CaptureFilter } from './store.ts';

/** Finds captures' numbers, newest first. */
export interface CaptureSearch {
  /** The first that match below a number, or all of the first after an offset. */
  seqs(
    filter: CaptureFilter,
    span: { readonly below?: number; readonly offset?: number; readonly limit: number },
  ): number[];
  /** How many match, counted up to a limit. */
  count(filter: CaptureFilter, most: number): number;
}

/** Captures of so few paths are all looked at and put in order; of fewer, where each has to be searched for words. */
const RARE = 5_000;
const RARE_AND_SEARCHED = 500;
/** How far facets are followed one by one. Who asks for more reads all captures through in their order. */
const LONGEST_WALK = 2_000;
const SMALLEST_BATCH = 200;
const LARGEST_BATCH = 20_000;
/** How many captures show whether a word is common, and how many may be looked through for it. */
const SAMPLE = 20;
const LONGEST_LOOK = 400;

export function createCaptureSearch(
  prepared: Prepared,
  facets: CaptureFacets,
  spans: CaptureSpans,
): CaptureSearch {
  /** Whether the index of paths leads to what matches soonest. */
  function isRarePath({ path, text }: CaptureFilter): boolean {
    if (path === undefined) return false;
    const most = text === undefined ? RARE : RARE_AND_SEARCHED;
    const counted = prepared(
      'select count(*) from (select 1 from captures where path >= @path and path < @pathEnd limit @most)',
    );
    return (counted.pluck().get({ ...pathRange(path), most: most + 1 }) as number) <= most;
  }

  function compile(
    filter: CaptureFilter,
    bounds: Bounds,
    isOrdered: boolean,
    isRare: boolean,
  ): CompiledFilter {
    const named = filter.text === undefined ? null : facets.named(filter);
    return compileFilter(filter, { bounds, isOrdered, facets: named, isRarePath: isRare });
  }

  /** Whether the index of facets leads to what matches soonest, where that of paths does not. */
  function isByFacet(filter: CaptureFilter): boolean {
    const { text, status } = filter;
    if (facetCondition(filter) === null || text !== undefined) return false;
    return status === undefined || status.startsWith('2');
  }

  function byFacet(filter: CaptureFilter, bounds: Bounds, limit: number): number[] {
    const { provider: _, type: __, verdict: ___, method: ____, ...rest } = filter;
    const isMore = Object.values(rest).some((value) => value !== undefined);
    if (!isMore) return facets.walk(filter, bounds, limit);
    const found: number[] = [];
    let { below } = bounds;
    let size = Math.max(limit, SMALLEST_BATCH);
    while (found.length < limit) {
      const batch = facets.walk(filter, { ...bounds, below }, size);
      found.push(...matching(batch, rest));
      if (batch.length < size) break;
      below = batch.at(-1)!;
      size = Math.min(2 * size, LARGEST_BATCH);
    }
    return found.slice(0, limit);
  }

  /**
   * Among captures that are not the newest, FTS5 finds a word by going through all that have it and are newer. Where nearly every
   * capture has it, looking at the next few is quicker. Null where too few of them have it.
   */
  function byLooking(filter: CaptureFilter, bounds: Bounds, limit: number): number[] | null {
    const { text: _, ...rest } = filter;
    const sample = seqs(rest, bounds, { offset: 0, limit: SAMPLE });
    const share = matching(sample, filter).length / SAMPLE;
    const size = Math.ceil((limit / share) * 2);
    if (size > LONGEST_LOOK) return null;
    const found = matching(seqs(rest, bounds, { offset: 0, limit: size }), filter);
    return found.length < limit ? null : found.slice(0, limit);
  }

  /** Those of some numbers that pass a filter. */
  function matching(numbers: readonly number[], filter: CaptureFilter): number[] {
    const facts = { bounds: null, isOrdered: true, facets: null, isRarePath: false };
    const { from, where, seq, params } = compileFilter(filter, facts);
    return prepared(
      `select ${seq} from json_each(@seqs) s cross join ${from} where ${seq} = s.value and ${where} order by s.key`,
    )
      .pluck()
      .all({ ...params, seqs: JSON.stringify(numbers) }) as number[];
  }

  function boundsOf({ since, until }: CaptureFilter, below = EVERYWHERE.below): Bounds {
    const bounds = since === undefined && until === undefined ? EVERYWHERE : spans.find(since, until);
    return { ...bounds, below: Math.min(bounds.below, below) };
  }

  function seqs(
    filter: CaptureFilter,
    bounds: Bounds,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): number[] {
    const isRare = isRarePath(filter);
    if (!isRare && offset + limit <= LONGEST_WALK && isByFacet(filter)) {
      return byFacet(filter, bounds, offset + limit).slice(offset);
    }
    if (!isRare && filter.text !== undefined && offset === 0 && bounds.below < EVERYWHERE.below) {
      const found = byLooking(filter, bounds, limit);
      if (found !== null) return found;
    }
    const { from, where, seq, params } = compile(filter, bounds, true, isRare);
    return prepared(
      `select ${seq} from ${from} where ${where} order by ${seq} desc limit @limit offset @offset`,
    )
      .pluck()
      .all({ ...params, limit, offset }) as number[];
  }

  return {
    seqs: (filter, { below, offset = 0, limit }) => seqs(filter, boundsOf(filter, below), { offset, limit }),
    count: (filter, most) => {
      const { from, where, params } = compile(filter, boundsOf(filter), false, isRarePath(filter));
      return prepared(`select count(*) from (select 1 from ${from} where ${where} limit @most)`)
        .pluck()
        .get({ ...params, most }) as number;
    },
  };
}

import type { CaptureSummary } from '../model/capture.ts';
import type { CaptureStore } from '../store/store.ts';

/** Mostly there are few; where there are more, there may be very many. */
const FIRST_PAGE = 50;
const NEXT_PAGES = 1_000;

/**
 * Tells at each call which captures, received from `since` on, are new to it: in groups, the newest group first, oldest first
 * within a group. A store lists captures in the order of their commits, so what stands before one that is known is new, though
 * its id and its time of receipt may be older.
 */
export function createNews(
  captures: Pick<CaptureStore, 'list'>,
  since: number,
): () => AsyncGenerator<readonly CaptureSummary[], void> {
  const known = new Set<string>();
  return async function* news() {
    let cursor: string | undefined;
    do {
      const limit = cursor === undefined ? FIRST_PAGE : NEXT_PAGES;
      const page = await captures.list({ since }, { limit, cursor });
      const old = page.captures.findIndex(({ id }) => known.has(id));
      const fresh = old === -1 ? page.captures : page.captures.slice(0, old);
      for (const { id } of fresh) known.add(id);
      cursor = old === -1 ? (page.nextCursor ?? undefined) : undefined;
      if (fresh.length > 0) yield fresh.toReversed();
    } while (cursor !== undefined);
  };
}

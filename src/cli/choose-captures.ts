import { UsageError } from '../errors.ts';
import type { CaptureFilterText } from '../store/filter-text.ts';
import type { CaptureFilter, Store } from '../store/store.ts';
import { readFilter } from './capture-filter.ts';
import type { Context } from './context.ts';
import { hasFilters, parseInteger } from './options.ts';
import { findCapture, pickCapture } from './pick.ts';

export interface ChoiceOptions extends CaptureFilterText {
  readonly last?: string;
  readonly search?: string;
}

/** Ids in the order in which they are to be sent. Read in full before the first is sent: sending may make new captures. */
export async function chooseCaptures(
  context: Context,
  store: Store,
  options: ChoiceOptions,
  names: readonly string[],
): Promise<readonly string[]> {
  const filter: CaptureFilter = {
    ...(await readFilter(context, options)),
    ...(options.search === undefined ? {} : { text: options.search }),
  };
  if (names.length > 0) {
    if (options.last !== undefined || hasFilters(filter)) {
      throw new UsageError('either captures by name, or --last and filters', 'leave one of them out');
    }
    const ids: string[] = [];
    for (const name of names) ids.push((await findCapture(store, name)).id);
    return ids;
  }
  if (options.last === undefined && !hasFilters(filter)) {
    return [(await pickCapture(context, store, undefined)).id];
  }
  const most =
    options.last === undefined
      ? Number.POSITIVE_INFINITY
      : parseInteger(options.last, '--last', 1, 1_000_000);
  const chosen = await newestIds(store, filter, most);
  if (chosen.length === 0) context.note('no capture matches');
  return chosen.reverse();
}

async function newestIds(store: Store, filter: CaptureFilter, most: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(1_000, most - ids.length);
    const page = await store.captures.list(filter, { limit, cursor });
    ids.push(...page.captures.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && ids.length < most);
  return ids;
}

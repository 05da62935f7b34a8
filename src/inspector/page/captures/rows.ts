import type { CaptureItem, CaptureWindow } from '../../contract.ts';

/** What is known of a list that is far longer than what is loaded of it. */
export interface Rows {
  readonly total: number;
  readonly isMore: boolean;
  /** By position, newest first: those around what is in view. */
  readonly items: ReadonlyMap<number, CaptureItem>;
}

export interface Update {
  readonly rows: Rows;
  /** By how many positions the captures moved that were there before. */
  readonly moved: number;
  /** Ids of the captures at the top that were not there before. */
  readonly fresh: readonly string[];
}

const STEP = 50;
const MARGIN = 25;
/** How far from a loaded window rows are kept. */
const KEPT = 150;

/** The window to load for the rows in view: it stays the same while they move a little. */
export function windowFor(first: number, last: number): { readonly offset: number; readonly limit: number } {
  const offset = Math.max(0, Math.floor((first - MARGIN) / STEP) * STEP);
  return { offset, limit: Math.ceil((last + 1 + MARGIN) / STEP) * STEP - offset };
}

/**
 * Takes in a loaded window. Captures are found again by their ids, so that what was in view can be kept in view when newer ones
 * arrived; `anchor` is the position of the row that matters most.
 */
export function applyWindow(before: Rows | null, loaded: CaptureWindow, anchor: number): Update {
  const { offset, captures, total, isMore } = loaded;
  const moved = before === null ? 0 : movement(before, loaded, anchor);
  const items = new Map<number, CaptureItem>();
  const present = new Set(captures.map(({ id }) => id));
  for (const [position, item] of before?.items ?? []) {
    const now = position + moved;
    const isNear = now >= offset - KEPT && now < offset + captures.length + KEPT && now < total;
    if (now >= 0 && isNear && !present.has(item.id)) items.set(now, item);
  }
  for (const [index, item] of captures.entries()) items.set(offset + index, item);
  const fresh =
    before === null || offset > 0 ? [] : captures.slice(0, Math.max(0, moved)).map(({ id }) => id);
  return { rows: { total, isMore, items }, moved, fresh };
}

function movement(before: Rows, { offset, captures, total, isMore }: CaptureWindow, anchor: number): number {
  const anchored = before.items.get(anchor);
  const oldest = captures.at(-1);
  // More arrived at once than a window holds: what stood at the anchor, as ids sort by time, is still further down.
  const isBeyond =
    anchored !== undefined && oldest !== undefined && offset <= anchor && oldest.id > anchored.id;
  const arrived = total - before.total;
  if (isBeyond) return isMore || before.isMore ? Math.max(0, offset + captures.length - anchor) : arrived;
  return nearestMovement(before, offset, captures, anchor) ?? (isMore || before.isMore ? 0 : arrived);
}

/** How far the captures went that are in both; of them, the one nearest to the anchor counts. */
function nearestMovement(
  before: Rows,
  offset: number,
  captures: readonly CaptureItem[],
  anchor: number,
): number | null {
  const now = new Map(captures.map(({ id }, index) => [id, offset + index]));
  let moved: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [position, { id }] of before.items) {
    const next = now.get(id);
    const distance = Math.abs(position - anchor);
    if (next === undefined || distance >= least) continue;
    least = distance;
    moved = next - position;
  }
  return moved;
}

export function positionOf({ items }: Rows, id: string): number | null {
  for (const [position, item] of items) if (item.id === id) return position;
  return null;
}

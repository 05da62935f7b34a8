/** How far a list is scrolled, and how much of it is in view, in pixels. */
export interface View {
  readonly top: number;
  readonly height: number;
}

/** Rows from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `nearest` moves no further than needed. */
export type Align = 'nearest' | 'center';

/** Rows that are in the page though they are out of view, so that scrolling shows no gaps. */
const AROUND = 8;

export function spanOf({ top, height }: View, count: number, rowHeight: number): Span {
  const start = Math.max(0, Math.min(Math.floor(top / rowHeight) - AROUND, count));
  return { start, end: Math.min(count, Math.ceil((top + height) / rowHeight) + AROUND) };
}

/** Where to scroll to so that a row is in view. */
export function topFor(index: number, align: Align, { top, height }: View, rowHeight: number): number {
  const begin = index * rowHeight;
  if (align === 'center') return Math.max(0, begin - (height - rowHeight) / 2);
  return Math.max(begin + rowHeight - height, Math.min(top, begin));
}

import { UsageError } from '../errors.ts';

/** Rows' numbers between two, both left out. */
export interface Bounds {
  readonly above: number;
  readonly below: number;
}

/** Numbers begin at 1. */
export const EVERYWHERE: Bounds = { above: 0, below: Number.MAX_SAFE_INTEGER };

/**
 * The number below which the page that a cursor begins lies.
 * @throws {UsageError} where it is no cursor.
 */
export function parseCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) {
    throw new UsageError(`"${cursor}" is not a cursor`, 'take the nextCursor of the page before');
  }
  return Number(cursor);
}

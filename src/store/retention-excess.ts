import type Database from 'better-sqlite3';

/** Tells which rows of a table are more than are kept. */
export interface Excess {
  /** The number of the last row that is too many; 0 where none is. */
  through(most: number | undefined): number;
  /** What was too many is gone, as far as it can go. */
  settle(): void;
}

/** So many more than are kept there may be before they are counted again: one in a hundred. */
const SLACK = 100;

/**
 * Counting takes a while where there are many rows. Numbers only ever grow: until so many have come as there was room for, nothing
 * has to be counted.
 */
export function createExcess(db: Database.Database, table: 'capture_list' | 'events'): Excess {
  const count = db.prepare<[], number>(`select count(*) from ${table}`).pluck();
  const newest = db.prepare<[], number | null>(`select max(seq) from ${table}`).pluck();
  const nth = db.prepare<[number], number>(`select seq from ${table} order by seq limit 1 offset ?`).pluck();
  let known = 0;
  let kept: number | undefined;
  let lookAt = 0;

  return {
    through: (most) => {
      if (most !== kept) [kept, known, lookAt] = [most, 0, 0];
      if (most === undefined) return 0;
      const last = newest.get() ?? 0;
      if (known > 0 || last < lookAt) return known;
      const total = count.get() as number;
      known = total > most ? ((nth.get(total - most - 1) as number | undefined) ?? 0) : 0;
      lookAt = last + Math.max(most - total, Math.floor(most / SLACK)) + 1;
      return known;
    },
    settle: () => {
      known = 0;
    },
  };
}

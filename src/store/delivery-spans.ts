import type Database from 'better-sqlite3';
import { EVERYWHERE, type Bounds } from './bounds.ts';

/** How many numbers of deliveries make a span. */
const SPAN = 1_024;

/**
 * The earliest and the latest time of creation of each thousand deliveries. Numbers follow the time roughly, so a span of time
 * is found by looking at a thousandth of them; an index of the times would cost an entry for each delivery, and to find the
 * first number in it, it would have to be read through.
 */
export interface DeliverySpans {
  /** Takes in deliveries that were created at a time, by the first and the last of their numbers. */
  record(first: number, last: number, createdAt: number): void;
  /** Bounds of all that were created from `since` and before `until`, and of some that were not. */
  find(since: number | undefined, until: number | undefined): Bounds;
}

export function createDeliverySpans(db: Database.Database): DeliverySpans {
  const widen = db.prepare<[number, number, number]>(
    `insert into delivery_spans (number, earliest, latest) values (?, ?, ?)
     on conflict do update set earliest = min(earliest, excluded.earliest), latest = max(latest, excluded.latest)
     where excluded.earliest < earliest or excluded.latest > latest`,
  );
  const first = db
    .prepare<[number], number>('select number from delivery_spans where latest >= ? order by number limit 1')
    .pluck();
  const last = db
    .prepare<[number], number>(
      'select number from delivery_spans where earliest < ? order by number desc limit 1',
    )
    .pluck();

  return {
    record: (from, to, createdAt) => {
      for (let span = Math.floor(from / SPAN); span <= Math.floor(to / SPAN); span += 1) {
        widen.run(span, createdAt, createdAt);
      }
    },
    find: (since, until) => {
      const begin = since === undefined ? 0 : ((first.get(since) as number | undefined) ?? Infinity);
      const end = until === undefined ? Infinity : ((last.get(until) as number | undefined) ?? -1);
      if (begin > end) return { above: 0, below: 0 };
      return {
        above: begin * SPAN - 1,
        below: Number.isFinite(end) ? (end + 1) * SPAN : EVERYWHERE.below,
      };
    },
  };
}

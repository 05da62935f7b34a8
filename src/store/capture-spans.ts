import type Database from 'better-sqlite3';
import { EVERYWHERE, type Bounds } from './bounds.ts';

/** How many numbers of captures make a span. */
const SPAN = 1_024;

/**
 * The earliest and the latest time of receipt of each full thousand of captures. Numbers follow the time roughly, so a span of
 * time is found by looking at a thousandth of them; an index of the times would cost an entry for each capture, and to find the
 * first number in it, it would have to be read through.
 */
export interface CaptureSpans {
  /** To be called for each capture that is added, in its transaction: where it begins a span, the one before it is full. */
  record(seq: number): void;
  /** Bounds of all that were received from `since` and before `until`, and of some that were not. */
  find(since: number | undefined, until: number | undefined): Bounds;
}

export function createCaptureSpans(db: Database.Database): CaptureSpans {
  const insert = db.prepare<[number, number, number]>(
    `insert into capture_spans
     select ?, min(received_at), max(received_at) from capture_list where seq >= ? and seq < ? having count(*) > 0`,
  );
  const next = db.prepare<[], number>('select coalesce(max(number) + 1, 0) from capture_spans').pluck();
  const first = db
    .prepare<[number], number>('select number from capture_spans where latest >= ? order by number limit 1')
    .pluck();
  const last = db
    .prepare<[number], number>(
      'select number from capture_spans where earliest < ? order by number desc limit 1',
    )
    .pluck();
  const isInRest = db
    .prepare<[number, number], number>(
      'select exists (select 1 from capture_list where seq >= ? and received_at < ?)',
    )
    .pluck();

  return {
    record: (seq) => {
      if (seq % SPAN === 0) insert.run(seq / SPAN - 1, seq - SPAN, seq);
    },
    find: (since, until) => {
      // From here on captures are in no full span yet.
      const rest = next.get() as number;
      const begin = since === undefined ? 0 : ((first.get(since) as number | undefined) ?? rest);
      const above = begin * SPAN - 1;
      if (until === undefined || isInRest.get(rest * SPAN, until) === 1) {
        return { above, below: EVERYWHERE.below };
      }
      const end = (last.get(until) as number | undefined) ?? -1;
      return { above, below: (end + 1) * SPAN };
    },
  };
}

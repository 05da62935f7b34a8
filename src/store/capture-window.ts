import type Database from 'better-sqlite3';
import { compileFilter } from './capture-filter.ts';
import type { CaptureFilter, CaptureNeighbours } from './store.ts';

/** Counting goes no further: who has so many matches narrows them down. */
const MOST_COUNTED = 100_000;

export interface WindowQueries {
  /** The numbers of the captures in a part of all that match, newest first. */
  seqs(filter: CaptureFilter, span: { readonly offset: number; readonly limit: number }): readonly number[];
  count(filter: CaptureFilter): { readonly total: number; readonly isMore: boolean };
  neighbours(id: string): CaptureNeighbours | null;
}

/** Holds what filters look at, in a small part of the pages that the captures take up. */
const IN_ORDER = 'captures c indexed by captures_in_order';

/** Lists by place rather than by cursor, for who jumps about in them. */
export function createWindowQueries(db: Database.Database): WindowQueries {
  const subject = db.prepare<
    [string],
    { seq: number; provider: string | null; eventType: string | null; method: string; path: string }
  >('select seq, provider, event_type as eventType, method, path from captures where id = ?');
  const newer = db
    .prepare<[number], string>('select id from captures where seq > ? order by seq limit 1')
    .pluck();
  const older = db
    .prepare<[number], string>('select id from captures where seq < ? order by seq desc limit 1')
    .pluck();
  const sameType = db
    .prepare<[string, string | null, number], string>(
      'select id from captures where event_type = ? and provider is ? and seq < ? order by seq desc limit 1',
    )
    .pluck();
  // Nothing finds these by their path: only the latest are looked at.
  const samePath = db
    .prepare<[number, string, string], string>(
      `select id from captures where seq = (
         select max(seq) from (select seq, method, path from captures where seq < ? order by seq desc limit 1000)
         where method = ? and path = ?)`,
    )
    .pluck();

  return {
    seqs: (filter, span) => {
      const { from, where, seq, params } = compileFilter(filter, undefined, IN_ORDER);
      return db
        .prepare<[object], number>(
          `select ${seq} from ${from} where ${where} order by ${seq} desc limit @limit offset @offset`,
        )
        .pluck()
        .all({ ...params, ...span }) as number[];
    },
    count: (filter) => {
      const { from, where, params } = compileFilter(filter, undefined, IN_ORDER);
      const counted = db
        .prepare<[object], number>(
          `select count(*) from (select 1 from ${from} where ${where} limit ${MOST_COUNTED + 1})`,
        )
        .pluck()
        .get(params) as number;
      return { total: Math.min(counted, MOST_COUNTED), isMore: counted > MOST_COUNTED };
    },
    neighbours: (id) => {
      const at = subject.get(id);
      if (at === undefined) return null;
      const { seq, provider, eventType, method, path } = at;
      const previous =
        eventType === null ? samePath.get(seq, method, path) : sameType.get(eventType, provider, seq);
      return {
        newer: (newer.get(seq) as string | undefined) ?? null,
        older: (older.get(seq) as string | undefined) ?? null,
        previous: (previous as string | undefined) ?? null,
      };
    },
  };
}

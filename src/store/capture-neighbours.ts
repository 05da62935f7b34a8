import type Database from 'better-sqlite3';
import type { CaptureNeighbours } from './store.ts';

interface Subject {
  readonly seq: number;
  readonly provider: string | null;
  readonly eventType: string | null;
  readonly method: string;
  readonly path: string;
}

/** Finds what stands beside a capture; null where there is no such capture. */
export function createNeighbours(db: Database.Database): (id: string) => CaptureNeighbours | null {
  const subject = db.prepare<[string], Subject>(
    'select seq, provider, event_type as eventType, method, path from captures where id = ?',
  );
  const newer = db
    .prepare<[number], string>('select id from captures where seq > ? order by seq limit 1')
    .pluck();
  const older = db
    .prepare<[number], string>('select id from captures where seq < ? order by seq desc limit 1')
    .pluck();
  const sameType = db
    .prepare<[number, string, string | null], string>(
      `select id from captures where seq = (
         select max((select max(l.seq) from capture_list l where l.facet = f.seq and l.seq < ?))
         from capture_facets f where f.event_type = ? and f.provider is ?)`,
    )
    .pluck();
  // A path may be anybody's: only the latest are looked at.
  const samePath = db
    .prepare<[number, string, string], string>(
      `select id from captures where seq = (
         select max(seq) from (select seq, method, path from captures where seq < ? order by seq desc limit 1000)
         where method = ? and path = ?)`,
    )
    .pluck();

  return (id) => {
    const at = subject.get(id);
    if (at === undefined) return null;
    const { seq, provider, eventType, method, path } = at;
    const previous =
      eventType === null ? samePath.get(seq, method, path) : sameType.get(seq, eventType, provider);
    return {
      newer: (newer.get(seq) as string | undefined) ?? null,
      older: (older.get(seq) as string | undefined) ?? null,
      previous: (previous as string | undefined) ?? null,
    };
  };
}

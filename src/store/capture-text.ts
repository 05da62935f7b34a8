import type Database from 'better-sqlite3';
import { SEARCHABLE_BYTES, searchableText } from '../model/text.ts';
import type { Header } from '../model/request.ts';
import { explaining } from './errors.ts';
import type { GroupCommit } from './group-commit.ts';

/** The full-text index over captures: filled behind the acknowledging path, in the order of their numbers. */
export interface TextIndex {
  catchUp(): Promise<number>;
  /** To be called in the transaction that deletes those captures. */
  forget(seqs: readonly number[]): void;
}

interface PendingRow {
  seq: number;
  headers: string;
  /** Null where it is empty: SQLite takes no piece of nothing. */
  body: Buffer | null;
}

/** Small, so that no acknowledgement waits long for the write lock. */
const ROWS_PER_TRANSACTION = 50;

export function createTextIndex(db: Database.Database, commit: GroupCommit, path: string): TextIndex {
  const progress = db.prepare<[], number>('select last_seq from captures_text_progress').pluck();
  const newest = db.prepare<[], number | null>('select max(seq) from captures').pluck();
  const isBehind = db
    .prepare<[number | null], number>(
      `select exists (
         select 1 from captures where seq > (select last_seq from captures_text_progress) and seq <= ?)`,
    )
    .pluck();
  const pending = db.prepare<[number, number], PendingRow>(
    `select seq, headers, substr(body, 1, ${SEARCHABLE_BYTES}) as body from captures where seq > ? order by seq limit ?`,
  );
  const insert = db.prepare('insert into captures_text (rowid, headers, body) values (?, ?, ?)');
  const advance = db.prepare('update captures_text_progress set last_seq = ?');
  const remove = db.prepare('delete from captures_text where rowid = ?');

  function indexSome(): number {
    const rows = pending.all(progress.get() as number, ROWS_PER_TRANSACTION);
    for (const { seq, headers, body } of rows) {
      const text = searchableText(JSON.parse(headers) as Header[], body ?? new Uint8Array());
      insert.run(seq, text.headers, text.body);
    }
    const last = rows.at(-1);
    if (last !== undefined) advance.run(last.seq);
    return rows.length;
  }

  return {
    catchUp: async () => {
      let total = 0;
      // No further than what is there now: more may be arriving as fast.
      const goal = explaining(path, () => newest.get()) ?? null;
      // Looked at outside a transaction: searching an index that is up to date takes no lock.
      while (explaining(path, () => isBehind.get(goal)) === 1) total += await commit.run(indexSome);
      return total;
    },
    forget: (seqs) => {
      const indexed = progress.get() as number;
      for (const seq of seqs) if (seq <= indexed) remove.run(seq);
    },
  };
}

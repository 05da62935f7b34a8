import type Database from 'better-sqlite3';
import { SEARCHABLE_BYTES } from '../model/text.ts';
import { explaining } from './errors.ts';
import type { GroupCommit } from './group-commit.ts';
import { indexedText, type IndexedText } from './indexed-text.ts';

/** The full-text index over captures: filled behind the acknowledging path, in the order of their numbers. */
export interface TextIndex {
  catchUp(): Promise<number>;
  /** To be called in the transaction that deletes those captures. */
  forget(seqs: readonly number[]): void;
}

interface Pending {
  readonly seq: number;
  readonly facet: number;
  readonly text: IndexedText;
}

interface PendingRow {
  seq: number;
  facet: number;
  headers: string;
  /** Null where it is empty: SQLite takes no piece of nothing. */
  body: Buffer | null;
}

/** What the index takes in at once costs least; but bounded, so that no acknowledgement waits long for the write lock. */
const ROWS_PER_TRANSACTION = 200;
const TEXT_PER_TRANSACTION = 256 * 1024;

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
    `select c.seq, l.facet, c.headers, substr(c.body, 1, ${SEARCHABLE_BYTES}) as body
     from captures c join capture_list l on l.seq = c.seq where c.seq > ? order by c.seq limit ?`,
  );
  const insert = db.prepare('insert into captures_text (rowid, headers, body, facet) values (?, ?, ?, ?)');
  const advance = db.prepare('update captures_text_progress set last_seq = ?');
  const forget = prepareForget(db);

  function readSome(): Pending[] {
    const some: Pending[] = [];
    let size = 0;
    for (const row of pending.iterate(progress.get() as number, ROWS_PER_TRANSACTION)) {
      const text = indexedText(row.headers, row.body);
      some.push({ seq: row.seq, facet: row.facet, text });
      size += text.headers.length + text.body.length;
      if (size >= TEXT_PER_TRANSACTION) break;
    }
    return some;
  }

  function indexSome(): number {
    const some = readSome();
    for (const { seq, facet, text } of some) insert.run(seq, text.headers, text.body, String(facet));
    const last = some.at(-1);
    if (last !== undefined) advance.run(last.seq);
    return some.length;
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
    forget,
  };
}

/** Takes captures out of the index, in the transaction that deletes them. */
export function prepareForget(db: Database.Database): (seqs: readonly number[]) => void {
  const progress = db.prepare<[], number>('select last_seq from captures_text_progress').pluck();
  const remove = db.prepare('delete from captures_text where rowid = ?');
  const count = db.prepare('update captures_text_progress set forgotten = forgotten + ?');
  return (seqs) => {
    const indexed = progress.get() as number;
    const gone = seqs.filter((seq) => seq <= indexed);
    for (const seq of gone) remove.run(seq);
    if (gone.length > 0) count.run(gone.length);
  };
}

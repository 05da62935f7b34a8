import type Database from 'better-sqlite3';

/**
 * FTS5 marks what is deleted, and left to itself it later rewrites large parts of the index at once, which takes seconds. So it
 * does not (`deletemerge`); where more of the index is of captures that are gone than of such as are there, it is begun anew
 * instead, and filled as it always is.
 */
export interface TextRenewal {
  /** Whether it is worth it. */
  isDue(): boolean;
  /** To be called in a transaction. Returns false where another process has been quicker. */
  beginAnew(): boolean;
  /** Whether some of the index that was is still there. */
  isLeft(): boolean;
  /** Deletes some of it. To be called in a transaction. */
  removeSome(): void;
}

/** Fewer captures that are gone are not worth it. */
const LEAST = 50;
const ROWS_PER_TRANSACTION = 250;
/** Exported for those who check a database: FTS5 finds it damaged while it is being deleted in slices, and nobody reads it. */
export const OLD_TEXT = 'captures_text_old';
/** Where FTS5 itself keeps the index; it needs the first few rows to open the table, if only to drop it. */
const PARTS = [
  { table: `${OLD_TEXT}_data`, from: 11 },
  { table: `${OLD_TEXT}_docsize`, from: 0 },
];

export function createTextRenewal(db: Database.Database): TextRenewal {
  const forgotten = db.prepare<[], number>('select forgotten from captures_text_progress').pluck();
  const live = db
    .prepare<[], number>(
      'select count(*) from capture_list where seq <= (select last_seq from captures_text_progress)',
    )
    .pluck();
  const definition = db
    .prepare<[], string>("select sql from sqlite_schema where type = 'table' and name = 'captures_text'")
    .pluck();
  const left = db
    .prepare<[], number>(`select count(*) from sqlite_schema where type = 'table' and name = '${OLD_TEXT}'`)
    .pluck();
  let seen = 0;
  let lookAt = LEAST;

  /** How many more captures the index holds that are gone than such as are there. */
  function surplus(): number {
    return (forgotten.get() as number) - (live.get() as number);
  }

  function isLeft(): boolean {
    return left.get() === 1;
  }

  return {
    isDue: () => {
      const gone = forgotten.get() as number;
      if (gone < seen) lookAt = LEAST;
      seen = gone;
      if (gone < lookAt) return false;
      const more = surplus();
      // Each capture that goes is one more of the one and one less of the other.
      lookAt = gone + Math.max(LEAST, Math.ceil(-more / 2));
      return more > 0;
    },
    beginAnew: () => {
      if (isLeft() || surplus() <= 0) return false;
      const sql = definition.get() as string;
      db.exec(`alter table captures_text rename to ${OLD_TEXT}`);
      db.exec(sql);
      db.exec(`
        insert into captures_text (captures_text, rank) values ('deletemerge', 0), ('automerge', 16);
        update captures_text_progress set last_seq = 0, forgotten = 0;`);
      return true;
    },
    isLeft,
    removeSome: () => {
      if (!isLeft()) return;
      for (const { table, from } of PARTS) if (deleteRows(table, from) > 0) return;
      db.exec(`drop table ${OLD_TEXT}`);
    },
  };

  /** The driver lets nobody write to FTS5's own tables unless it is told to. */
  function deleteRows(table: string, from: number): number {
    db.unsafeMode(true);
    try {
      const some = `select id from ${table} where id >= ${from} limit ${ROWS_PER_TRANSACTION}`;
      return db.prepare(`delete from ${table} where id in (${some})`).run().changes;
    } finally {
      db.unsafeMode(false);
    }
  }
}

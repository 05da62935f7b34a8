import type Database from 'better-sqlite3';

/** What differs after every write: SQLite counts other connections' commits and this one's changes apart. */
export function createChangeMark(db: Database.Database): () => string {
  const others = db.prepare<[], number>('pragma data_version').pluck();
  const own = db.prepare<[], number>('select total_changes()').pluck();
  return () => `${others.get() as number}.${own.get() as number}`;
}

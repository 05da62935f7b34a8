import type Database from 'better-sqlite3';

/** Pages that many commits write are taken over from the log once: 16 MB of it. */
const CHECKPOINT_PAGES = 4_000;

/** Sets what a connection has to know: durable commits beside readers, foreign keys, and how large the file may grow. */
export function configure(db: Database.Database, maxSizeBytes: number | undefined): void {
  if (db.pragma('user_version', { simple: true }) === 0) db.pragma('auto_vacuum = incremental');
  db.pragma('journal_mode = wal');
  db.pragma('synchronous = full');
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  db.pragma('foreign_keys = on');
  db.pragma('temp_store = memory');
  if (maxSizeBytes === undefined) return;
  const pageSize = db.pragma('page_size', { simple: true }) as number;
  db.pragma(`max_page_count = ${Math.max(1, Math.floor(maxSizeBytes / pageSize))}`);
}

import type Database from 'better-sqlite3';
import { StoreError } from '../errors.ts';
import { APPLICATION_ID, migrations } from './migrations.ts';

/**
 * Only reads, so that a file that is not ours stays as it is.
 * @throws {StoreError} where the database belongs to another program or to a newer one of ours.
 */
export function refuseUnknown(db: Database.Database, path: string): void {
  if (!isOurs(db)) {
    throw new StoreError('ERR_STORE_FOREIGN', `the database ${path} belongs to another program`, {
      hint: 'name another file with --db',
    });
  }
  const version = schemaVersion(db);
  if (version <= migrations.length) return;
  throw new StoreError(
    'ERR_STORE_NEWER',
    `the database ${path} was written by a newer webhook-cli (schema ${version}, this one knows ${migrations.length})`,
    { hint: 'update webhook-cli, or name another database with --db' },
  );
}

/** Brings the database to the present schema. */
export function migrate(db: Database.Database, path: string): void {
  if (schemaVersion(db) === migrations.length) return;
  db.transaction(() => {
    // Looked at again under the write lock: another process may have migrated meanwhile.
    refuseUnknown(db, path);
    for (const { sql } of migrations.slice(schemaVersion(db))) db.exec(sql);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

function schemaVersion(db: Database.Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/** Ours, or empty and so about to be. Read as of one moment: another process may be making it ours. */
function isOurs(db: Database.Database): boolean {
  return db.transaction(() => {
    if (db.pragma('application_id', { simple: true }) === APPLICATION_ID) return true;
    return db.prepare('select count(*) from sqlite_schema').pluck().get() === 0;
  })();
}

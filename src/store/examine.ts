import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { platform } from 'node:os';
import { dirname, resolve } from 'node:path';
import type Database from 'better-sqlite3';
import { explaining } from './errors.ts';
import { refuseUnknown } from './migrate.ts';
import { migrations } from './migrations.ts';
import { driverVersion, loadDriver } from './native.ts';
import { OLD_TEXT } from './text-renewal.ts';

/** A database as it is. */
export interface DatabaseFacts {
  readonly sizeBytes: number;
  readonly captures: number;
  readonly schema: number;
  readonly newestSchema: number;
  /** Whether others than its owner may read it. */
  readonly isOpenToOthers: boolean;
}

/** Larger ones are not read through. */
const MOST_BYTES_READ_THROUGH = 64 * 1_048_576;
const BUSY_TIMEOUT_MS = 1_000;

/**
 * Loads the SQLite driver and tells its version.
 * @throws {StoreError} with the command that mends it.
 */
export async function examineDriver(): Promise<string> {
  await loadDriver();
  return driverVersion();
}

/**
 * Looks at a database without making or migrating one; null where there is none, and one can be made.
 * @throws {StoreError} with a hint: unreadable, damaged, foreign, newer than this program, or no driver.
 */
export async function examineDatabase(path: string): Promise<DatabaseFacts | null> {
  const driver = await loadDriver();
  return explaining(path, () => {
    if (!existsSync(path)) {
      accessSync(firstFolder(resolve(path)), constants.W_OK | constants.X_OK);
      return null;
    }
    const db = new driver(resolve(path), { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    try {
      refuseUnknown(db, path);
      const { size, mode } = statSync(path);
      const schema = db.pragma('user_version', { simple: true }) as number;
      if (size <= MOST_BYTES_READ_THROUGH) refuseDamaged(db);
      return {
        sizeBytes: size,
        captures: schema === 0 ? 0 : (db.prepare('select count(*) from captures').pluck().get() as number),
        schema,
        newestSchema: migrations.length,
        isOpenToOthers: platform() !== 'win32' && (mode & 0o077) !== 0,
      };
    } finally {
      db.close();
    }
  });
}

function refuseDamaged(db: Database.Database): void {
  const found = db.prepare<[], string>('pragma quick_check(3)').pluck().all() as string[];
  const damage = found.find((line) => line !== 'ok' && !line.includes(`"${OLD_TEXT}"`));
  if (damage !== undefined) throw Object.assign(new Error(damage), { code: 'SQLITE_CORRUPT' });
}

/** The folder that a file would be made in, or the nearest above it that there is. */
function firstFolder(path: string): string {
  const parent = dirname(path);
  return existsSync(parent) || parent === path ? parent : firstFolder(parent);
}

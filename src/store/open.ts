import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type Database from 'better-sqlite3';
import { systemClock } from '../model/clock.ts';
import { createAttemptStore } from './attempts.ts';
import { createCaptureStore } from './captures.ts';
import { createChangeMark } from './change-mark.ts';
import { configure } from './configure.ts';
import { createDeliveryStore } from './deliveries.ts';
import { createEndpointStore } from './endpoints.ts';
import { createEngineStore } from './engines.ts';
import { explaining, explainStoreError } from './errors.ts';
import { createGroupCommit } from './group-commit.ts';
import { migrate, refuseUnknown } from './migrate.ts';
import { loadDriver } from './native.ts';
import { withPatience } from './patience.ts';
import { createRetentionStore } from './retention.ts';
import type { StoreOptions } from './options.ts';
import type { Store } from './store.ts';

/** How long SQLite may hold up the process waiting for a lock; beyond that the work is tried again between other work. */
const BUSY_TIMEOUT_MS = 50;

/**
 * Opens the database, bringing it to the present schema. Several processes may use one file at a time.
 * @throws {StoreError} with a hint: unreadable, damaged, foreign, newer than this program, locked, or no driver.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { path, clock = systemClock } = options;
  const driver = await loadDriver();
  let opened: Database.Database | undefined;
  try {
    const db = (opened = new driver(path === ':memory:' ? path : createFile(path), {
      timeout: BUSY_TIMEOUT_MS,
    }));
    await withPatience(clock, () => {
      refuseUnknown(db, path);
      configure(db, options.maxSizeBytes);
      migrate(db, path);
    });
    const commit = createGroupCommit(db, path, clock);
    const changes = createChangeMark(db);
    return {
      captures: createCaptureStore(db, commit, path),
      attempts: createAttemptStore(db, commit, path),
      endpoints: createEndpointStore(db, commit, path),
      deliveries: createDeliveryStore(db, commit, path),
      engines: createEngineStore(db, commit, path),
      retention: createRetentionStore(db, commit, path),
      changes: async () => explaining(path, changes),
      close: async () => {
        await commit.idle();
        db.close();
      },
    };
  } catch (error) {
    opened?.close();
    throw explainStoreError(error, path);
  }
}

/**
 * Makes the file where there is none; SQLite gives its own files beside it (-wal, -shm) the same mode.
 * @returns the absolute path: SQLite takes one that begins with `file:` for a URI.
 */
function createFile(path: string): string {
  makeFolder(dirname(path));
  closeSync(openSync(path, 'a', 0o600));
  return resolve(path);
}

/** One by one: Node's own `recursive` tries for ever where a folder cannot be made in its parent, as in /proc. */
function makeFolder(path: string): void {
  const parent = dirname(path);
  if (existsSync(path) || parent === path) return;
  makeFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { StoreOptions } from '../../src/store/options.ts';
import type { Store } from '../../src/store/store.ts';

/** A folder of a test's own, removed when it is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A path for a database that does not exist yet. */
export function newDatabasePath(): string {
  return join(temporaryFolder(), 'webhook.db');
}

/** A store that is closed when the test is done. */
export async function openForTest(options: StoreOptions): Promise<Store> {
  const store = await openStore(options);
  onTestFinished(() => store.close());
  return store;
}

/** A connection beside the store's, as another program has it. */
export function connect(path: string, options?: Database.Options): Database.Database {
  const db = new Database(path, options);
  onTestFinished(() => void db.close());
  return db;
}

/** The bytes of a database and of SQLite's files beside it, by name. */
export function filesOf(path: string): Record<string, string> {
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)));
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(dirname(path), name)).toString('base64')]),
  );
}

/** How many transactions the log beside a database holds: each ends in a frame that says the database's size. */
export function commitsInLog(path: string): number {
  const log = readFileSync(`${path}-wal`);
  const pageSize = log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  let commits = 0;
  for (let at = 32; at + 24 + pageSize <= log.length; at += 24 + pageSize) {
    if (!log.subarray(at + 8, at + 16).equals(salt)) break;
    if (log.readUInt32BE(at + 4) > 0) commits += 1;
  }
  return commits;
}

import { createRequire } from 'node:module';
import { versions } from 'node:process';
import type Database from 'better-sqlite3';
import { StoreError } from '../errors.ts';

/**
 * Loads the SQLite driver. Its major version 13 is built for Node-API 10 and crashes the process on a Node that has
 * less, without a word: so its version is looked at before it is loaded.
 * @throws {StoreError} `ERR_NATIVE_MODULE` with the command that mends it.
 */
export async function loadDriver(): Promise<typeof Database> {
  const version = driverVersion();
  const unfit = unfitDriver(version, Number(versions.napi));
  if (unfit !== null) throw unfit;
  try {
    const { default: driver } = await import('better-sqlite3');
    new driver(':memory:').close();
    return driver;
  } catch (cause) {
    throw new StoreError('ERR_NATIVE_MODULE', "better-sqlite3's native module does not load on this Node", {
      hint: 'run: npm rebuild better-sqlite3 --ignore-scripts=false   (npm 12 also wants: npm approve-scripts better-sqlite3)',
      cause,
    });
  }
}

/**
 * The version of the SQLite driver that is installed.
 * @throws {StoreError} `ERR_NATIVE_MODULE` where none is.
 */
export function driverVersion(): string {
  const require = createRequire(import.meta.url);
  try {
    return (require('better-sqlite3/package.json') as { version: string }).version;
  } catch (cause) {
    throw new StoreError('ERR_NATIVE_MODULE', 'the package better-sqlite3 is not installed', {
      hint: 'run: npm install better-sqlite3',
      cause,
    });
  }
}

/** The error for a driver that this Node cannot run, or null. */
export function unfitDriver(driverVersion: string, nodeApi: number): StoreError | null {
  if (Number.parseInt(driverVersion, 10) < 13 || nodeApi >= 10) return null;
  return new StoreError(
    'ERR_NATIVE_MODULE',
    `better-sqlite3 ${driverVersion} needs Node-API 10, and this Node has ${nodeApi}`,
    { hint: 'run: npm install better-sqlite3@12, or use Node 22.14 or newer' },
  );
}

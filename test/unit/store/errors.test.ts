import { describe, expect, test } from 'vitest';
import { StoreError } from '../../../src/errors.ts';
import { concernsWholeStore, explainStoreError, isBusy } from '../../../src/store/errors.ts';
import { unfitDriver } from '../../../src/store/native.ts';

const withCode = (code: string): Error => Object.assign(new Error('as the driver says'), { code });

describe('explainStoreError', () => {
  test.each([
    ['SQLITE_NOTADB', 'ERR_STORE_CORRUPT', 'is not a SQLite database'],
    ['SQLITE_CORRUPT', 'ERR_STORE_CORRUPT', 'is damaged'],
    ['SQLITE_CORRUPT_VTAB', 'ERR_STORE_CORRUPT', 'is damaged'],
    ['SQLITE_BUSY', 'ERR_STORE_LOCKED', 'is locked by another program'],
    ['SQLITE_BUSY_SNAPSHOT', 'ERR_STORE_LOCKED', 'is locked by another program'],
    ['SQLITE_LOCKED_SHAREDCACHE', 'ERR_STORE_LOCKED', 'is locked by another program'],
    ['SQLITE_PROTOCOL', 'ERR_STORE_LOCKED', 'is locked by another program'],
    ['SQLITE_FULL', 'ERR_STORE_FULL', 'cannot grow: the disk or its size limit is full'],
    ['ENOSPC', 'ERR_STORE_FULL', 'cannot grow: the disk or its size limit is full'],
    ['SQLITE_READONLY', 'ERR_STORE_READONLY', 'cannot be written'],
    ['SQLITE_READONLY_DBMOVED', 'ERR_STORE_READONLY', 'cannot be written'],
    ['EROFS', 'ERR_STORE_READONLY', 'cannot be written'],
    ['SQLITE_CANTOPEN', 'ERR_STORE_UNREADABLE', 'cannot be opened'],
    ['EACCES', 'ERR_STORE_UNREADABLE', 'cannot be opened'],
    ['EISDIR', 'ERR_STORE_UNREADABLE', 'cannot be opened'],
    ['ENOTDIR', 'ERR_STORE_UNREADABLE', 'cannot be opened'],
    ['EEXIST', 'ERR_STORE_UNREADABLE', 'cannot be opened'],
    ['ENAMETOOLONG', 'ERR_STORE_UNREADABLE', 'cannot be opened'],
    ['SQLITE_IOERR_WRITE', 'ERR_STORE_IO', 'cannot be read or written'],
    ['EIO', 'ERR_STORE_IO', 'cannot be read or written'],
  ])('%s is %s', (code, expected, what) => {
    const cause = withCode(code);
    const explained = explainStoreError(cause, '/data/webhook.db');
    expect(explained).toBeInstanceOf(StoreError);
    expect(explained).toMatchObject({
      code: expected,
      message: `the database /data/webhook.db ${what}`,
      hint: expect.stringMatching(/--db|captures delete|disk/),
      cause,
    });
  });

  test.each([
    ['an error of ours', new StoreError('ERR_STORE_FOREIGN', 'theirs')],
    ['a broken rule of the schema', withCode('SQLITE_CONSTRAINT_UNIQUE')],
    ['wrong SQL', withCode('SQLITE_ERROR')],
    ["Node's own", withCode('ERR_INVALID_ARG_TYPE')],
    ['an error without a code', new TypeError('a bug')],
    ['a number for a code', Object.assign(new Error('odd'), { code: 5 })],
    ['nothing', null],
    ['a text', 'SQLITE_FULL'],
  ])('%s stays as it is', (_name, error) => {
    expect(explainStoreError(error, '/data/webhook.db')).toBe(error);
  });
});

test.each([
  ['SQLITE_BUSY', true, true],
  ['SQLITE_PROTOCOL', true, true],
  ['SQLITE_CORRUPT', false, true],
  ['SQLITE_IOERR', false, true],
  ['SQLITE_FULL', false, false],
  ['SQLITE_TOOBIG', false, false],
  ['SQLITE_CONSTRAINT_NOTNULL', false, false],
])('%s: worth waiting %s, a fault of the whole database %s', (code, busy, whole) => {
  expect([isBusy(withCode(code)), concernsWholeStore(withCode(code))]).toEqual([busy, whole]);
});

describe('unfitDriver', () => {
  test.each([
    ['12.11.1', 9],
    ['12.99.0', 10],
    ['13.2.0', 10],
    ['14.0.0', 11],
  ])('%s runs with Node-API %d', (version, nodeApi) => {
    expect(unfitDriver(version, nodeApi)).toBeNull();
  });

  test.each([
    ['13.0.0', 9],
    ['13.2.0', 8],
    ['20.1.0', 9],
  ])('%s would end the process with Node-API %d: an error that says what to do', (version, nodeApi) => {
    const error = unfitDriver(version, nodeApi);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({
      code: 'ERR_NATIVE_MODULE',
      message: `better-sqlite3 ${version} needs Node-API 10, and this Node has ${nodeApi}`,
      hint: expect.stringContaining('npm install better-sqlite3@12'),
    });
  });
});

import {
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StoreError } from '../../../src/errors.ts';
import { openStore } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { newCapture } from '../../support/captures.ts';
import { connect, filesOf, newDatabasePath, temporaryFolder } from '../../support/database.ts';

/** What opening fails with. */
async function failureOf(path: string): Promise<unknown> {
  const outcome = await openStore({ path }).then(
    async (store) => store.close(),
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(StoreError);
  expect(outcome).toMatchObject({
    message: expect.stringContaining(path),
    hint: expect.stringMatching(/--db/),
  });
  return outcome;
}

/** A database of ours with 300 captures, closed. */
async function filled(): Promise<string> {
  const path = newDatabasePath();
  const store = await openStore({ path });
  await Promise.all(
    Array.from({ length: 300 }, (_, index) =>
      store.captures.add(newCapture({ provider: 'iverton', body: Buffer.alloc(700, `body ${index} `) })),
    ),
  );
  await store.captures.indexText();
  await store.close();
  return path;
}

describe('a database of somebody else is refused and stays as it is, byte for byte', () => {
  test('a newer one of ours', async () => {
    const path = await filled();
    const db = connect(path);
    db.pragma('user_version = 99');
    db.exec('create table something_new (value)');
    db.close();
    const before = filesOf(path);
    expect(await failureOf(path)).toMatchObject({
      code: 'ERR_STORE_NEWER',
      message: expect.stringContaining('schema 99'),
      hint: expect.stringContaining('update webhook-cli'),
    });
    expect(filesOf(path)).toEqual(before);
  });

  test.each([
    ['with a rollback journal', []],
    ['in WAL mode', ['journal_mode = wal']],
    ['that vacuums itself', ['auto_vacuum = full']],
    ['with our version number', ['user_version = 1']],
    ["with another program's mark", ['application_id = 1234', 'user_version = 1']],
  ])("another program's, %s", async (_name, pragmas) => {
    const path = newDatabasePath();
    const db = connect(path);
    for (const pragma of pragmas) db.pragma(pragma);
    db.exec('create table theirs (value); insert into theirs values (1)');
    db.close();
    const before = filesOf(path);
    expect(await failureOf(path)).toMatchObject({ code: 'ERR_STORE_FOREIGN' });
    expect(filesOf(path)).toEqual(before);
  });
});

describe('what is no database', () => {
  test.each([
    ['a text', Buffer.from('This is a letter and not a database. '.repeat(200))],
    ['a short text', Buffer.from('hello\n')],
    ['noise', Buffer.from(Array.from({ length: 8_192 }, (_, index) => (index * 7_919) % 251))],
    ['zeros', Buffer.alloc(4_096)],
  ])('%s is refused and stays as it is', async (name, bytes) => {
    const path = newDatabasePath();
    writeFileSync(path, bytes);
    expect(await failureOf(path)).toMatchObject({
      code: 'ERR_STORE_CORRUPT',
      message: `the database ${path} is not a SQLite database`,
      hint: expect.stringContaining('move the file away'),
    });
    expect(readFileSync(path).equals(bytes), name).toBe(true);
  });
});

describe('a path that cannot be opened', () => {
  test.each<[string, (folder: string) => string]>([
    ['a folder', (folder) => folder],
    ['below a file', (folder) => join(fileIn(folder), 'webhook.db')],
    ['far below a file', (folder) => join(fileIn(folder), 'a', 'b', 'webhook.db')],
    ['too long a name', (folder) => join(folder, 'x'.repeat(300))],
    ['a link to itself', (folder) => linkIn(folder)],
    ['a name that ends in a folder', (folder) => `${folder}/nowhere/`],
  ])('%s', async (_name, make) => {
    expect(await failureOf(make(temporaryFolder()))).toMatchObject({ code: 'ERR_STORE_UNREADABLE' });
  });

  function fileIn(folder: string): string {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    return path;
  }

  function linkIn(folder: string): string {
    const path = join(folder, 'link');
    symlinkSync('link', path);
    return path;
  }

  test.skipIf(process.getuid?.() === 0)('a folder that may not be written', async () => {
    const folder = join(temporaryFolder(), 'locked');
    mkdirSync(folder, { mode: 0o500 });
    expect(await failureOf(join(folder, 'webhook.db'))).toMatchObject({ code: 'ERR_STORE_UNREADABLE' });
  });
});

describe('a damaged database', () => {
  /** Opens it and asks for all that it holds; what fails first. */
  async function useAll(path: string): Promise<unknown> {
    let store: Store | undefined;
    try {
      store = await openStore({ path });
      const { captures } = await store.captures.list({}, { limit: 10_000 });
      for (const { id } of captures) await store.captures.get(id);
      await store.captures.list({ provider: 'iverton' }, { limit: 10_000 });
      await store.captures.list({ text: 'body' }, { limit: 10_000 });
      await store.captures.deleteMatching({});
      return null;
    } catch (error) {
      return error;
    } finally {
      await store?.close();
    }
  }

  const damaged = { code: 'ERR_STORE_CORRUPT', message: expect.stringMatching(/is damaged$/) };

  test.each([0.9, 0.5, 0.1])('cut to %d of its length', async (part) => {
    const path = await filled();
    truncateSync(path, Math.floor(statSync(path).size * part));
    const failure = await useAll(path);
    expect(failure).toBeInstanceOf(StoreError);
    expect(failure).toMatchObject(damaged);
  });

  test('with its schema overwritten', async () => {
    const path = await filled();
    overwrite(path, 100, 3_900);
    expect(await failureOf(path)).toMatchObject(damaged);
  });

  test('with any of its pages overwritten: an error that says so, or no harm', async () => {
    const source = await filled();
    const pages = statSync(source).size / 4_096;
    const codes = new Set<unknown>();
    for (let page = 1; page < pages; page += 5) {
      const path = newDatabasePath();
      writeFileSync(path, readFileSync(source));
      overwrite(path, page * 4_096, 4_096);
      const failure = await useAll(path);
      if (failure !== null) expect(failure, `page ${page}`).toBeInstanceOf(StoreError);
      codes.add((failure as StoreError | null)?.code);
    }
    expect(codes).toContain('ERR_STORE_CORRUPT');
  });

  function overwrite(path: string, at: number, length: number): void {
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(length, 0xa5), 0, length, at);
    closeSync(file);
  }

  test('the error of the driver is kept as its cause', async () => {
    const path = newDatabasePath();
    writeFileSync(path, 'not a database, but longer than a header would be'.repeat(4));
    expect(await failureOf(path)).toMatchObject({ cause: { code: 'SQLITE_NOTADB' } });
  });
});

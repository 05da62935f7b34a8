import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { migrate, refuseUnknown } from '../../../src/store/migrate.ts';
import { openStore } from '../../../src/store/open.ts';
import { newCapture } from '../../support/captures.ts';
import { connect, filesOf, newDatabasePath, openForTest, temporaryFolder } from '../../support/database.ts';
import { runScript } from '../../support/run-script.ts';

const schemaOf = (path: string): unknown =>
  connect(path, { readonly: true }).prepare('select name, sql from sqlite_schema order by name').all();

describe('opening', () => {
  test('again changes nothing and keeps what is there', async () => {
    const path = newDatabasePath();
    const capture = newCapture();
    const first = await openStore({ path });
    await first.captures.add(capture);
    await first.close();
    const before = { schema: schemaOf(path), files: filesOf(path) };
    for (let round = 0; round < 2; round += 1) {
      const store = await openStore({ path });
      expect((await store.captures.latest())!.id).toBe(capture.id);
      await store.close();
    }
    expect({ schema: schemaOf(path), files: filesOf(path) }).toEqual(before);
  });

  test('an empty file makes a database of it', async () => {
    const path = newDatabasePath();
    writeFileSync(path, '');
    const { captures } = await openForTest({ path });
    await captures.add(newCapture());
    expect((await captures.list({}, { limit: 5 })).captures).toHaveLength(1);
  });

  test('makes files that only their owner can read, and folders only their owner can enter', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a', 'b', 'webhook.db');
    const { captures } = await openForTest({ path });
    await captures.add(newCapture());
    const mode = (name: string): string => (statSync(name).mode & 0o777).toString(8);
    expect(['', '-wal', '-shm'].map((suffix) => mode(path + suffix))).toEqual(['600', '600', '600']);
    expect([join(folder, 'a'), join(folder, 'a', 'b')].map(mode)).toEqual(['700', '700']);
  });

  test('leaves the modes of what is there alone', async () => {
    const folder = join(temporaryFolder(), 'shared');
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    const path = join(folder, 'webhook.db');
    writeFileSync(path, '', { mode: 0o644 });
    chmodSync(path, 0o644);
    await openForTest({ path });
    expect([folder, path].map((name) => statSync(name).mode & 0o777)).toEqual([0o755, 0o644]);
  });

  // In a process of its own: what hung would not let a time-out of this one run.
  test.runIf(process.platform === 'linux').each(['/proc/x/webhook.db', '/proc/x/y/webhook.db'])(
    'where no folder can be made is an error: %s',
    async (path) => {
      const script = runScript(new URL('./scripts/open-once.ts', import.meta.url), [path]);
      onTestFinished(() => script.kill('SIGKILL'));
      expect(JSON.parse(await script.line())).toEqual({
        name: 'StoreError',
        code: 'ERR_STORE_UNREADABLE',
        message: `the database ${path} cannot be opened`,
        hint: expect.stringContaining('--db'),
      });
    },
  );

  test('in memory keeps nothing and makes no file', async () => {
    const first = await openForTest({ path: ':memory:' });
    await first.captures.add(newCapture());
    const second = await openForTest({ path: ':memory:' });
    expect(await second.captures.latest()).toBeNull();
  });

  test('a file that another process makes a database of at this moment is no stranger', () => {
    const path = newDatabasePath();
    const [db, other] = [connect(path), connect(path, { timeout: 0 })];
    const read = db.pragma.bind(db);
    db.pragma = (source, options) => {
      const value = read(source, options);
      try {
        migrate(other, path);
      } catch (error) {
        // Being read, the file cannot be made now; that is as good.
        expect(error).toMatchObject({ code: 'SQLITE_BUSY' });
      }
      return value;
    };
    refuseUnknown(db, path);
    migrate(other, path);
    refuseUnknown(db, path);
  });

  test('one new file by eight processes at the same time works for all of them', async () => {
    const processes = 8;
    const folder = temporaryFolder();
    const paths = Array.from({ length: 12 }, (_, index) => join(folder, `${index}.db`));
    const starters: Socket[] = [];
    let waiting = 0;
    const server = createServer((socket) => {
      starters.push(socket);
      socket.on('error', () => {});
      socket.on('data', arrive);
      arrive();
    });
    /** Once all are there, and each time all are done with a file, all begin the next. */
    function arrive(): void {
      waiting += 1;
      if (waiting < processes) return;
      waiting = 0;
      for (const starter of starters) starter.write('go');
    }
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const script = new URL('./scripts/open-at-once.ts', import.meta.url);
    const running = Array.from({ length: processes }, () => runScript(script, [String(port), ...paths]));
    onTestFinished(() => running.forEach(({ kill }) => kill('SIGKILL')));
    for (const { line } of running) for (const _ of paths) expect(await line()).toBe('ok');
    for (const path of paths) {
      expect(connect(path, { readonly: true }).pragma('integrity_check', { simple: true })).toBe('ok');
    }
  });
});

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { newCapture } from '../support/captures.ts';
import { BIN, createHome, runCli, startListen } from '../support/cli.ts';
import { connect, temporaryFolder } from '../support/database.ts';
import { post } from '../support/load.ts';

/** A database of ours with 40 captures at a path, closed. */
async function fill(path: string): Promise<void> {
  const store = await openStore({ path });
  await Promise.all(
    Array.from({ length: 40 }, () =>
      store.captures.add(newCapture({ body: Buffer.alloc(3_000, 'needle ') })),
    ),
  );
  await store.close();
}

const faults: readonly {
  readonly name: string;
  readonly make: (folder: string) => Promise<string> | string;
  readonly code: string;
  readonly message: RegExp;
}[] = [
  {
    name: 'written by a newer version',
    make: async (folder) => {
      const path = join(folder, 'newer.db');
      await fill(path);
      connect(path).pragma('user_version = 1000');
      return path;
    },
    code: 'ERR_STORE_NEWER',
    message: /newer webhook-cli \(schema 1000/,
  },
  {
    name: 'of another program',
    make: (folder) => {
      const path = join(folder, 'foreign.db');
      connect(path).exec('create table theirs (value)');
      return path;
    },
    code: 'ERR_STORE_FOREIGN',
    message: /belongs to another program/,
  },
  {
    name: 'that is a text',
    make: (folder) => {
      const path = join(folder, 'letter.txt');
      writeFileSync(path, 'Dear reader, this is a letter.\n'.repeat(100));
      return path;
    },
    code: 'ERR_STORE_CORRUPT',
    message: /is not a SQLite database/,
  },
  {
    name: 'cut to a part',
    make: async (folder) => {
      const path = join(folder, 'cut.db');
      await fill(path);
      truncateSync(path, Math.floor(statSync(path).size / 3));
      return path;
    },
    code: 'ERR_STORE_CORRUPT',
    message: /is damaged/,
  },
  {
    name: 'that is a folder',
    make: (folder) => folder,
    code: 'ERR_STORE_UNREADABLE',
    message: /cannot be opened/,
  },
  {
    name: 'below a file',
    make: (folder) => {
      writeFileSync(join(folder, 'file'), '');
      return join(folder, 'file', 'webhook.db');
    },
    code: 'ERR_STORE_UNREADABLE',
    message: /cannot be opened/,
  },
];

describe('a database', () => {
  test.each(faults)('$name is an error of two lines, and one of JSON', async ({ make, code, message }) => {
    const path = await make(temporaryFolder());
    const before = bytesOf(path);
    const commands = [
      ['captures', 'list'],
      ['captures', 'search', 'needle'],
      ['captures', 'delete', '--all', '--yes'],
      ['replay', 'last', '--to', 'http://127.0.0.1:9/'],
      ['listen', '--port', '0'],
    ];
    await Promise.all(
      commands.map(async (command) => {
        const [people, programs] = await Promise.all([
          runCli([...command, '--db', path]),
          runCli([...command, '--db', path, '--json']),
        ]);
        expect([command, people.code, people.stdout]).toEqual([command, 1, '']);
        expect(people.stderr).toMatch(/^error: .*\nhint: .*\n$/);
        expect(people.stderr).toMatch(message);
        expect(people.stderr).toContain(path);
        expect([command, programs.code, programs.stdout]).toEqual([command, 1, '']);
        expect(programs.stderr).toMatch(/^.*\n$/);
        const { error, ...rest } = JSON.parse(programs.stderr);
        expect(rest).toEqual({});
        expect(Object.keys(error).toSorted()).toEqual(['code', 'hint', 'message']);
        expect(error).toEqual({
          code,
          message: expect.stringMatching(message),
          hint: expect.stringMatching(/--db/),
        });
      }),
    );
    expect(bytesOf(path)).toEqual(before);
  });

  function bytesOf(path: string): string | null {
    try {
      return readFileSync(path, 'base64');
    } catch {
      return null;
    }
  }

  test('whose name looks like a URI is a file of that name where one stands', async () => {
    const cwd = temporaryFolder();
    const { code, stderr } = await runCli(['captures', 'list', '--db', 'file:webhook.db?mode=memory'], {
      cwd,
    });
    expect([code, stderr]).toEqual([0, 'no captures match\n']);
    expect(readdirSync(cwd)).toEqual(['file:webhook.db?mode=memory']);
    expect(statSync(join(cwd, 'file:webhook.db?mode=memory')).size).toBeGreaterThan(0);
  });

  test('that another program has locked: the writer says so, the reader reads', async () => {
    const home = createHome();
    await fill(home.database);
    connect(home.database).exec('begin exclusive');
    const [list, deletion] = await Promise.all([
      runCli(['captures', 'list', '--json', '--limit', '100'], { home }),
      runCli(['captures', 'delete', '--all', '--yes'], { home }),
    ]);
    expect([list.code, list.json().captures.length]).toEqual([0, 40]);
    expect([deletion.code, deletion.stdout]).toEqual([1, '']);
    expect(deletion.stderr).toMatch(/^error: .* is locked by another program\nhint: close the program .*\n$/);
  });

  test('that is locked for a moment while listen runs is waited for', async () => {
    const home = createHome();
    const listen = await startListen(['--max-body', '1KB'], { home });
    const other = connect(home.database);
    other.exec('begin immediate');
    const answers = Promise.all(Array.from({ length: 5 }, () => post(listen.url, 'patient')));
    // What needs no database is answered meanwhile.
    expect((await post(listen.url, Buffer.alloc(2_000))).status).toBe(413);
    other.exec('commit');
    expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await listen.captures(5)).length).toBe(5);
  });
});

describe('permissions', () => {
  // Root may write anything, so it tries as nobody, where nobody can read this program.
  const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const usable = spawnSync(process.execPath, [BIN, '--version'], asNobody).status === 0;

  async function run(args: readonly string[], folder: string): Promise<{ code: number; output: string[] }> {
    const child = spawn(process.execPath, [BIN, ...args], {
      ...asNobody,
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: folder },
    });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await once(child, 'close');
    return { code, output: await output };
  }

  /** A database in a folder, that anyone may write until a test says otherwise. */
  async function shared(): Promise<{
    folder: string;
    path: string;
    change: (path: string, mode: number) => void;
  }> {
    const outer = temporaryFolder();
    chmodSync(outer, 0o755);
    const folder = join(outer, 'shared');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    const path = join(folder, 'webhook.db');
    await fill(path);
    chmodSync(path, 0o666);
    const change = (changed: string, mode: number): void => {
      chmodSync(changed, mode);
      // Or else only root could remove it.
      onTestFinished(() => chmodSync(changed, 0o777));
    };
    return { folder, path, change };
  }

  test.skipIf(!usable)('that allow it are enough', async () => {
    const { folder, path } = await shared();
    const { code, output } = await run(['captures', 'list', '--json', '--db', path], folder);
    expect([code, output[1]]).toEqual([0, '']);
    expect(JSON.parse(output[0]!).captures).toHaveLength(40);
  });

  test.skipIf(!usable).each<[string, (place: { folder: string; path: string }) => [string, number]]>([
    ['a file that may not be written', ({ path }) => [path, 0o444]],
    ['a file that may not be read', ({ path }) => [path, 0o000]],
    ['a folder in which no file may be made', ({ folder }) => [folder, 0o555]],
    ['a folder that may not be entered', ({ folder }) => [folder, 0o000]],
  ])('%s', async (_name, forbid) => {
    const { folder, path, change } = await shared();
    change(...forbid({ folder, path }));
    for (const command of [
      ['captures', 'list'],
      ['captures', 'delete', '--all', '--yes'],
      ['listen', '--port', '0'],
    ]) {
      const [people, programs] = await Promise.all([
        run([...command, '--db', path], tmpdir()),
        run([...command, '--db', path, '--json'], tmpdir()),
      ]);
      expect([command, people.code, people.output[0]]).toEqual([command, 1, '']);
      expect(people.output[1]).toMatch(
        /^error: .* cannot be (opened|written)\nhint: check the .*permissions.*\n$/,
      );
      expect([command, programs.code, programs.output[0]]).toEqual([command, 1, '']);
      expect(JSON.parse(programs.output[1]!).error.code).toMatch(/^ERR_STORE_(UNREADABLE|READONLY)$/);
    }
  });
});

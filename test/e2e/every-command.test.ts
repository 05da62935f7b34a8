import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { createHome, runCli, spawnCli } from '../support/cli.ts';
import { everyCommand } from '../support/commands.ts';
import { memoryHost } from '../support/host.ts';

/** No command may take longer to end, or to say that it is ready, in milliseconds. */
const LIMIT_MS = 10_000;
const ANY_PORT = ['--port', '0'];
const PORTS: Readonly<Record<string, readonly string[]>> = {
  listen: ANY_PORT,
  serve: ANY_PORT,
  ui: ['--ui-port', '0', '--no-open'],
};

const home = createHome();
const listed = (await everyCommand()).map(({ words, isStream }) => ({
  path: words.join(' '),
  words,
  isStream,
}));

test.each(listed.filter(({ isStream }) => !isStream))(
  '$path without arguments, terminal or input ends by itself',
  async ({ path, words }) => {
    const args = path === 'doctor' ? [...words, '--no-network'] : words;
    const began = performance.now();
    const { code } = await runCli(args, { home });
    expect(performance.now() - began).toBeLessThan(LIMIT_MS);
    expect([0, 2, 3]).toContain(code);
  },
  LIMIT_MS * 2,
);

test.each(listed.filter(({ isStream }) => isStream))(
  '$path without terminal or input is ready, and ends when it is told to',
  async ({ path, words }) => {
    const began = performance.now();
    const child = spawnCli([...words, ...PORTS[path]!, '--json'], { home });
    child.stdin.end();
    const ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
    const [chunk] = await new Promise<[Buffer]>((resolve) => {
      child.stdout.once('data', (data: Buffer) => resolve([data]));
    });
    expect(JSON.parse(chunk.toString().split('\n')[0]!)).toMatchObject({ type: 'ready' });
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(performance.now() - began).toBeLessThan(LIMIT_MS);
  },
  LIMIT_MS * 2,
);

const damaged = join(home.folder, 'damaged.db');
writeFileSync(damaged, 'this is no database, and long enough to be taken for one'.repeat(100));
const broken = join(home.folder, 'broken.json');
writeFileSync(broken, '{"db":');
const folder = join(home.folder, 'a-folder');
mkdirSync(folder);

/** What can go wrong with any command, and a last one that mostly works. */
const FAILURES: readonly (readonly [what: string, args: readonly string[]])[] = [
  ['nothing but its name', []],
  ['an option that does not exist', ['--no-such-option']],
  ['more arguments than it takes', ['a', 'b', 'c', 'd', 'e']],
  ['things that do not exist', ['cap_nothing']],
  ['a provider that does not exist', ['nobody', 'nothing.happened', '--to', 'http://127.0.0.1:1/']],
  ['a damaged database', ['--db', damaged]],
  ['a folder for a database', ['--db', folder]],
  ['a broken configuration', ['--config', broken]],
  ['its help', ['--help']],
  ['its version', ['--version']],
];

test.each(listed)('$path --json: whatever happens, what it prints is JSON', async ({ path, words }) => {
  for (const [what, args] of FAILURES) {
    const stop = new AbortController();
    const host = memoryHost({
      cwd: home.folder,
      env: { XDG_DATA_HOME: join(home.folder, 'walk'), PATH: process.env['PATH'] },
      // What has got as far as running without end is stopped.
      onSignal: (listener) => {
        const told = (): void => listener('SIGTERM');
        stop.signal.addEventListener('abort', told, { once: true });
        return () => stop.signal.removeEventListener('abort', told);
      },
    });
    const out = host.out as { write: (text: string | Uint8Array) => void };
    const write = out.write;
    out.write = (text) => {
      write(text);
      if (Buffer.from(text).includes('"type":"ready"')) stop.abort();
    };
    const offline = path === 'doctor' ? ['--no-network'] : [];
    const code = await main([...words, ...(PORTS[path] ?? []), ...offline, '--json', ...args], host);
    const where = `${path} with ${what}: ${code}`;
    const lines = host.written.out().split('\n').filter(Boolean);
    expect(() => lines.map((line) => JSON.parse(line) as unknown), where).not.toThrow();
    expect(code, `${where} ${host.written.err()}`).not.toBe(70);
    const errors = host.written.err().split('\n').filter(Boolean);
    expect(() => errors.map((line) => JSON.parse(line) as unknown), where).not.toThrow();
    if (code === 1 || code === 2) expect(errors.length, where).toBeGreaterThan(0);
  }
});

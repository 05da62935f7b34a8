import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startTunnelServer } from '../support/tunnel-server.ts';
import { postThrough, spawnListen } from './listen.ts';
import { createProject, exec, pack, ROOT } from './package.ts';
import { expectSmall } from './size.ts';

let project: string;
let bin: string;

beforeAll(async () => {
  project = createProject();
  const tarball = await pack(project);
  // Without its install script, so as not to compile SQLite a second time: the module built for this checkout is put in.
  await exec('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball], { cwd: project });
  cpSync(
    join(ROOT, 'node_modules/better-sqlite3/build'),
    join(project, 'node_modules/better-sqlite3/build'),
    {
      recursive: true,
    },
  );
  bin = join(project, 'node_modules/.bin/webhook-cli');
});

test('holds what it needs and nothing else', () => {
  const entries = readdirSync(join(project, 'node_modules/webhook-cli'));
  expect(entries.sort()).toEqual(
    ['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'fixtures', 'package.json', 'schema'].sort(),
  );
});

test('is small', () => {
  expectSmall(project);
});

test('names where its parts from other packages come from, and installs none of their dependencies', () => {
  const modules = readdirSync(join(project, 'node_modules'));
  expect(modules.filter((name) => ['localtunnel', 'axios', 'debug', 'yargs'].includes(name))).toEqual([]);
  const notices = readFileSync(join(project, 'node_modules/webhook-cli/dist/THIRD-PARTY.txt'), 'utf8');
  expect(Array.from(notices.matchAll(/^(\S+) [\d.]+ \(/gm), ([, name]) => name)).toEqual([
    'debug',
    'diff',
    'localtunnel',
    'ms',
    'preact',
  ]);
  expect(notices).toContain('Copyright (c) 2018 Roman Shtylman');
});

test('brings every type along that its types name', () => {
  const dist = join(project, 'node_modules/webhook-cli/dist');
  const types = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.d.ts'),
  );
  const missing = types.flatMap((file) =>
    Array.from(
      readFileSync(join(dist, file), 'utf8').matchAll(/\b(?:from|import)\b[ (]*['"](\.[^'"]+)['"]/g),
      ([, named]) => join(dirname(file), named!.replace(/\.[jt]s$/, '.d.ts')),
    ).filter((named) => !types.includes(named)),
  );
  expect(types).toEqual(expect.arrayContaining(['index.d.ts', 'library/forge.d.ts']));
  expect(missing).toEqual([]);
});

test('sends to itself from the command line', async () => {
  const listen = await spawnListen(bin, project, ['--provider', 'iverton', '--secret', 'whsec_x']);
  const { stdout } = await exec(
    bin,
    ['send', 'iverton', '--all', '--to', listen.url, '--secret', 'whsec_x', '--json'],
    {
      cwd: project,
    },
  );
  expect(
    (JSON.parse(stdout) as { attempts: { ok: boolean }[] }).attempts.filter(({ ok }) => ok),
  ).toHaveLength(22);
  await listen.stop();
});

test('brings the page along', async () => {
  const listen = await spawnListen(bin, project, ['--ui', '--ui-port', '0']);
  const page = new URL(listen.ui!);
  for (const [path, part] of [
    ['/', '<div id="app">'],
    ['/assets/app.js', 'Preact'],
    ['/assets/app.css', '--accent'],
  ] as const) {
    expect(await (await fetch(new URL(path, page))).text()).toContain(part);
  }
  await listen.stop();
});

test('opens a tunnel', async () => {
  const server = await startTunnelServer();
  const listen = await spawnListen(bin, project, [
    '--tunnel',
    '--tunnel-host',
    server.url,
    '--subdomain',
    'packed',
  ]);
  expect(listen.tunnelUrl).toContain('packed.');
  expect(await postThrough(listen.tunnelUrl!, Buffer.from([0xff, 0xfe, 0x00, 0x80]))).toBe(200);
  await listen.stop();
  await server.stop();
});

test('is a library: verify needs no native module', async () => {
  const script = `
    import { loadProvider, sign, verify } from 'webhook-cli';
    const { signature } = await loadProvider('iverton');
    const request = { method: 'POST', url: 'http://localhost/', headers: [], body: Buffer.from('{}') };
    const verdict = verify(signature.value, sign(signature.value, request, 's', { now: Date.now() }), ['s']);
    console.log(verdict.ok, process.moduleLoadList.some((name) => name.includes('better_sqlite3')));`;
  const { stdout } = await exec(process.execPath, ['--input-type=module', '-e', script], { cwd: project });
  expect(stdout.trim()).toBe('true false');
});

test('brings along what test suites need', async () => {
  const script = `
    import { createReceiver, send } from 'webhook-cli';
    import { matchers } from 'webhook-cli/matchers';
    const receiver = await createReceiver({ provider: 'iverton', secret: 's' });
    await send('iverton', 'deal.won', { to: receiver, secret: 's' });
    const capture = await receiver.waitFor({ type: 'deal.won', where: 'data.amount=12000' });
    const { pass } = matchers.toBeSignedBy.call({ equals: Object.is }, capture, 's');
    await receiver.close();
    console.log(capture.json().type, pass);`;
  const { stdout } = await exec(process.execPath, ['--input-type=module', '-e', script], { cwd: project });
  expect(stdout.trim()).toBe('deal.won true');
  const schema = join(project, 'schema.json');
  writeFileSync(schema, '{ "type": "object" }');
  const args = [
    'wait',
    '--schema',
    schema,
    '--jmespath',
    'data.amount',
    '--timeout',
    '0s',
    '--db',
    ':memory:',
  ];
  const waited = await exec(bin, args, { cwd: project }).catch((error: { code: number }) => error);
  expect(waited).toMatchObject({ code: 3 });
});

test('says which command mends a missing native module', async () => {
  const build = join(project, 'node_modules/better-sqlite3/build');
  renameSync(build, `${build}.away`);
  try {
    const failure = await exec(bin, ['captures', 'list'], { cwd: project }).catch(
      (error: { code: number; stderr: string }) => error,
    );
    expect(failure).toMatchObject({ code: 1 });
    expect(failure.stderr).toContain('native module does not load');
    expect(failure.stderr).toContain('hint: run: npm rebuild better-sqlite3');
  } finally {
    renameSync(`${build}.away`, build);
  }
  expect(existsSync(build)).toBe(true);
  expect(readFileSync(join(project, 'package.json'), 'utf8')).toContain('webhook-cli');
});

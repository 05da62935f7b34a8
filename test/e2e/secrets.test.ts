import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHome, runHere, type CliOptions } from '../support/cli.ts';
import { payload } from '../support/fixtures.ts';
import { startServer } from '../support/http.ts';

const home = createHome();
const project = join(home.folder, 'project');
mkdirSync(project);
const sources = {
  option: 'secret-of-the-option',
  file: 'secret-of-the-file',
  own: 'secret-of-its-variable',
  variable: 'secret-of-the-variable',
  config: 'secret-of-the-configuration',
};
writeFileSync(join(home.folder, 'secret.txt'), sources.file);
writeFileSync(join(project, 'webhook.config.json'), JSON.stringify({ secrets: { iverton: sources.config } }));
const args = ['send', 'iverton', 'deal.won', '--keep-ids'];
const env = { WEBHOOK_SECRET_IVERTON: sources.own, WEBHOOK_SECRET: sources.variable };
const file = ['--secret-file', join(home.folder, 'secret.txt')];

/** Which of the sources signed. */
async function signer(more: string[], options: Partial<CliOptions> = {}): Promise<string | undefined> {
  const result = await runHere([...args, ...more, '--dry-run', '--json'], { home, cwd: project, ...options });
  expect([result.code, result.stderr]).toEqual([0, '']);
  const [, signature] = result
    .json()
    .requests[0].headers.find(([name]: string[]) => name === 'X-Iverton-Signature');
  const digest = (secret: string) =>
    createHmac('sha256', secret).update(payload('iverton', 'deal.won')).digest('hex');
  return Object.entries(sources).find(([, secret]) => signature === `sha256=${digest(secret)}`)?.[0];
}

describe('the first of these decides', () => {
  test.each([
    ['option', ['--secret', sources.option, ...file], { env }],
    ['option', ['--secret', sources.option, '--secret', 'another'], { env }],
    ['file', file, { env }],
    ['own', [], { env }],
    ['variable', [], { env: { WEBHOOK_SECRET: sources.variable } }],
    ['config', [], {}],
    ['config', ['--config', join(project, 'webhook.config.json')], { cwd: home.folder }],
  ])('%s: %j', async (source, more, options) => {
    expect(await signer(more, options)).toBe(source);
  });
});

describe('no secret', () => {
  test('is a usage error that names the ways', async () => {
    const result = await runHere([...args, '--dry-run', '--json'], { home });
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(JSON.parse(result.stderr).error).toEqual({
      code: 'ERR_NO_SECRET',
      message: 'no secret for iverton',
      hint: 'give one with --secret, --secret-file, WEBHOOK_SECRET_IVERTON or WEBHOOK_SECRET',
    });
  });

  test('is fine where signing is optional', async () => {
    const result = await runHere(['send', 'compliancely', 'request.completed', '--dry-run', '--json'], {
      home,
    });
    expect(result.code).toBe(0);
    expect(result.json().requests[0].headers).toEqual([['Content-Type', 'application/json']]);
  });

  test.each([
    ['--secret', ''],
    ['--secret-file', '/dev/null'],
  ])('%s %j is empty', async (option, value) => {
    const result = await runHere([...args, '--dry-run', '--json', option, value], { home });
    expect([result.code, JSON.parse(result.stderr).error.code]).toEqual([2, 'ERR_EMPTY_SECRET']);
  });

  test('in a file that is not there', async () => {
    const result = await runHere([...args, '--dry-run', '--secret-file', '/nowhere/secret'], { home });
    expect([result.code, result.stderr]).toEqual([
      2,
      'error: cannot read the secret file /nowhere/secret\nhint: check the path given to --secret-file\n',
    ]);
  });
});

test('white space around a secret is taken, with a warning', async () => {
  const result = await runHere([...args, '--dry-run', '--secret', ' padded '], { home });
  expect(result.code).toBe(0);
  expect(result.stderr).toBe('warning: the secret has white space around it, which is taken as part of it\n');
});

test('a secret is never printed', async () => {
  const app = await startServer((_request, response) => void response.writeHead(500).end());
  const secret = 'whsec_never-to-be-seen';
  const uses = [
    [...args, '--to', app.url],
    [...args, '--to', app.url, '--json'],
    [...args, '--to', app.url, '--debug', '--break', 'wrong-secret'],
    [...args, '--dry-run'],
    [...args, '--dry-run', '--json'],
    [...args, '--print', 'curl'],
    [...args, '--set', 'nonsense', '--dry-run', '--debug'],
    ['send', 'iverton', 'nonsense', '--debug', '--dry-run'],
    [
      'verify',
      '--provider',
      'iverton',
      '--header',
      'X-Iverton-Signature: sha256=00',
      '--body',
      'x',
      '--debug',
    ],
    [
      'verify',
      '--provider',
      'iverton',
      '--header',
      'X-Iverton-Signature: sha256=00',
      '--body',
      'x',
      '--json',
    ],
  ];
  for (const use of uses) {
    for (const [given, variables] of [
      [['--secret', secret], {}],
      [[], { WEBHOOK_SECRET: secret }],
    ] as const) {
      const { stdout, stderr } = await runHere([...use, ...given], { home, env: variables });
      expect(stdout + stderr).not.toBe('');
      expect(stdout + stderr).not.toContain('never-to-be-seen');
    }
  }
});

test('one alone signs, and it is said that others were given', async () => {
  const two = await runHere([...args, '--dry-run', '--secret', 'x', '--secret', 'y'], { home });
  expect(two.stderr).toContain('signed with the first of 2 secrets\n');
  const one = await runHere([...args, '--dry-run', '--secret', 'x'], { home });
  expect(one.stderr).not.toContain('signed with');
});

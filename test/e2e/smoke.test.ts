import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import * as contract from '../support/contract.ts';
import { createHome, runCli, spawnCli, type CliOptions } from '../support/cli.ts';
import { startServer } from '../support/http.ts';
import { hasTmux, openTerminal } from '../support/tmux.ts';
import { SECRET, startConsumer } from '../unit/smoke/consumers.ts';
import { parseXml } from '../unit/smoke/xml.ts';

const home = createHome();
let good: string;
/** Takes what has no signature. */
let careless: string;

beforeAll(async () => {
  good = `${(await startConsumer('filedgr')).url}/hooks`;
  careless = `${
    (
      await startConsumer('filedgr', {
        first: ({ headers }, response) =>
          !headers.some(([name]) => name === 'X-Filedgr-Signature') &&
          response.writeHead(200).end(`welcome ${SECRET}`) !== undefined,
      })
    ).url
  }/hooks`;
});

function smoke(url: string, args: readonly string[], env: CliOptions['env'] = {}) {
  return runCli(['smoke', url, '--provider', 'filedgr', ...args], {
    home,
    env: { WEBHOOK_SECRET_FILEDGR: SECRET, ...env },
  });
}

test('a good app passes', async () => {
  const { code, stdout, stderr } = await smoke(good, []);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.replace(/  (<1 ms|[\d.]+ m?s)$/gm, '').split('\n')).toEqual([
    `Filedgr to ${good}`,
    '',
    '✓  R01  acknowledges each of 7 event types',
    '✓  R02  refuses a request without a signature',
    '✓  R03  refuses a body with one byte changed',
    '✓  R04  refuses a signature made with another secret',
    '✓  R05  refuses malformed signatures',
    '✓  R06  verifies the body as it came, byte for byte',
    '✓  R07  answers in time',
    expect.stringMatching(/^ {8}slowest: [a-z_]+\.[a-z_]+ with .+ of 30 s$/),
    '✓  R09  acknowledges an event that comes twice in a row',
    '✓  R10  acknowledges an event that comes again later',
    '✓  R11  acknowledges an event type it does not know',
    '',
    '16 passed, 0 failed',
    '',
  ]);
});

test('a careless app fails, and every report says so and nothing of the secret', async () => {
  const summary = join(home.folder, 'summary.md');
  writeFileSync(summary, '# before\n');
  const { code, stdout, stderr, json } = await smoke(
    careless,
    ['--json', '--junit', 'reports/deep/smoke.xml'],
    {
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: summary,
    },
  );
  expect(code).toBe(3);
  contract.smoked(json());
  expect(json().summary).toEqual({ passed: 15, failed: 1, warned: 0, skipped: 0 });
  expect(json().checks.find(({ status }: { status: string }) => status === 'failed')).toEqual({
    id: 'R02',
    title: 'refuses a request without a signature',
    status: 'failed',
    message: 'answered 200, expected 4xx: welcome ***',
    hint: expect.stringMatching(/^it verifies a signature only where there is one/),
    durationMs: expect.any(Number),
  });
  expect(stderr).toMatch(
    /^::error title=webhook-cli R02::refuses a request without a signature: answered 200, expected 4xx: welcome \*\*\*%0Ahint: it verifies .*\n$/,
  );
  const xml = readFileSync(join(home.folder, 'reports/deep/smoke.xml'), 'utf8');
  const [suite] = parseXml(xml).children;
  expect(suite!.attributes).toMatchObject({ tests: '16', failures: '1', skipped: '0' });
  expect(
    suite!.children
      .filter(({ children }) => children.some(({ name }) => name === 'failure'))
      .map((one) => one.attributes['name']),
  ).toEqual(['R02 refuses a request without a signature']);
  const markdown = readFileSync(summary, 'utf8');
  expect(markdown).toMatch(/^# before\n### webhook-cli smoke: Filedgr\n[^]*\| ❌ \| R02 \|/);
  expect([stdout, stderr, xml, markdown].join('\n')).not.toContain(SECRET);
});

describe('reports', () => {
  test('that cannot be written fail the command, and the rest is still told', async () => {
    mkdirSync(join(home.folder, 'taken'), { recursive: true });
    const { code, stdout, stderr } = await smoke(good, ['--rules', 'R01', '--junit', 'taken'], {
      GITHUB_STEP_SUMMARY: join(home.folder, 'taken'),
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/\n7 passed, 0 failed\n$/);
    expect(stderr.split('\n')).toEqual([
      `error: no summary of the job: ${join(home.folder, 'taken')} cannot be written (EISDIR)`,
      'hint: check the path, and whether it may be written to',
      'error: no JUnit report: taken cannot be written (EISDIR)',
      'hint: check the path, and whether it may be written to',
      '',
    ]);
  });

  test('are for those who ask for them', async () => {
    const { stderr } = await smoke(careless, ['--rules', 'R02'], { GITHUB_ACTIONS: 'false' });
    expect(stderr).toBe('');
  });
});

test('warnings fail where they are to', async () => {
  const { url } = await startConsumer('filedgr', {
    handle: (event) => (event.data.stress === undefined ? null : { status: 422 }),
  });
  const args = ['--rules', 'R01,R06', '--event-type', 'vault.created', '--event-type', 'stream.*'];
  const [plain, strict] = await Promise.all([smoke(url, args), smoke(url, [...args, '--strict'])]);
  expect([plain.code, strict.code]).toEqual([0, 3]);
  expect(plain.stdout).toMatch(/ R01 {2}acknowledges each of 3 event types /);
  expect(plain.stdout).toMatch(/\n3 passed, 0 failed, 1 with a warning\n$/);
  expect(strict.stdout).toMatch(/1 with a warning; --strict takes a warning for a failure\n$/);
});

test('an app that is not there is one failure, at once', async () => {
  const app = await startServer();
  await app.close();
  const { code, stdout } = await smoke(app.url, []);
  expect(code).toBe(3);
  expect(stdout.replace(/  (<1 ms|[\d.]+ m?s)$/gm, '')).toBe(
    [
      `Filedgr to ${app.url}/`,
      '',
      '✗  connection  the app can be reached',
      '               no answer: connection refused',
      `               hint: is your app running at ${app.url}? --wait 30s waits for it`,
      '',
      '0 passed, 1 failed',
      '',
    ].join('\n'),
  );
});

test('Ctrl-C ends it, hanging app or not, and leaves no report behind', async () => {
  let hang = (): void => {};
  const hanging = new Promise<void>((resolve) => (hang = resolve));
  const app = await startServer(() => hang());
  const junit = join(home.folder, 'interrupted.xml');
  const child = spawnCli(
    ['smoke', app.url, '--provider', 'filedgr', '--secret', SECRET, '--json', '--junit', junit],
    { home },
  );
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.resume();
  await hanging;
  const begun = Date.now();
  const ended = new Promise((done) => child.once('close', done));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  // Filedgr would wait for half a minute.
  expect(Date.now() - begun).toBeLessThan(15_000);
  expect(JSON.parse(stdout).summary).toEqual({ passed: 0, failed: 0, warned: 0, skipped: 16 });
  expect(existsSync(junit)).toBe(false);
});

test.skipIf(!hasTmux)('on a terminal it asks for what is missing, and tells how far it is', async () => {
  const terminal = await openTerminal(['smoke', '--rules', 'R01,R02'], { home });
  await terminal.waitFor('Which app? (http://localhost:3000/webhooks)');
  await terminal.type(good);
  await terminal.press('Enter');
  await terminal.waitFor('Which provider?');
  await terminal.type('file');
  await terminal.waitFor('❯ filedgr  Filedgr');
  await terminal.press('Enter');
  await terminal.waitFor('Secret of Filedgr?');
  await terminal.type(SECRET);
  await terminal.waitFor('*'.repeat(SECRET.length));
  await terminal.press('Enter');
  expect(await terminal.ended()).toBe(0);
  const shown = await terminal.screen();
  expect(shown).toMatch(/\n8 passed, 0 failed\n/);
  expect(shown).not.toContain(SECRET);
});

test.each([
  [['smoke', ':1'], 'which provider?'],
  [['smoke', 'ftp://x', '--provider', 'iverton'], '"ftp://x" is not a URL to send to (<url>)'],
  [['smoke', ':1', '--provider', 'iverton'], 'no secret for iverton'],
  [
    ['smoke', ':1', '--provider', 'iverton', '--secret', 'x', '--event-type', 'deal.wonn'],
    '--event-type: nothing in the catalog of iverton fits "deal.wonn"',
  ],
  [
    ['smoke', ':1', '--provider', 'iverton', '--secret', 'x', '--wait', '30'],
    '"30" is not a duration (--wait)',
  ],
])('%j says what is wrong', async (args, message) => {
  const { code, stdout, stderr } = await runCli(args, { home });
  expect([code, stdout, stderr.split('\n')[0]]).toEqual([2, '', `error: ${message}`]);
});

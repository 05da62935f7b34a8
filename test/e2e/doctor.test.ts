import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer, type Server } from 'node:https';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority, selfSigned, type Authority, type Issued } from '../support/certificates.ts';
import { createHome, runCli, runHere, startListen, type CliOptions } from '../support/cli.ts';
import * as contract from '../support/contract.ts';
import { startServer } from '../support/http.ts';

const home = createHome();

async function doctor(args: readonly string[], options: CliOptions = { home }) {
  // Node reads more authorities when a process starts, and never again.
  const start = options.env?.['NODE_EXTRA_CA_CERTS'] === undefined ? runHere : runCli;
  const { code, stderr, json } = await start(['doctor', ...args, '--json'], options);
  expect(stderr).toBe('');
  const report = json();
  contract.examination(report);
  const checks: any[] = report.checks;
  return {
    code,
    checks,
    summary: report.summary,
    status: Object.fromEntries(checks.map(({ id, status }) => [id, status])),
    of: (id: string) => checks.find((check) => check.id === id),
  };
}

describe('an app', () => {
  test('that verifies and answers passes; that it is on this machine is warned of', async () => {
    const listening = await startListen(['--provider', 'iverton', '--secret', 's', '--verify', 'strict'], {
      home,
    });
    const args = [`${listening.url}/webhooks`, '--provider', 'iverton', '--secret', 's'];
    const { code, status, summary, of } = await doctor(args);
    expect(status).toEqual({
      url: 'passed',
      resolves: 'warned',
      reachable: 'passed',
      https: 'passed',
      certificate: 'skipped',
      answers: 'passed',
      deadline: 'passed',
      signature: 'passed',
      clock: 'skipped',
    });
    expect([code, summary]).toEqual([0, { passed: 6, failed: 0, warned: 1, skipped: 2 }]);
    expect(of('resolves')).toMatchObject({
      message: expect.stringContaining('127.0.0.1'),
      hint: expect.stringContaining('webhook-cli listen --tunnel'),
    });
    const [right, wrong] = await listening.captures(2);
    expect([right.eventType, right.verdict.reason, wrong.verdict.reason]).toEqual([
      'contact.created',
      'valid',
      'no-match',
    ]);
    expect(right.eventId).not.toBe(wrong.eventId);

    const human = await runCli(['doctor', ...args], { home });
    expect([human.code, human.stderr]).toEqual([0, '']);
    expect(human.stdout).toMatch(/^✓ {2}signature +it tells a right signature from a wrong one/m);
    expect(human.stdout).toMatch(/\n6 passed, 0 failed, 1 with a warning, 2 skipped\n$/);
  });

  test('whose signature check got another secret fails with exit code 3', async () => {
    const listening = await startListen(
      ['--provider', 'iverton', '--secret', 'theirs', '--verify', 'strict'],
      {
        home,
      },
    );
    const { code, status, of } = await doctor([
      `${listening.url}/webhooks`,
      '--provider',
      'iverton',
      '--secret',
      'ours',
    ]);
    expect([code, status['answers'], status['signature']]).toEqual([3, 'failed', 'skipped']);
    expect(of('answers')).toMatchObject({ message: '401', hint: expect.stringContaining('same secret') });
  });

  test('whose name nobody knows is not looked for any further', async () => {
    const { code, status } = await doctor(['https://nowhere.invalid/webhooks']);
    expect([code, status]).toEqual([
      3,
      {
        url: 'passed',
        resolves: 'failed',
        reachable: 'skipped',
        https: 'passed',
        certificate: 'skipped',
        answers: 'skipped',
        deadline: 'skipped',
        signature: 'skipped',
        clock: 'skipped',
      },
    ]);
  });

  test('that is silent ends the command in the time that it is given', async () => {
    const silent = await startServer(() => {});
    const { code, of } = await doctor([`${silent.url}/webhooks`, '--timeout', '3s']);
    expect(code).toBe(3);
    expect(of('answers')).toMatchObject({
      status: 'failed',
      message: 'no complete answer within 3 s',
      hint: expect.stringContaining('--timeout'),
    });
  });
});

describe('a certificate', () => {
  const { folder } = createHome();
  const servers: Server[] = [];
  let authority: Authority;

  beforeAll(() => {
    authority = createAuthority(folder);
  });
  afterAll(() => {
    for (const server of servers) server.close().closeAllConnections();
  });

  async function serve({ cert, key }: Issued): Promise<string> {
    const server = createTlsServer({ cert, key }, (request, response) => {
      request.resume().on('end', () => response.end());
    });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
  }

  const checked = async (issued: Issued) => {
    const env = { NODE_EXTRA_CA_CERTS: authority.file };
    const { code, of, status } = await doctor([await serve(issued)], { home, env });
    return { code, certificate: of('certificate'), answers: status['answers'] };
  };
  const issue = (name: string, host: string, days: number): Issued => authority.issue(name, { host, days });

  test('that is trusted, in time and for this host passes', async () => {
    expect(await checked(issue('good', 'IP:127.0.0.1', 90))).toMatchObject({
      code: 0,
      certificate: {
        status: 'passed',
        message: expect.stringMatching(/^valid until .*, from Test authority$/),
      },
      answers: 'passed',
    });
  });

  test('that expires soon is warned of', async () => {
    expect(await checked(issue('soon', 'IP:127.0.0.1', 10))).toMatchObject({
      code: 0,
      certificate: {
        status: 'warned',
        message: expect.stringMatching(/it expires in 9 d \d+ h$|it expires in 10 d$/),
      },
      answers: 'passed',
    });
  });

  test('that has expired fails', async () => {
    expect(await checked(issue('expired', 'IP:127.0.0.1', -1))).toMatchObject({
      code: 3,
      certificate: { status: 'failed', message: expect.stringMatching(/^it has expired on [\d-]{10}$/) },
      answers: 'skipped',
    });
  });

  test('for another host fails', async () => {
    expect(await checked(issue('other', 'DNS:example.com', 90))).toMatchObject({
      code: 3,
      certificate: { status: 'failed', message: 'it is for another host: DNS:example.com' },
    });
  });

  test('without its intermediate fails, and passes with it', async () => {
    const intermediate = authority.intermediate('between');
    const leaf = intermediate.issue('leaf', { host: 'IP:127.0.0.1', days: 90 });
    expect(await checked(leaf)).toMatchObject({
      code: 3,
      certificate: {
        message: expect.stringContaining('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
        hint: expect.stringContaining('fullchain.pem'),
      },
    });
    expect(await checked({ ...leaf, cert: leaf.cert + intermediate.cert })).toMatchObject({
      code: 0,
      certificate: { status: 'passed' },
    });
  });

  test('that vouches for itself, and is for another host too, fails for both', async () => {
    expect((await checked(selfSigned(folder, 'DNS:example.com'))).certificate).toMatchObject({
      status: 'failed',
      message: 'it is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT); it is for another host: DNS:example.com',
    });
  });
});

describe('this machine', () => {
  const machine = (...args: string[]): string[] => ['--no-network', ...args];

  test('is fit where nothing has been used yet, and stays as it is', async () => {
    const fresh = createHome();
    const { code, checks, of } = await doctor(machine(), { home: fresh });
    expect(checks.map(({ id }) => id)).toEqual([
      'node',
      'native-module',
      'database',
      'ports',
      'tunnel',
      'configuration',
    ]);
    expect(code).toBe(0);
    expect(of('database')).toMatchObject({
      status: 'passed',
      message: expect.stringContaining(fresh.database),
    });
    expect([of('node').status, of('native-module').status, of('tunnel').status]).toEqual([
      'passed',
      'passed',
      'skipped',
    ]);
    expect(readdirSync(fresh.folder)).toEqual([]);
  });

  test('tells what is in the database and configured, and no secret', async () => {
    const used = createHome();
    const listening = await startListen(['--secret', 's'], { home: used });
    await fetch(listening.url, { method: 'POST', body: 'x' });
    await listening.captures(1);
    await listening.stop();
    chmodSync(used.database, 0o644);
    writeFileSync(
      join(used.folder, 'webhook.config.json'),
      '{"secrets":{"iverton":"hush","ivertn":["hush"]}}',
    );
    const env = { WEBHOOK_SECRET_FILEDGR: 'hush' };
    const { stdout, code } = await runHere(['doctor', ...machine('--json')], { home: used, env });
    expect(stdout).not.toContain('hush');
    const { checks } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(checks.find(({ id }: any) => id === 'database')).toMatchObject({
      status: 'warned',
      message: expect.stringMatching(/: [\d.]+ KB, 1 capture, schema \d+; others than you can read it/),
      hint: `chmod 600 '${used.database}'`,
    });
    expect(checks.find(({ id }: any) => id === 'configuration')).toMatchObject({
      status: 'warned',
      message: expect.stringMatching(
        /webhook\.config\.json: secrets of iverton, ivertn; in the environment: WEBHOOK_SECRET_FILEDGR; there is no provider ivertn$/,
      ),
      hint: 'did you mean iverton?',
    });
  });

  test('with a damaged database and a broken configuration fails for both', async () => {
    const broken = createHome();
    mkdirSync(dirname(broken.database), { recursive: true });
    writeFileSync(broken.database, 'this is no database, and long enough to be taken for one'.repeat(100), {
      mode: 0o600,
    });
    writeFileSync(join(broken.folder, 'webhook.config.json'), '{"secrets":');
    const named = await doctor(machine('--db', broken.database), { home: broken });
    expect(named.code).toBe(3);
    expect(named.of('database')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('is not a SQLite database'),
      hint: expect.stringContaining('--db'),
    });
    expect(named.of('configuration')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('not valid JSON'),
    });
    const { code, status } = await doctor(machine(), { home: broken });
    expect([code, status['database'], status['configuration']]).toEqual([3, 'skipped', 'failed']);
  });

  test('asks the server for tunnels, and does without', async () => {
    const server = await startServer();
    const there = await doctor(['--tunnel-host', server.url], { home });
    expect(there.of('tunnel')).toMatchObject({ status: 'passed', message: new URL(server.url).host });
    await server.close();
    const gone = await doctor(['--tunnel-host', server.url], { home });
    expect(gone.of('tunnel')).toMatchObject({
      status: 'warned',
      hint: expect.stringContaining('everything else works without'),
    });
    expect(gone.code).toBe(0);
  });
});

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import * as contract from '../support/contract.ts';
import { createHome, runCli, spawnCli, startListen, type CliResult } from '../support/cli.ts';
import { payload } from '../support/fixtures.ts';
import { startListenText } from '../support/listen-text.ts';

const home = createHome();
const secret = 'whsec_xxxxxxxxxxxxx';
const listening = await startListen([], { home });

/** An unsigned event, which a receiver without a secret cannot verify. */
async function post(eventType: string, url = listening.url): Promise<number> {
  const body = payload('iverton', eventType);
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${url}/iverton`, { method: 'POST', headers, body })).status;
}

/** Sends until it has ended: when it began to wait, nobody is told. */
async function whileSending(eventType: string, waiting: Promise<CliResult>): Promise<CliResult> {
  let isOver = false;
  const ended = waiting.finally(() => (isOver = true));
  while (!isOver) await Promise.all([post(eventType), pause(20)]);
  return ended;
}

function wait(args: readonly string[]): Promise<CliResult> {
  return runCli(['wait', ...args], { home });
}

describe('wait', () => {
  test('ends when what it waits for comes in by another process', async () => {
    await post('deal.won');
    const args = ['--expect', 'iverton:deal.won x3', '--where', 'data.amount=12000', '--timeout', '60s'];
    const { code, stderr, json } = await whileSending('deal.won', wait([...args, '--json']));
    expect([code, stderr]).toEqual([0, '']);
    contract.waited(json());
    const { captures, ...report } = json();
    expect(captures.map(({ eventType }: { eventType: string }) => eventType)).toEqual(
      Array(3).fill('deal.won'),
    );
    expect(new Set(captures.map(({ id }: { id: string }) => id)).size).toBe(3);
    expect(report).toEqual({
      met: true,
      expectations: [{ provider: 'iverton', type: 'deal.won', count: 3, received: 3 }],
      instead: [],
      earlier: 0,
    });
  });

  test('ends at once where it came before, from --since on', async () => {
    const to = `${listening.url}/iverton`;
    await runCli(['send', 'iverton', 'deal.lost', '--unsigned', '--to', to], { home });
    const filters = ['--provider', 'iverton', '--type', 'deal.l*', '--status', '2xx', '--search', 'Acme'];
    const { code, stdout, stderr } = await wait([...filters, '--since', '5m', '--timeout', '60s']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^cap_\w+\t\S+\tiverton\tdeal\.lost\tnone\t200\tPOST\t\/iverton\t\d+\n$/);
  });

  test('says at the timeout what is missing, and that it came before', async () => {
    await post('contact.created');
    const args = [
      '--expect',
      'iverton:contact.created',
      '--expect',
      'iverton:deal.* x2',
      '--timeout',
      '300ms',
    ];
    const [plain, json] = await Promise.all([wait(args), wait([...args, '--json'])]);
    expect([plain.code, json.code]).toEqual([3, 3]);
    expect(plain.stdout).toBe(
      [
        'Not all that was expected has come:',
        '  ✗ iverton:contact.created  0 of 1',
        '  ✗ iverton:deal.* x2        0 of 2',
        'Nothing came.\n',
      ].join('\n'),
    );
    expect(plain.stderr).toMatch(
      /^\d+ earlier captures would have passed, the newest .+ ago\nhint: count them too with --since 1m\n$/,
    );
    contract.waited(json.json());
    expect([json.stderr, json.json().met, json.json().captures]).toEqual(['', false, []]);
    expect(json.json().earlier).toBeGreaterThan(1);
  });

  test('says what came instead, and why it would not do', async () => {
    await post('client.created');
    writeFileSync(
      join(home.folder, 'text.json'),
      '{"properties":{"data":{"properties":{"id":{"type":"number"}}}}}',
    );
    const base = ['--type', 'client.created', '--since', '5m', '--timeout', '0s'];
    const results = await Promise.all([
      wait([...base, '--where', 'data.id=5']),
      wait([...base, '--jmespath', 'data.nothing']),
      wait([...base, '--schema', 'text.json']),
      wait([...base, '--where', 'data.id', '--verdict', 'ok']),
    ]);
    const whys = [
      /data\.id is "\w+", not 5/,
      /data\.nothing gives null/,
      /\/data\/id must be number/,
      /its signature was not checked/,
    ];
    for (const [index, { code, stdout, stderr }] of results.entries()) {
      expect([code, stderr]).toEqual([3, '']);
      expect(stdout).toContain('  ✗ client.created  0 of 1\nWhat came instead:\n');
      expect(stdout).toMatch(new RegExp(`\n  1 x iverton client\\.created: ${whys[index]!.source}\n`));
      expect(stdout).toMatch(/\n {2}\d+ x iverton deal\.won: not client\.created\n/);
    }
  });

  test('is stopped by Ctrl-C', async () => {
    const own = createHome();
    const child = spawnCli(['wait', '--count', '1', '--json'], { home: own });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    const ended = new Promise((resolve) => child.once('close', resolve));
    while (!existsSync(own.database)) await pause(10);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ met: false, captures: [] });
  });

  test('refuses what makes no sense before it waits', async () => {
    const [both, both2, broken] = await Promise.all([
      wait(['--count', '2', '--expect', 'deal.won']),
      wait(['--count', '0']),
      wait(['--jmespath', 'a =']),
    ]);
    expect([both.code, both2.code, broken.code]).toEqual([2, 2, 2]);
    expect(both.stderr).toBe(
      "error: --count and --expect exclude each other\nhint: write --expect 'iverton:deal.won x2'\n",
    );
    expect(both2.stderr).toContain('--count takes a whole number from 1 to 1000000, not "0"');
    expect(broken.stderr).toMatch(/^error: --jmespath a =: .* \(at its end\)\nhint: /);
  });
});

describe('listen --expect', () => {
  const args = ['--secret', secret, '--expect', 'iverton:deal.won x2', '--expect', 'deal.lost'];
  const send = (eventType: string, url: string, key = secret): Promise<CliResult> =>
    runCli(['send', 'iverton', eventType, '--secret', key, '--to', url], { home });

  test('ends by itself when all has come', async () => {
    const own = createHome();
    const where = ['--where', 'data.name~Acme', '--where', 'data.amount>1'];
    const { url, items, ended } = await startListen([...args, ...where, '--timeout', '120s'], { home: own });
    await send('deal.won', url);
    await send('deal.won', url, 'another secret');
    await send('contact.created', url);
    await send('deal.lost', url);
    expect(items.some(({ type }) => type === 'summary')).toBe(false);
    expect((await send('deal.won', url)).code).toBe(0);
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(items.map(({ type }) => type)).toEqual([
      'ready',
      ...Array<string>(5).fill('capture'),
      'summary',
      'expectation',
    ]);
    contract.expectationItem(items.at(-1));
    expect(items.at(-1)).toEqual({
      type: 'expectation',
      met: true,
      expectations: [
        { provider: 'iverton', type: 'deal.won', count: 2, received: 2 },
        { provider: null, type: 'deal.lost', count: 1, received: 1 },
      ],
      instead: [
        {
          provider: 'iverton',
          what: 'deal.won',
          why: 'the signature in X-Iverton-Signature does not match: another secret, or other bytes',
          count: 1,
        },
        { provider: 'iverton', what: 'contact.created', why: 'not expected', count: 1 },
      ],
    });
    const kept = await runCli(['captures', 'list', '--json'], { home: own });
    expect(kept.json().captures).toHaveLength(5);
  });

  test('answers what is under way before it ends', async () => {
    const own = createHome();
    const { url, ended } = await startListen(['--respond', 'delay:1s,200', '--expect', 'deal.won'], {
      home: own,
    });
    expect(await Promise.all([post('deal.won', url), post('deal.won', url)])).toEqual([200, 200]);
    expect((await ended).code).toBe(0);
  });

  test('ends with 3 at the timeout, and says what is missing', async () => {
    const own = createHome();
    const { items, ended } = await startListen([...args, '--timeout', '300ms'], { home: own });
    expect(await ended).toEqual({ code: 3, signal: null });
    contract.expectationItem(items.at(-1));
    expect(items.at(-1)).toMatchObject({ type: 'expectation', met: false, instead: [] });
  });

  test('goes on until Ctrl-C without a timeout, and reports then too', async () => {
    const own = createHome();
    const { url, kill, until, ended, stdout } = await startListenText(
      ['--quiet', '--expect', 'deal.won x2'],
      { home: own },
    );
    await post('deal.won', url);
    await post('deal.lost', url);
    kill('SIGINT');
    await until((output) => output.stdout.includes('1 of 2'));
    expect(await ended).toEqual({ code: 130, signal: null });
    expect(stdout()).toBe(
      [
        'Not all that was expected has come:',
        '  ✗ deal.won x2  1 of 2',
        'What came instead:',
        '  1 x iverton deal.lost: not expected\n',
      ].join('\n'),
    );
  });

  test.each(['--where', '--jmespath', '--schema', '--timeout'])('is needed by %s', async (option) => {
    const value = option === '--schema' ? 'no.json' : option === '--timeout' ? '1s' : 'data';
    const { code, stderr } = await runCli(['listen', '--port', '0', option, value], { home });
    expect([code, stderr]).toEqual([
      2,
      `error: ${option} needs --expect\nhint: such as --expect 'iverton:deal.won x2'\n`,
    ]);
  });
});

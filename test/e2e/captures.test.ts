import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import * as contract from '../support/contract.ts';
import { BIN, createHome, runCli, runHere, startListen, type Home } from '../support/cli.ts';
import { sendRaw } from '../support/http.ts';

const home = createHome();
const secret = 'whsec_kept';
const everyByte = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte));

const listening = await startListen(['--secret', secret, '--respond', '200,201,500,200'], { home });
await runHere(['send', 'iverton', 'deal.won', '--to', `${listening.url}/hooks/a`, '--secret', secret], {
  home,
});
await runHere(['send', 'iverton', 'deal.lost', '--to', `${listening.url}/hooks/b`, '--secret', 'wrong'], {
  home,
});
await runHere(['send', 'filedgr', 'vault.created', '--to', listening.url, '--unsigned'], { home });
await post('/bytes', everyByte, ['Content-Type: application/octet-stream']);
await post(
  '/zipped?x=1',
  gzipSync('{"note":"Überraschung für jane.doe@example.com"}'),
  ['Content-Encoding: gzip'],
  'PUT',
);
await post('/evil', '{"type":"\\u001b[31mred","x":"\u009b1m\u202e"}', [
  'X-Evil: \u009b31m',
  'Content-Type: application/json',
]);
const kept = await listening.captures(6);
const [won, lost, vault, bytes, zipped, evil] = kept.map(({ id }) => id) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
await listening.stop();

async function post(
  path: string,
  body: string | Buffer,
  headers: string[],
  method = 'POST',
  to = listening.url,
): Promise<void> {
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: h',
    'Connection: close',
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  await sendRaw(
    to,
    Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]),
  );
}

async function list(
  ...args: string[]
): Promise<{ ids: string[]; nextCursor: string | null; captures: any[] }> {
  const [command = 'list', ...rest] = args[0] === 'search' ? args : ['list', ...args];
  const { code, stderr, json } = await runHere(['captures', command, ...rest, '--json'], { home });
  expect([code, stderr]).toEqual([0, '']);
  contract.captureList(json());
  const { captures, nextCursor } = json();
  return { ids: captures.map(({ id }: any) => id), nextCursor, captures };
}

async function failure(home: Home, ...args: string[]): Promise<any> {
  const { code, stdout, stderr } = await runHere(['captures', ...args, '--json'], { home });
  expect(stdout).toBe('');
  contract.failure(JSON.parse(stderr));
  return { code, ...JSON.parse(stderr).error };
}

describe('list', () => {
  test('has the newest first, without headers and bodies', async () => {
    const { ids, nextCursor, captures } = await list();
    expect(ids).toEqual([evil, zipped, bytes, vault, lost, won]);
    expect(nextCursor).toBeNull();
    const { headers: _headers, body: _body, ...summary } = kept[0];
    expect(captures[5]).toEqual({ ...summary, response: { status: 200, durationMs: expect.any(Number) } });
  });

  test.each([
    [['--provider', 'iverton'], (): string[] => [lost, won]],
    [['--type', 'deal.won'], (): string[] => [won]],
    [['--type', 'deal.*'], (): string[] => [lost, won]],
    [['--type', '*.created'], (): string[] => [vault]],
    [['--verdict', 'ok'], (): string[] => [won]],
    [['--verdict', 'failed'], (): string[] => [vault, lost]],
    [['--verdict', 'missing-header'], (): string[] => [vault]],
    [['--verdict', 'none'], (): string[] => [evil, zipped, bytes]],
    [['--status', '500'], (): string[] => [vault]],
    [['--status', '2xx', '--provider', 'iverton'], (): string[] => [lost, won]],
    [['--method', 'put'], (): string[] => [zipped]],
    [['--path', '/hooks'], (): string[] => [lost, won]],
    [['--path', '/zipped?x'], (): string[] => [zipped]],
    [['--since', '1h'], (): string[] => [evil, zipped, bytes, vault, lost, won]],
    [['--until', '1h'], (): string[] => []],
    [['--since', '2020-01-01', '--until', '2020-01-02'], (): string[] => []],
    [['--provider', 'nobody'], (): string[] => []],
    [['--type', 'no.such', '--verdict', 'too-old', '--status', '404'], (): string[] => []],
  ])('%j', async (args, ids) => {
    expect((await list(...args)).ids).toEqual(ids());
  });

  test.each([
    [['--verdict', 'no-mach'], /^error: --verdict takes .*, not "no-mach"\nhint: did you mean no-match\?\n$/],
    [['--verdict', 'unheard-of-thing'], /^error: --verdict .*\nhint: reasons are valid, .*no-secret\n$/],
    [['--status', '7xx'], /^error: --status takes 200, 5xx and the like, not "7xx"\n$/],
  ])('%j is refused, since nothing can match', async (args, message) => {
    const { code, stdout, stderr } = await runHere(['captures', 'list', ...args], { home });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  test('tells of a provider that is not known here', async () => {
    const told = await runHere(['captures', 'list', '--provider', 'strpie'], { home });
    expect([told.code, told.stderr]).toEqual([
      0,
      'note: no provider is called "strpie" here; did you mean stripe?\nno captures match\n',
    ]);
  });

  test('goes on from page to page', async () => {
    const pages: string[][] = [];
    let cursor: string | null = null;
    do {
      const page = await list('--limit', '4', ...(cursor === null ? [] : ['--cursor', cursor]));
      pages.push(page.ids);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(pages).toEqual([
      [evil, zipped, bytes, vault],
      [lost, won],
    ]);
  });

  test('goes on within a filter, and is not disturbed by what comes in meanwhile', async () => {
    const own = createHome();
    const receiver = await startListen([], { home: own });
    const page = async (...args: string[]) =>
      (await runHere(['captures', 'list', '--path', '/p', '--json', ...args], { home: own })).json();
    for (const path of ['/p1', '/x', '/p2', '/p3']) await post(path, '', [], 'POST', receiver.url);
    const first = await page('--limit', '2');
    await post('/p4', '', [], 'POST', receiver.url);
    const second = await page('--limit', '2', '--cursor', first.nextCursor);
    expect([...first.captures, ...second.captures].map(({ path }: any) => path)).toEqual([
      '/p3',
      '/p2',
      '/p1',
    ]);
    expect(second.nextCursor).toBeNull();
    await receiver.stop();
  });

  test('tells people where to go on', async () => {
    const { code, stdout, stderr } = await runHere(['captures', 'list', '--limit', '1'], { home });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^${evil}\\t\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\t-\\t-\\tnone\\t200\\tPOST\\t/evil\\t\\d+\\n$`),
    );
    expect(stderr).toMatch(/^older ones: --cursor \S+\n$/);
  });

  test('is tab-separated in a pipe', async () => {
    const command = '"$0" "$1" captures list --db "$2" | cut -f 4,5 | sort | head -n 2';
    const args = ['--norc', '-c', command, process.execPath, BIN, home.database];
    const env = { PATH: process.env['PATH'] };
    const { stdout, stderr } = await promisify(execFile)('bash', args, { env });
    expect([stdout, stderr]).toEqual(['-\tnone\n-\tnone\n', '']);
  });

  test.each([
    [['--limit', '0'], '--limit takes a whole number from 1 to 10000, not "0"'],
    [['--limit', '10001'], '--limit takes a whole number from 1 to 10000, not "10001"'],
    [['--limit', 'all'], '--limit takes a whole number from 1 to 10000, not "all"'],
    [['--cursor', 'x'], '"x" is not a cursor'],
    [['--since', 'soon'], '"soon" is not a time (--since)'],
    [['--until', '1 h'], '"1 h" is not a time (--until)'],
  ])('not %j', async (args, message) => {
    expect(await failure(home, 'list', ...args)).toMatchObject({ code: 'ERR_USAGE', message });
    expect((await runHere(['captures', 'list', ...args], { home })).code).toBe(2);
  });

  test.each(['1', '10000'])('--limit %s is within the bounds', async (limit) => {
    expect((await list('--limit', limit)).ids).toHaveLength(Math.min(Number(limit), 6));
  });

  test('of nothing is empty, and makes no fuss', async () => {
    const empty = createHome();
    const human = await runHere(['captures', 'list'], { home: empty });
    expect([human.code, human.stdout, human.stderr]).toEqual([0, '', 'no captures match\n']);
    const { stdout } = await runHere(['captures', 'list', '--json'], { home: empty });
    expect(stdout).toBe('{"captures":[],"nextCursor":null}\n');
  });
});

describe('search', () => {
  test.each([
    [['acme'], (): string[] => [lost, won]],
    [['ACME', 'won'], (): string[] => [won]],
    [['acme', 'filedgr'], (): string[] => []],
    [['acme renewal'], (): string[] => [lost, won]],
    [['X-Iverton-Signature'], (): string[] => [lost, won]],
    [['jane.doe@example.com'], (): string[] => [zipped]],
    [['überraschung'], (): string[] => [zipped]],
    [['acme', '--verdict', 'ok'], (): string[] => [won]],
    [['acme', '--limit', '1'], (): string[] => [lost]],
    [['"acme'], (): string[] => [lost, won]],
    [['NOT', 'acme OR', '*'], (): string[] => []],
    [['nowhere'], (): string[] => []],
  ])('%j', async (args, ids) => {
    expect((await list('search', ...args)).ids).toEqual(ids());
  });

  test('goes on from page to page', async () => {
    const first = await list('search', 'acme', '--limit', '1');
    const second = await list('search', 'acme', '--limit', '1', '--cursor', first.nextCursor!);
    expect([first.ids, second.ids, second.nextCursor]).toEqual([[lost], [won], null]);
  });

  test('finds nothing without a fuss', async () => {
    const { code, stdout, stderr } = await runHere(['captures', 'search', 'nowhere'], { home });
    expect([code, stdout, stderr]).toEqual([0, '', 'no captures match\n']);
  });
});

describe('show', () => {
  test.each([
    ['by its id', (): string => won],
    ['that is compressed', (): string => zipped],
    ['the last', (): string => 'last'],
  ])('%s', async (_name, id) => {
    const { code, stderr, json } = await runHere(['captures', 'show', id(), '--json'], { home });
    expect([code, stderr]).toEqual([0, '']);
    contract.captureShown(json());
    const expected = id() === 'last' ? kept[5] : kept.find((capture) => capture.id === id());
    expect(json()).toEqual({
      capture: { ...expected, response: { ...expected.response, durationMs: expect.any(Number) } },
      replays: [],
      diagnosis: [],
    });
  });

  test('says why a signature does not verify, as far as a secret is known', async () => {
    const lostOne = ['captures', 'show', lost];
    const env = { WEBHOOK_SECRET_IVERTON: secret, WEBHOOK_SECRET_FILEDGR: 'wrong' };
    const known = await runHere([...lostOne, '--json'], { home, env });
    contract.captureShown(known.json());
    const [best, ...others] = known.json().diagnosis;
    expect([best.cause, best.confidence, others]).toEqual(['secret-other', 'certain', []]);
    const human = await runHere(lostOne, { home, env });
    expect(human.stdout).toMatch(/^verdict +✗ no-match: .*\nwhy +.*filedgr.* \(secret-other\)$/m);
    expect((await runHere(lostOne, { home })).stdout).not.toMatch(/^why/m);
    expect((await runHere(['captures', 'show', won], { home, env })).stdout).not.toMatch(/^why/m);
    const raw = await runHere([...lostOne, '--raw'], { home, env });
    expect(raw.stdout).toBe(kept.find(({ id }) => id === lost).body);
  });

  test('bytes that are no text come as base64', async () => {
    const { capture } = (await runHere(['captures', 'show', bytes, '--json'], { home })).json();
    expect(Buffer.from(capture.bodyBase64, 'base64').equals(everyByte)).toBe(true);
  });

  test('--raw writes the exact bytes and nothing else', async () => {
    const raw = async (id: string) => (await runCli(['captures', 'show', id, '--raw'], { home })).stdoutBytes;
    expect((await raw(bytes)).equals(everyByte)).toBe(true);
    expect((await raw(won)).toString()).toBe(kept[0].body);
    expect((await raw(zipped)).toString('base64')).toBe(kept[4].bodyBase64);
  });

  test('for reading: what it is, headers, body', async () => {
    const { stdout } = await runHere(['captures', 'show', lost], { home });
    expect(stdout).toContain(
      `${lost}\nreceived  ${kept[1].receivedAt}\nfrom      127.0.0.1\nprovider  iverton\ntype      deal.lost\n`,
    );
    expect(stdout).toContain('\nverdict   ✗ no-match: the signature in X-Iverton-Signature does not match');
    expect(stdout).toContain('\nanswered  201 after ');
    expect(stdout).toContain('\nPOST /hooks/b\n');
    expect(stdout).toContain('\nContent-Type: application/json\n');
    expect(stdout).toContain('\n    "name": "Acme renewal",\n');
    const unpacked = await runHere(['captures', 'show', zipped], { home });
    expect(unpacked.stdout).toContain('"note": "Überraschung für jane.doe@example.com"');
    const dumped = await runHere(['captures', 'show', bytes], { home });
    expect(dumped.stdout).toMatch(/\n00000000 {2}00 01 02 .*\n/);
  });

  test('does a terminal no harm', async () => {
    const outputs = [
      await runHere(['captures', 'show', evil], { home }),
      await runHere(['captures', 'show', evil, '--json'], { home }),
      await runHere(['captures', 'list'], { home }),
      await runHere(['providers', 'detect', evil], { home }),
      await runHere(['verify', evil, '--provider', 'iverton', '--secret', 'x'], { home }),
    ];
    for (const { stdout, stderr } of outputs) {
      // oxlint-disable-next-line no-control-regex
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    expect(outputs[0]!.stdout).toContain('X-Evil: \\u{9b}31m');
  });

  test.each([
    [['show', 'cap_nothing'], 1, 'ERR_NOT_FOUND', 'there is no capture cap_nothing'],
    [['show'], 2, 'ERR_USAGE', 'which capture?'],
    [
      ['show', 'last', 'more'],
      2,
      'ERR_USAGE',
      "too many arguments for 'show'. Expected 1 argument but got 2.",
    ],
  ])('not %j', async (args, code, errorCode, message) => {
    expect(await failure(home, ...args)).toMatchObject({ code: errorCode, message });
    expect((await runHere(['captures', ...args], { home })).code).toBe(code);
  });

  test('the last of none', async () => {
    expect(await failure(createHome(), 'show', 'last')).toMatchObject({
      code: 'ERR_NOT_FOUND',
      message: 'there are no captures yet',
      hint: 'receive some with: webhook-cli listen',
    });
  });
});

describe('delete', () => {
  const filled = async (): Promise<{ own: Home; ids: string[]; left: () => Promise<string[]> }> => {
    const own = createHome();
    const receiver = await startListen([], { home: own });
    for (const path of ['/a1', '/a2', '/b1', '/b2'])
      await post(path, 'words to find', [], 'POST', receiver.url);
    const ids = (await receiver.captures(4)).map(({ id }) => id);
    await receiver.stop();
    const left = async () =>
      (await runHere(['captures', 'list', '--json'], { home: own }))
        .json()
        .captures.map(({ path }: any) => path)
        .reverse();
    return { own, ids, left };
  };

  test('those that are named', async () => {
    const { own, ids, left } = await filled();
    const { code, json } = await runHere(['captures', 'delete', ids[0]!, ids[2]!, '--json'], { home: own });
    contract.deleted(json());
    expect([code, json()]).toEqual([0, { deleted: 2 }]);
    expect(await left()).toEqual(['/a2', '/b2']);
    expect((await runHere(['captures', 'delete', 'last'], { home: own })).stdout).toBe('1 deleted\n');
    expect(await left()).toEqual(['/a2']);
    const found = await runHere(['captures', 'search', 'words', '--json'], { home: own });
    expect(found.json().captures).toHaveLength(1);
  });

  test('none where one of them does not exist', async () => {
    const { own, ids, left } = await filled();
    expect(await failure(own, 'delete', ids[0]!, 'cap_nothing')).toMatchObject({
      code: 'ERR_NOT_FOUND',
      message: 'there is no capture cap_nothing',
    });
    expect(await left()).toHaveLength(4);
  });

  test('those that pass filters, and all, with --yes only', async () => {
    const { own, left } = await filled();
    for (const args of [['--path', '/a'], ['--all']]) {
      expect(await failure(own, 'delete', ...args)).toMatchObject({
        code: 'ERR_USAGE',
        message: 'this deletes captures for good',
        hint: 'confirm with --yes',
      });
    }
    expect(await left()).toHaveLength(4);
    expect((await runHere(['captures', 'delete', '--path', '/a', '--yes'], { home: own })).stdout).toBe(
      '2 deleted\n',
    );
    expect(await left()).toEqual(['/b1', '/b2']);
    expect((await runHere(['captures', 'delete', '--until', '7d', '--yes'], { home: own })).stdout).toBe(
      '0 deleted\n',
    );
    expect((await runHere(['captures', 'delete', '--all', '--yes'], { home: own })).stdout).toBe(
      '2 deleted\n',
    );
    expect(await left()).toEqual([]);
  });

  test.each([[[]], [['--yes']], [['cap_x', '--all']], [['--all', '--path', '/']]])('not %j', async (args) => {
    expect(await failure(home, 'delete', ...args)).toMatchObject({
      code: 'ERR_USAGE',
      message: 'which captures?',
    });
    expect((await list()).ids).toHaveLength(6);
  });
});

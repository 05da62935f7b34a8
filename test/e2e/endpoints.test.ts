import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { headerValue } from '../../src/model/request.ts';
import { iverton } from '../../src/providers/iverton.ts';
import { taskplatform } from '../../src/providers/taskplatform.ts';
import { verify } from '../../src/signing/verify.ts';
import { createHome, runCli, runHere, startServe } from '../support/cli.ts';
import * as contract from '../support/contract.ts';
import { createPlace, SECRET, type Place } from '../support/delivering.ts';
import { startServer } from '../support/http.ts';

const HERE = 'http://localhost:3000/webhooks';

/** The text that a command prints for people. */
async function text({ home }: Place, ...args: string[]) {
  const { code, stdout, stderr } = await runHere(args, { home });
  return { code, stdout, stderr };
}

async function changed({ run }: Place, ...args: string[]) {
  const { code, result, stderr, error } = await run('endpoints', ...args);
  if (result !== null) contract.endpointShown(result);
  return { code, stderr, error, endpoint: result?.endpoint };
}

/** The secret in full. */
async function secretOf(place: Place, id: string): Promise<string> {
  return (await changed(place, 'show', id, '--show-secrets')).endpoint.secret;
}

/** An app that answers as told; 200 until then. */
async function startApp() {
  const app = { status: 200 };
  const server = await startServer((_request, response) => void response.writeHead(app.status).end());
  return Object.assign(server, { answer: (status: number) => void (app.status = status) });
}

describe('create', () => {
  test('makes an endpoint as its provider has it', async () => {
    const place = createPlace();
    const { code, stderr, endpoint } = await changed(
      place,
      'create',
      '--provider',
      'iverton',
      '--url',
      HERE,
      '--secret',
      'whsec_abcdefghijklmnopqrst',
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(endpoint).toMatchObject({
      provider: 'iverton',
      url: HERE,
      eventTypes: ['*'],
      secret: 'whsec_…qrst',
      headers: [],
      filters: {},
      timeoutMs: null,
      retryCount: null,
      retryDelayMs: null,
      delaysMs: null,
      status: 'active',
      disabledReason: null,
      effective: {
        timeoutMs: 5_000,
        delaysMs: [60_000, 300_000, 1_800_000, 7_200_000, 86_400_000],
        disable: { unit: 'retry', threshold: 5, consecutive: true },
      },
    });
    expect(await place.endpoints()).toEqual([endpoint]);
  });

  test('takes every setting', async () => {
    const place = createPlace();
    const { code, endpoint } = await changed(
      place,
      'create',
      '--provider',
      'filedgr',
      '--url',
      ':3000/hooks',
      '--secret',
      'mine',
      '--events',
      'vault.*, stream.alert_triggered',
      '--header',
      'X-Team: a',
      '--header',
      'X-Team: b',
      '--filter',
      'vaultIds=v1,v2',
      '--filter',
      'vaultIds=v3',
      '--filter',
      'userIds=u1',
      '--timeout',
      '10',
      '--retry-count',
      '3',
      '--retry-delay',
      '5',
      '--inactive',
    );
    expect(code).toBe(0);
    expect(endpoint).toMatchObject({
      url: 'http://127.0.0.1:3000/hooks',
      eventTypes: ['vault.*', 'stream.alert_triggered'],
      secret: '…',
      headers: [
        ['X-Team', 'a'],
        ['X-Team', 'b'],
      ],
      filters: { vaultIds: ['v1', 'v2', 'v3'], userIds: ['u1'] },
      timeoutMs: 10_000,
      retryCount: 3,
      retryDelayMs: 5_000,
      status: 'inactive',
      disabledReason: 'created inactive',
      effective: { timeoutMs: 10_000, delaysMs: [5_000, 5_000], disable: null },
    });
    const { endpoint: own } = await changed(
      place,
      'create',
      '--provider',
      'iverton',
      '--url',
      HERE,
      '--secret',
      'x',
      '--delays',
      '1m,90,500ms',
    );
    expect(own.delaysMs).toEqual([60_000, 90_000, 500]);
    expect(own.effective.delaysMs).toEqual([60_000, 90_000, 500]);
  });

  test('tells people what was made', async () => {
    const place = createPlace();
    const { code, stdout, stderr } = await text(
      place,
      'endpoints',
      'create',
      '--provider',
      'filedgr',
      '--url',
      HERE,
      '--events',
      'vault.*',
      '--secret',
      'a-secret-of-24-characters-or-more',
      '--filter',
      'vaultIds=v1',
      '--header',
      'X-Team: a',
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.replace(/ep_\w+/, 'ep_1')).toBe(`ep_1
  provider  Filedgr (filedgr)
  url       ${HERE}
  events    vault.*
  status    active
  secret    …more   (in full: --show-secrets)
  header    X-Team: a
  filter    vaultIds=v1
  time-out  30 s
  retries   4, after 2 s, 4 s, 8 s, 16 s
`);
  });

  test('generates the secret where the provider does, and it signs', async () => {
    const place = createPlace();
    const app = await startServer();
    const { code, stdout, stderr } = await text(
      place,
      'endpoints',
      'create',
      '--provider',
      'taskplatform',
      '--url',
      app.url,
    );
    expect(code).toBe(0);
    const [id = ''] = /^ep_\w+/.exec(stdout) ?? [];
    expect(stderr).toBe(
      `the secret was generated; read it with: webhook-cli endpoints show ${id} --show-secrets\n`,
    );
    const secret = await secretOf(place, id);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(stdout).toContain(`  secret    …${secret.slice(-4)}   (in full: --show-secrets)\n`);
    expect((await place.run('emit', 'taskplatform', 'task.created')).code).toBe(0);
    expect(verify(taskplatform.signature.value, app.received[0]!, [secret]).reason).toBe('valid');
    expect(verify(taskplatform.signature.value, app.received[0]!, ['another']).reason).toBe('no-match');
    const { endpoint } = await changed(
      place,
      'create',
      '--provider',
      'taskplatform',
      '--url',
      HERE,
      '--show-secrets',
    );
    expect(endpoint.secret).toMatch(/^[0-9a-f]{64}$/);
    expect(endpoint.secret).not.toBe(secret);
  });

  test('takes the secret from a file, verbatim, or from the environment', async () => {
    const place = createPlace();
    const app = await startServer();
    const file = join(place.home.folder, 'secret');
    const bytes = Buffer.from([0, 200, 10, 255]);
    writeFileSync(file, bytes);
    const base = ['endpoints', 'create', '--provider', 'iverton', '--url', app.url];
    expect((await text(place, ...base, '--secret-file', file)).code).toBe(0);
    const env = { WEBHOOK_SECRET_IVERTON: 'of-the-environment' };
    expect((await runCli(base, { home: place.home, env })).code).toBe(0);
    await place.run('emit', 'iverton', 'deal.won');
    expect(app.received).toHaveLength(2);
    const reasons = (secret: string | Uint8Array) =>
      app.received.map((request) => verify(iverton.signature.value, request, [secret]).reason).sort();
    expect(reasons(bytes)).toEqual(['no-match', 'valid']);
    expect(reasons('of-the-environment')).toEqual(['no-match', 'valid']);
    const [{ id }] = (await place.endpoints()) as any;
    expect(await secretOf(place, id)).toBe(`base64:${bytes.toString('base64')}`);
  });

  test('goes without a secret where signing is optional', async () => {
    const place = createPlace();
    const app = await startServer();
    const { stdout } = await text(
      place,
      'endpoints',
      'create',
      '--provider',
      'compliancely',
      '--url',
      app.url,
    );
    expect(stdout).toContain('\n  secret    none: deliveries are not signed\n');
    await place.run('emit', 'compliancely', 'request.completed');
    expect(headerValue(app.received[0]!.headers, 'Compliancely-Signature')).toBeUndefined();
  });

  test.each([
    ['filedgr', 'http://localhost/x'],
    ['filedgr', 'http://127.0.0.1:1/x'],
    ['filedgr', 'http://[::1]:1/x'],
    ['filedgr', 'http://app.localhost/x'],
    ['deiterate', 'http://127.1.2.3/x'],
    ['filedgr', 'https://example.com/x'],
    ['taskplatform', 'http://example.com/x'],
    ['iverton', 'http://example.com/x'],
  ])('%s delivers to %s', async (provider, url) => {
    const place = createPlace();
    expect(await place.endpoint(provider, url)).toMatchObject({ provider, url });
  });
});

describe('bad input writes nothing', () => {
  const create = (provider: string, ...more: string[]): string[] => [
    'create',
    '--provider',
    provider,
    ...(more.includes('--url') ? [] : ['--url', HERE]),
    ...(more.some((arg) => arg.startsWith('--secret')) ? [] : ['--secret', 'whsec_x']),
    ...more,
  ];
  const RESERVED = /is set by .+ with every delivery and cannot be an endpoint's own$/;

  test.each<[string, string[], string, string | RegExp, string | null]>([
    [
      'an unknown provider',
      create('ivertn'),
      'ERR_UNKNOWN_PROVIDER',
      'unknown provider "ivertn"',
      'did you mean iverton?',
    ],
    [
      'an unknown event type',
      create('iverton', '--events', 'deal.wonn'),
      'ERR_UNKNOWN_EVENT_TYPE',
      'Iverton AI has no event type "deal.wonn"',
      'did you mean deal.won?',
    ],
    [
      'an unknown event type among others',
      create('iverton', '--events', 'deal.lost,contact.creatd'),
      'ERR_UNKNOWN_EVENT_TYPE',
      'Iverton AI has no event type "contact.creatd"',
      'did you mean contact.created?',
    ],
    [
      'a pattern that nothing fits',
      create('iverton', '--events', 'xyzzy.*'),
      'ERR_UNKNOWN_EVENT_TYPE',
      'Iverton AI has no event type "xyzzy.*"',
      'see them all with: webhook-cli providers show iverton',
    ],
    [
      'no event types',
      create('iverton', '--events', ' , '),
      'ERR_ENDPOINT',
      'an endpoint needs event types',
      "name some, or take all with '*'",
    ],
    [
      'a URL that is not http(s)',
      create('iverton', '--url', 'ftp://example.com/x'),
      'ERR_USAGE',
      '"ftp://example.com/x" is not a URL to send to (--url)',
      'write it like http://localhost:3000/webhooks',
    ],
    ['no URL at all', create('iverton', '--url', 'http://'), 'ERR_USAGE', /is not a URL to send to/, null],
    [
      'a port that is none',
      create('iverton', '--url', ':99999'),
      'ERR_USAGE',
      /is not a URL to send to/,
      null,
    ],
    [
      'user and password in a URL',
      create('iverton', '--url', 'http://me:pw@localhost/'),
      'ERR_USAGE',
      'user and password of a URL are not sent (--url)',
      null,
    ],
    [
      'HTTP to elsewhere',
      create('filedgr', '--url', 'http://example.com/hooks'),
      'ERR_ENDPOINT',
      'Filedgr delivers over HTTPS only, and http://example.com/hooks is not',
      'write https://; plain HTTP is for this machine: http://localhost:3000/webhooks',
    ],
    [
      'HTTP to elsewhere, without its scheme',
      create('deiterate', '--url', 'example.com/hooks'),
      'ERR_ENDPOINT',
      'de.iterate delivers over HTTPS only, and http://example.com/hooks is not',
      null,
    ],
    [
      'HTTP to a host that looks like this machine',
      create('filedgr', '--url', 'http://localhost.example.com/'),
      'ERR_ENDPOINT',
      /delivers over HTTPS only/,
      null,
    ],
    [
      'HTTP to a host of the local network',
      create('filedgr', '--url', 'http://192.168.1.2/'),
      'ERR_ENDPOINT',
      /delivers over HTTPS only/,
      null,
    ],
    [
      'an empty secret',
      create('iverton', '--secret', ''),
      'ERR_EMPTY_SECRET',
      'the secret is empty',
      'an empty secret proves nothing; check the option or file',
    ],
    [
      'an empty secret file',
      create('iverton', '--secret-file', '/dev/null'),
      'ERR_EMPTY_SECRET',
      /empty/,
      null,
    ],
    [
      'an empty secret where one is generated',
      create('taskplatform', '--secret', ''),
      'ERR_EMPTY_SECRET',
      /empty/,
      null,
    ],
    [
      'an empty secret where signing is optional',
      create('compliancely', '--secret', ''),
      'ERR_EMPTY_SECRET',
      /empty/,
      null,
    ],
    [
      'no secret',
      ['create', '--provider', 'iverton', '--url', HERE],
      'ERR_NO_SECRET',
      'Iverton AI takes the secret from whoever creates an endpoint, and none was given',
      'give one with --secret or --secret-file',
    ],
    [
      'two secrets',
      create('iverton', '--secret', 'a', '--secret', 'b'),
      'ERR_USAGE',
      'an endpoint has one secret',
      'give --secret once',
    ],
    [
      'a header that overrides the signature',
      create('iverton', '--header', 'x-iverton-SIGNATURE: sha256=00'),
      'ERR_ENDPOINT',
      RESERVED,
      null,
    ],
    [
      'a header that may override the signature',
      create('deiterate', '--header', 'x-webhook-signature: 00'),
      'ERR_ENDPOINT',
      RESERVED,
      null,
    ],
    [
      'a header that overrides the event type',
      create('filedgr', '--header', 'X-FILEDGR-EVENT-TYPE: a'),
      'ERR_ENDPOINT',
      RESERVED,
      null,
    ],
    [
      'a header that overrides the content type',
      create('filedgr', '--header', 'content-TYPE: text/plain'),
      'ERR_ENDPOINT',
      RESERVED,
      null,
    ],
    ...['Host', 'Content-Length', 'Connection', 'Transfer-Encoding'].map(
      (name): [string, string[], string, RegExp, null] => [
        `a ${name} header`,
        create('iverton', '--header', 'X-A: b', '--header', `${name.toUpperCase()}: x`),
        'ERR_ENDPOINT',
        RESERVED,
        null,
      ],
    ),
    [
      'a header that is none',
      create('filedgr', '--header', 'no colon'),
      'ERR_USAGE',
      /is not a header$/,
      null,
    ],
    [
      'a header with a line break',
      create('filedgr', '--header', 'X-A: b\r\nX-B: c'),
      'ERR_USAGE',
      /is not a header$/,
      null,
    ],
    [
      'a time-out in milliseconds',
      create('filedgr', '--timeout', '30000'),
      'ERR_ENDPOINT',
      'a time-out of 30000 seconds looks like milliseconds',
      'it is given in seconds: 30, or with its unit: 500ms, 30s',
    ],
    [
      'a time-out of nothing',
      create('filedgr', '--timeout', '0'),
      'ERR_ENDPOINT',
      'a time-out must be longer than nothing',
      null,
    ],
    [
      'a negative time-out',
      create('filedgr', '--timeout', '-1'),
      'ERR_ENDPOINT',
      'a time-out must be longer than nothing',
      null,
    ],
    [
      'a negative retry count',
      create('filedgr', '--retry-count', '-1'),
      'ERR_ENDPOINT',
      'a retry count is a whole number from 1 to 100, not -1',
      'it counts attempts in all: 1 sends once and retries never',
    ],
    [
      'a retry count of 0',
      create('filedgr', '--retry-count', '0'),
      'ERR_ENDPOINT',
      /from 1 to 100, not 0$/,
      null,
    ],
    ['too many retries', create('filedgr', '--retry-count', '101'), 'ERR_ENDPOINT', /not 101$/, null],
    ['a retry count that is none', create('filedgr', '--retry-count', 'x'), 'ERR_USAGE', /not "x"$/, null],
    ['a negative delay', create('filedgr', '--retry-delay', '-1'), 'ERR_ENDPOINT', /^a wait between/, null],
    ['a delay without end', create('filedgr', '--delays', '1m,31d'), 'ERR_ENDPOINT', /at most 30 d$/, null],
    [
      'a schedule without end',
      create('filedgr', '--delays', Array(100).fill('1s').join()),
      'ERR_ENDPOINT',
      /at most 100 attempts$/,
      null,
    ],
    [
      'an unknown filter',
      create('filedgr', '--filter', 'vaultId=v1'),
      'ERR_ENDPOINT',
      'Filedgr has no filter "vaultId"',
      'did you mean vaultIds?',
    ],
    [
      'a filter like no other',
      create('filedgr', '--filter', 'xyzzy=v1'),
      'ERR_ENDPOINT',
      'Filedgr has no filter "xyzzy"',
      'it has vaultIds, templateIds, userIds',
    ],
    [
      'a filter where there are none',
      create('iverton', '--filter', 'vaultIds=v1'),
      'ERR_ENDPOINT',
      'Iverton AI has no filter "vaultIds"',
      'it filters by event type alone',
    ],
    [
      'a filter that is none',
      create('filedgr', '--filter', 'vaultIds'),
      'ERR_USAGE',
      /is not a filter$/,
      null,
    ],
    ['no provider', ['create', '--url', HERE], 'ERR_USAGE', 'which provider?', null],
    [
      'nowhere',
      ['create', '--provider', 'iverton', '--secret', 'x'],
      'ERR_USAGE',
      'where to?',
      'give a URL with --url, such as --url http://localhost:3000/webhooks',
    ],
  ])('%s: %j', async (_what, args, code, message, hint) => {
    const place = createPlace();
    const { code: exit, error, endpoint } = await changed(place, ...args);
    expect([exit, endpoint]).toEqual([2, undefined]);
    contract.failure({ error });
    expect(error.code).toBe(code);
    if (typeof message === 'string') expect(error.message).toBe(message);
    else expect(error.message).toMatch(message);
    if (hint !== null) expect(error.hint).toBe(hint);
    expect(await place.endpoints()).toEqual([]);
  });

  test('nor does a bad change', async () => {
    const place = createPlace();
    const filed = await place.endpoint('filedgr', HERE, '--header', 'X-Team: a');
    const before = await place.endpoints();
    const changes: [string[], string][] = [
      [['--url', 'ftp://x'], 'ERR_USAGE'],
      [['--url', 'http://example.com/'], 'ERR_ENDPOINT'],
      [['--events', 'vault.creatd'], 'ERR_UNKNOWN_EVENT_TYPE'],
      [['--secret', ''], 'ERR_EMPTY_SECRET'],
      [['--secret', 'a', '--secret', 'b'], 'ERR_USAGE'],
      [['--header', 'X-Filedgr-Signature: 00'], 'ERR_ENDPOINT'],
      [['--timeout', '30000'], 'ERR_ENDPOINT'],
      [['--retry-count', '-1'], 'ERR_ENDPOINT'],
      [['--filter', 'vaultId=x'], 'ERR_ENDPOINT'],
      [['--url', 'https://example.com/', '--retry-count', '0'], 'ERR_ENDPOINT'],
      [[], 'ERR_USAGE'],
    ];
    for (const [args, expected] of changes) {
      const { code, error } = await changed(place, 'update', filed.id, ...args);
      expect([args, code, error.code]).toEqual([args, 2, expected]);
    }
    expect(await place.endpoints()).toEqual(before);
  });

  test.each([
    ['show', 'ep_nothing'],
    ['update', 'ep_nothing', '--timeout', '5'],
    ['delete', 'ep_nothing'],
    ['enable', 'ep_nothing'],
    ['disable', 'ep_nothing'],
    ['test', 'ep_nothing'],
    ['rotate-secret', 'ep_nothing'],
  ])('%s of an endpoint that is not there', async (...args) => {
    const { code, error } = await changed(createPlace(), ...args);
    expect([code, error]).toEqual([
      1,
      {
        code: 'ERR_NOT_FOUND',
        message: 'there is no endpoint ep_nothing',
        hint: 'see them with: webhook-cli endpoints list',
      },
    ]);
  });
});

describe('headers with --emulate-header-override', () => {
  test('replace what the provider sends, as some providers’ code lets them', async () => {
    const place = createPlace();
    const app = await startServer();
    const { id } = await place.endpoint(
      'filedgr',
      app.url,
      '--emulate-header-override',
      '--header',
      'x-filedgr-signature: forged',
      '--header',
      'content-type: text/plain',
    );
    expect((await place.run('emit', 'filedgr', 'vault.created')).code).toBe(0);
    const names = app.received[0]!.headers.filter(([name]) =>
      /^(x-filedgr-signature|content-type)$/i.test(name),
    );
    expect(names).toEqual([
      ['x-filedgr-signature', 'forged'],
      ['content-type', 'text/plain'],
    ]);
    // They stay when something else is changed; others of the kind have to be allowed anew.
    expect((await changed(place, 'update', id, '--timeout', '5')).code).toBe(0);
    const another = ['--header', 'content-type: text/html'];
    expect((await changed(place, 'update', id, ...another)).error.code).toBe('ERR_ENDPOINT');
    expect((await changed(place, 'rotate-secret', id)).code).toBe(0);
  });
});

describe('list and show', () => {
  test('tell all endpoints, oldest first, and some by filter', async () => {
    const place = createPlace();
    const one = await place.endpoint('iverton', `${HERE}/1`);
    const two = await place.endpoint('filedgr', `${HERE}/2`, '--events', 'vault.*');
    const three = await place.endpoint('iverton', `${HERE}/3`, '--inactive');
    const listed = async (...args: string[]) =>
      (await place.run('endpoints', 'list', ...args)).result.endpoints.map(({ id }: any) => id);
    expect(await listed()).toEqual([one.id, two.id, three.id]);
    expect(await listed('--provider', 'iverton')).toEqual([one.id, three.id]);
    expect(await listed('--status', 'inactive')).toEqual([three.id]);
    expect(await listed('--provider', 'iverton', '--status', 'active')).toEqual([one.id]);
    expect(await listed('--provider', 'nobody')).toEqual([]);
    expect((await text(place, 'endpoints', 'list')).stdout).toBe(
      [
        [one.id, 'iverton', `${HERE}/1`, '*', 'active'],
        [two.id, 'filedgr', `${HERE}/2`, 'vault.*', 'active'],
        [three.id, 'iverton', `${HERE}/3`, '*', 'inactive'],
      ]
        .map((row) => `${row.join('\t')}\n`)
        .join(''),
    );
    expect((await changed(place, 'show', two.id)).endpoint).toEqual(two);
  });

  test('say that there are none', async () => {
    const place = createPlace();
    expect(await text(place, 'endpoints', 'list')).toEqual({ code: 0, stdout: '', stderr: 'no endpoints\n' });
    expect((await place.run('endpoints', 'list')).result).toEqual({ endpoints: [] });
  });
});

describe('update', () => {
  test('changes what is given and leaves the rest', async () => {
    const place = createPlace();
    const before = await place.endpoint('filedgr', HERE, '--header', 'X-Team: a', '--filter', 'vaultIds=v1');
    const { code, endpoint } = await changed(
      place,
      'update',
      before.id,
      '--url',
      'https://example.com/',
      '--events',
      'vault.*',
      '--timeout',
      '5s',
    );
    expect(code).toBe(0);
    expect(endpoint).toEqual({
      ...before,
      url: 'https://example.com/',
      eventTypes: ['vault.*'],
      timeoutMs: 5_000,
      effective: { ...before.effective, timeoutMs: 5_000 },
      updatedAt: endpoint.updatedAt,
    });
    expect(endpoint.updatedAt >= before.updatedAt).toBe(true);
    expect(await place.endpoints()).toEqual([endpoint]);
    const own = await changed(place, 'update', before.id, '--delays', '1s,2s');
    expect(own.endpoint.effective.delaysMs).toEqual([1_000, 2_000]);
    const none = await changed(place, 'update', before.id, '--delays', 'none');
    expect([none.endpoint.delaysMs, none.endpoint.effective.delaysMs]).toEqual([[], []]);
    const back = await changed(place, 'update', before.id, '--delays', 'default');
    expect(back.endpoint.delaysMs).toBeNull();
    expect(back.endpoint.effective.delaysMs).toEqual([2_000, 4_000, 8_000, 16_000]);
  });

  test('counts from the next attempt on', async () => {
    const place = createPlace();
    const [old, fresh] = [await startApp(), await startApp()];
    old.answer(500);
    const { id } = await place.endpoint('iverton', old.url);
    const { result } = await place.run('emit', 'iverton', 'deal.won');
    await changed(place, 'update', id, '--url', fresh.url);
    await place.run('deliveries', 'retry', result.deliveries[0].id);
    expect([old.received.length, fresh.received.length]).toEqual([1, 1]);
  });
});

describe('rotate-secret', () => {
  test('tells, as create does, what an app verifies with that was given a key without its kind', async () => {
    const place = createPlace();
    const note =
      /^the secret is taken for a private key; your app verifies with the public one, [0-9a-f]{64}$/m;
    const key = '7'.repeat(64);
    const create = ['endpoints', 'create', '--provider', 'discord', '--url', 'https://app.example/'];
    expect((await text(place, ...create, '--secret', key)).stderr).toMatch(note);
    const generated = await text(place, ...create);
    expect(generated.stderr).not.toMatch(note);
    const id = /ep_\w+/.exec(generated.stdout)![0];
    expect((await text(place, 'endpoints', 'rotate-secret', id, '--secret', key)).stderr).toMatch(note);
    expect((await text(place, 'endpoints', 'rotate-secret', id)).stderr).not.toMatch(note);
  });

  test('generates another, which counts from the next attempt on', async () => {
    const place = createPlace();
    const app = await startApp();
    app.answer(500);
    const { id } = await place.endpoint('iverton', app.url);
    const { result } = await place.run('emit', 'iverton', 'deal.won');
    const { code, stdout, stderr } = await text(place, 'endpoints', 'rotate-secret', id);
    expect([code, stderr]).toEqual([
      0,
      `read the secret with: webhook-cli endpoints show ${id} --show-secrets\n`,
    ]);
    const secret = await secretOf(place, id);
    expect(secret).toMatch(/^whsec_[0-9a-f]{64}$/);
    expect(stdout).toContain(`  secret    whsec_…${secret.slice(-4)}   (in full: --show-secrets)\n`);
    app.answer(200);
    expect((await place.run('deliveries', 'retry', result.deliveries[0].id)).code).toBe(0);
    const reasons = (key: string) =>
      app.received.map((request) => verify(iverton.signature.value, request, [key]).reason);
    expect(reasons(SECRET)).toEqual(['valid', 'no-match']);
    expect(reasons(secret)).toEqual(['no-match', 'valid']);
    expect(app.received[1]!.body.equals(app.received[0]!.body)).toBe(true);
  });

  test('takes one that is given', async () => {
    const place = createPlace();
    const { id } = await place.endpoint('iverton', HERE);
    const { code, endpoint } = await changed(
      place,
      'rotate-secret',
      id,
      '--secret',
      'another',
      '--show-secrets',
    );
    expect([code, endpoint.secret]).toEqual([0, 'another']);
    for (const [args, expected] of [
      [['--secret', ''], 'ERR_EMPTY_SECRET'],
      [['--secret', 'a', '--secret', 'b'], 'ERR_USAGE'],
    ] as const) {
      const { code: exit, error } = await changed(place, 'rotate-secret', id, ...args);
      expect([exit, error.code]).toEqual([2, expected]);
    }
    expect(await secretOf(place, id)).toBe('another');
  });
});

describe('disable and enable', () => {
  test('disabling cancels what waits, and discards what comes', async () => {
    const place = createPlace();
    const app = await startApp();
    const { id } = await place.endpoint('iverton', app.url);
    const waiting = (await place.run('emit', 'iverton', 'deal.won', '--no-wait')).result.deliveries[0];
    const { code, endpoint } = await changed(place, 'disable', id, '--reason', 'moving house');
    expect(code).toBe(0);
    expect(endpoint).toMatchObject({ status: 'inactive', disabledReason: 'moving house' });
    expect(await place.delivery(waiting.id)).toMatchObject({ status: 'canceled', nextAttemptAt: null });
    const { deliveries } = (await place.run('emit', 'iverton', 'deal.lost')).result;
    expect(deliveries).toMatchObject([
      { status: 'discarded', reason: 'the endpoint is inactive: moving house' },
    ]);
    // Once more changes nothing.
    expect((await changed(place, 'disable', id)).endpoint).toEqual(endpoint);
    const enabled = await changed(place, 'enable', id);
    expect(enabled.endpoint).toMatchObject({ status: 'active', disabledReason: null, disabledAt: null });
    expect((await place.delivery(waiting.id)).status).toBe('canceled');
    expect((await place.run('emit', 'iverton', 'deal.won')).code).toBe(0);
    expect(app.received).toHaveLength(1);
  });

  test('taskplatform wants a passed test before a disabled endpoint is enabled', async () => {
    const place = createPlace();
    const app = await startApp();
    app.answer(500);
    const { id } = await place.endpoint('taskplatform', app.url);
    expect((await place.run('endpoints', 'test', id)).code).toBe(3);
    await place.run('emit', 'taskplatform', 'task.created', '--clock', 'virtual');
    expect((await place.endpoints())[0]).toMatchObject({
      status: 'disabled',
      disabledReason: '3 failed retries in a row',
      testedAt: null,
    });
    const refused = await text(place, 'endpoints', 'enable', id);
    expect(refused).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: Task platform wants a disabled endpoint tested before it is enabled, and ${id} has not passed a test since\nhint: run: webhook-cli endpoints test ${id}   (or enable it with --force)\n`,
    });
    expect((await changed(place, 'enable', id)).error.code).toBe('ERR_TEST_WANTED');
    // A test that fails is none that was passed.
    expect((await place.run('endpoints', 'test', id)).code).toBe(3);
    expect((await changed(place, 'enable', id)).code).toBe(1);
    app.answer(200);
    expect((await place.run('endpoints', 'test', id)).code).toBe(0);
    expect((await place.endpoints())[0].status).toBe('disabled');
    const { code, endpoint } = await changed(place, 'enable', id);
    expect([code, endpoint.status, endpoint.failures]).toEqual([0, 'active', 0]);
    // The test that was passed before does not count for the next time.
    app.answer(500);
    await place.run('emit', 'taskplatform', 'task.created', '--clock', 'virtual');
    expect((await changed(place, 'enable', id)).code).toBe(1);
    expect((await changed(place, 'enable', id, '--force')).endpoint.status).toBe('active');
  });

  test('other providers want none, nor does what was switched off by hand', async () => {
    const place = createPlace();
    const app = await startApp();
    app.answer(500);
    const { id } = await place.endpoint('iverton', app.url);
    await place.run('emit', 'iverton', 'deal.won', '--clock', 'virtual');
    expect((await place.endpoints())[0].status).toBe('disabled');
    expect((await changed(place, 'enable', id)).endpoint.status).toBe('active');
    const task = await place.endpoint('taskplatform', app.url);
    await changed(place, 'disable', task.id);
    expect((await changed(place, 'enable', task.id)).endpoint.status).toBe('active');
  });
});

describe('test', () => {
  test('delivers one event, recorded, not retried and not counted', async () => {
    const place = createPlace();
    const app = await startApp();
    app.answer(500);
    const { id } = await place.endpoint('iverton', app.url, '--events', 'deal.won', '--delays', '1ms,1ms');
    await place.endpoint('iverton', `${app.url}/other`);
    for (let number = 0; number < 7; number += 1) {
      const { code, result } = await place.run('endpoints', 'test', id);
      contract.deliveryTested(result);
      expect(code).toBe(3);
      expect(result.delivery).toMatchObject({
        endpointId: id,
        eventType: 'deal.won',
        status: 'failed',
        trigger: 'test',
        nextAttemptAt: null,
        attempts: [{ number: 1, trigger: 'test', response: { status: 500 } }],
      });
      expect(await place.delivery(result.delivery.id)).toMatchObject({ trigger: 'test', status: 'failed' });
    }
    expect(app.received.map(({ path }) => path)).toEqual(Array(7).fill('/'));
    expect((await place.endpoints())[0]).toMatchObject({ id, status: 'active', failures: 0, testedAt: null });
    app.answer(200);
    expect((await place.run('endpoints', 'test', id)).code).toBe(0);
    expect((await place.endpoints())[0].testedAt).not.toBeNull();
  });

  test('tells people what came back', async () => {
    const place = createPlace();
    const app = await startServer((_request, response) => void response.writeHead(404).end('no such hook\n'));
    const { id } = await place.endpoint('iverton', app.url);
    const { code, stdout, stderr } = await text(place, 'endpoints', 'test', id, 'deal.lost');
    expect([code, stderr]).toEqual([3, '']);
    expect(stdout).toMatch(/^✗ {2}deal\.lost {2}evt_\w{12} {2}404 {2}\S+ \S+\n {2}no such hook\n$/);
  });

  test('reaches an endpoint that is not active, and waits for no other', async () => {
    const place = createPlace();
    const app = await startApp();
    const { id } = await place.endpoint('iverton', app.url, '--inactive');
    const { code, result } = await place.run('endpoints', 'test', id, 'deal.won');
    expect([code, result.delivery.status]).toEqual([0, 'succeeded']);
    expect(verify(iverton.signature.value, app.received[0]!, [SECRET]).reason).toBe('valid');
    expect((await place.endpoints())[0].status).toBe('inactive');
  });

  test('of an event type that is none sends nothing', async () => {
    const place = createPlace();
    const app = await startApp();
    const { id } = await place.endpoint('iverton', app.url);
    const { code, error } = await changed(place, 'test', id, 'deal.wonn');
    expect([code, error.code]).toEqual([2, 'ERR_UNKNOWN_EVENT_TYPE']);
    expect([app.received, await place.deliveries()]).toEqual([[], []]);
  });

  test('is left to an engine that has the database for itself', async () => {
    const place = createPlace();
    const app = await startApp();
    const { id } = await place.endpoint('iverton', app.url);
    const serve = await startServe(['--clock', 'virtual'], { home: place.home });
    const { code } = await place.run('endpoints', 'test', id);
    expect(code).toBe(0);
    expect(await serve.attempts(1)).toMatchObject([{ endpointId: id, attempt: { trigger: 'test' } }]);
    await serve.stop();
  });
});

describe('delete', () => {
  test('takes endpoints away, cancels what waits, and keeps what was', async () => {
    const place = createPlace();
    const app = await startApp();
    const one = await place.endpoint('iverton', app.url);
    const two = await place.endpoint('iverton', app.url);
    const kept = await place.endpoint('iverton', app.url);
    await place.run('emit', 'iverton', 'deal.won', '--no-wait');
    // A misspelt one among them deletes none.
    expect((await changed(place, 'delete', one.id, 'ep_nothing')).code).toBe(1);
    expect(await place.endpoints()).toHaveLength(3);
    const { code, result } = await place.run('endpoints', 'delete', one.id, two.id);
    expect([code, result]).toEqual([0, { deleted: 2 }]);
    expect((await place.endpoints()).map(({ id }) => id)).toEqual([kept.id]);
    const statuses = (await place.deliveries()).map(({ endpointId, status }) => [endpointId, status]);
    expect(statuses.sort()).toEqual(
      [
        [one.id, 'canceled'],
        [two.id, 'canceled'],
        [kept.id, 'pending'],
      ].sort(),
    );
    expect((await place.deliveries('--endpoint', one.id)).length).toBe(1);
    expect((await text(place, 'endpoints', 'delete', kept.id)).stdout).toBe('1 deleted\n');
  });
});

describe('a secret', () => {
  test('is printed in full only where that is asked for', async () => {
    const place = createPlace();
    const app = await startApp();
    app.answer(500);
    const secret = 'whsec_never-to-be-seen-by-anybody';
    const given = ['--secret', secret];
    const { id } = await place.endpoint('filedgr', app.url, ...given);
    const uses: string[][] = [
      ['endpoints', 'create', '--provider', 'iverton', '--url', app.url, ...given],
      ['endpoints', 'create', '--provider', 'iverton', '--url', 'ftp://x', ...given],
      ['endpoints', 'create', '--provider', 'iverton', '--url', app.url, ...given, '--timeout', '30000'],
      ['endpoints', 'create', '--provider', 'iverton', '--url', app.url, ...given, ...given],
      ['endpoints', 'list'],
      ['endpoints', 'show', id],
      ['endpoints', 'update', id, '--timeout', '5'],
      ['endpoints', 'update', id, ...given],
      ['endpoints', 'update', id, ...given, '--events', 'nonsense'],
      ['endpoints', 'disable', id],
      ['endpoints', 'enable', id],
      ['endpoints', 'test', id],
      ['endpoints', 'rotate-secret', id, ...given],
      ['emit', 'filedgr', 'vault.created'],
      ['deliveries', 'list'],
      ['deliveries', 'show', 'last'],
      ['deliveries', 'list', '--endpoint', id, '--format', 'provider'],
    ];
    for (const use of uses) {
      for (const more of [[], ['--json'], ['--debug']]) {
        const { stdout, stderr } = await text(place, ...use, ...more);
        expect([use, (stdout + stderr).length > 0]).toEqual([use, true]);
        expect(stdout + stderr).not.toContain('never-to-be-seen');
        expect(stdout + stderr).not.toContain(Buffer.from(secret).toString('base64').slice(0, 16));
      }
    }
    for (const use of [
      ['endpoints', 'show', id],
      ['endpoints', 'list'],
      ['endpoints', 'update', id, '--timeout', '6'],
    ]) {
      expect((await text(place, ...use, '--show-secrets')).stdout).toContain(secret);
      expect((await text(place, ...use, '--show-secrets', '--json')).stdout).toContain(secret);
    }
  });

  test('that is short shows nothing of itself', async () => {
    const place = createPlace();
    for (const secret of ['a', 'short', 'whsec_x', 'twenty-three-characters']) {
      const { secret: shown } = await place.endpoint('filedgr', HERE, '--secret', secret);
      expect(shown).toBe('…');
    }
  });
});

test('endpoints are there in the next process, and in no other database', async () => {
  const place = createPlace();
  await place.endpoint('iverton', HERE);
  const other = join(createHome().folder, 'other.db');
  expect((await place.run('endpoints', 'list', '--db', other)).result.endpoints).toEqual([]);
  expect(await place.endpoints()).toHaveLength(1);
});

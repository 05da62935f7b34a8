import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { headerValue } from '../../src/model/request.ts';
import * as contract from '../support/contract.ts';
import { createHome, runHere, startListen, type CliOptions } from '../support/cli.ts';
import { payload } from '../support/fixtures.ts';
import { startServer } from '../support/http.ts';

const home = createHome();
const secret = 'whsec_options';
const listening = await startListen(['--secret', secret], { home });

/** Sends to the listener and resolves with what it captured. */
async function captured(count: number, args: string[], options: Partial<CliOptions> = {}): Promise<any[]> {
  const before = listening.items.filter(({ type }) => type === 'capture').length;
  const result = await runHere(['send', ...args, '--to', listening.url, '--secret', secret, '--json'], {
    home,
    ...options,
  });
  expect(result.stderr).toBe('');
  contract.attempts(result.json());
  expect(result.code).toBe(0);
  return (await listening.captures(before + count)).slice(before);
}

/** An option several times. */
function each(option: string, ...values: string[]): string[] {
  return values.flatMap((value) => [option, value]);
}

async function capturedOne(...args: string[]): Promise<any> {
  const [capture] = await captured(1, args);
  return capture;
}

/** What would be sent. */
async function request(...args: string[]): Promise<any> {
  const result = await runHere(['send', ...args, '--dry-run', '--json'], { home });
  expect([result.code, result.stderr]).toEqual([0, '']);
  contract.requests(result.json());
  return result.json().requests[0];
}

describe('--set', () => {
  test('sets typed, nested and new values, and the signature covers them', async () => {
    const changes = each(
      '--set',
      'data.amount=15000',
      'data.won=true',
      'data.note=null',
      'data.name=Big one',
      'data.code="007"',
      'data.owner.address.city=Oslo',
      'data.tags[0]=a',
      'data.tags[1]={"b":[1]}',
      'data["a.b=c"]=x',
    );
    const capture = await capturedOne('iverton', 'deal.won', ...changes);
    expect(capture.verdict.ok).toBe(true);
    expect(JSON.parse(capture.body)).toMatchObject({
      type: 'deal.won',
      data: {
        amount: 15_000,
        won: true,
        note: null,
        name: 'Big one',
        code: '007',
        owner: { address: { city: 'Oslo' } },
        tags: ['a', { b: [1] }],
        'a.b=c': 'x',
        currency: 'USD',
      },
    });
  });

  test('can be the id of the event', async () => {
    const capture = await capturedOne('iverton', 'deal.won', '--set', 'id=evt_mine');
    expect([capture.eventId, capture.duplicateOf]).toEqual(['evt_mine', null]);
    const again = await capturedOne('iverton', 'deal.won', '--set', 'id=evt_mine');
    expect(again.duplicateOf).toBe(capture.id);
  });
});

describe('--data', () => {
  const bytes = Buffer.from([0, 255, 13, 10, 0x7b, 0xc3, 0x28, 10]);
  const file = join(home.folder, 'body.bin');
  writeFileSync(file, bytes);

  test('@file has the exact bytes', async () => {
    const capture = await capturedOne('compliancely', '--data', `@${file}`);
    expect(Buffer.from(capture.bodyBase64, 'base64').equals(bytes)).toBe(true);
    expect(capture).toMatchObject({ provider: 'compliancely', eventType: null, verdict: { ok: true } });
  });

  test('@file is relative to the working directory', async () => {
    expect((await capturedOne('compliancely', '--data', '@body.bin')).bodySize).toBe(bytes.length);
  });

  test('- has the bytes of standard input', async () => {
    const [capture] = await captured(1, ['iverton', '--data', '-'], { stdin: bytes });
    expect(Buffer.from(capture.bodyBase64, 'base64').equals(bytes)).toBe(true);
    const [empty] = await captured(1, ['iverton', '--data', '-'], { stdin: '' });
    expect([empty.bodySize, empty.body, empty.verdict.ok]).toEqual([0, '', true]);
  });

  test('takes text as it is, and its type and id from there', async () => {
    const text = '{ "type":"custom.thing",  "id":"evt_7", "n": 30.0 }\n';
    const capture = await capturedOne('iverton', '--data', text);
    expect(capture).toMatchObject({
      body: text,
      eventType: 'custom.thing',
      eventId: 'evt_7',
      verdict: { ok: true },
    });
  });

  test('goes with a named type, of the catalog or not', async () => {
    const { headers, body } = await request(
      'filedgr',
      'my.own',
      '--data',
      '{"eventId":"evt_8"}',
      '--secret',
      's',
    );
    expect(headers).toContainEqual(['X-Filedgr-Event-Type', 'my.own']);
    expect(headers).toContainEqual(['X-Filedgr-Event-ID', 'evt_8']);
    expect(body).toBe('{"eventId":"evt_8"}');
  });

  test('can be changed where it is JSON, and keeps every other byte', async () => {
    const data = '{ "a": {"b":1, "big":12345678901234567890},\n"c":30.0 }';
    const { body } = await request('iverton', '--data', data, '--set', 'a.b=2', '--secret', 's');
    expect(body).toBe(data.replace('"b":1', '"b":2'));
  });

  test.each([
    [['--data', '@missing.json'], 1, 'ERR_NOT_FOUND', 'cannot read missing.json'],
    [
      ['--data', 'plain', '--set', 'a=1'],
      2,
      'ERR_USAGE',
      'the body is not JSON, so nothing can be set in it',
    ],
    [['--data', '{}', '--all'], 2, 'ERR_USAGE', '--all sends the whole catalog'],
  ])('not %j', async (args, code, errorCode, message) => {
    const result = await runHere(['send', 'iverton', ...args, '--secret', 's', '--dry-run', '--json'], {
      home,
    });
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(JSON.parse(result.stderr).error).toMatchObject({ code: errorCode, message });
  });
});

describe('--header', () => {
  test('adds, and replaces whatever the case', async () => {
    const given = each('--header', 'X-Mine: 1', 'content-type: text/plain', 'X-Mine: 2', 'X-Empty:');
    const { headers } = await request('iverton', 'deal.won', '--secret', 's', ...given);
    expect(headers).toEqual([
      ['X-Iverton-Signature', expect.any(String)],
      ['X-Mine', '1'],
      ['content-type', 'text/plain'],
      ['X-Mine', '2'],
      ['X-Empty', ''],
    ]);
  });

  test('arrives as it was given', async () => {
    const capture = await capturedOne(
      'iverton',
      'deal.won',
      '--header',
      'x-MIXED: é 日',
      '--header',
      'Host: app.example',
    );
    expect(headerValue(capture.headers, 'host')).toBe('app.example');
    expect(capture.headers).toContainEqual(['x-MIXED', Buffer.from('é 日').toString('latin1')]);
  });

  test('can spoil the signature', async () => {
    const { verdict } = await capturedOne(
      'iverton',
      'deal.won',
      '--header',
      'X-Iverton-Signature: sha256=nonsense',
    );
    expect(verdict).toMatchObject({ ok: false, reason: 'malformed-header' });
  });
});

test('--count sends so many, each with an id of its own', async () => {
  const captures = await captured(5, ['iverton', 'deal.won', '--count', '5']);
  expect(new Set(captures.map(({ eventId }) => eventId)).size).toBe(5);
  expect(captures.map(({ duplicateOf }) => duplicateOf)).toEqual(Array(5).fill(null));
  const tasks = await captured(4, ['taskplatform', 'task.created', '--count', '4']);
  expect(tasks.map(({ duplicateOf, verdict }) => duplicateOf === null && verdict.ok)).toEqual(
    Array(4).fill(true),
  );
  const all = await captured(6, ['compliancely', '--all', '--count', '2']);
  expect(all.map(({ eventType }) => eventType).slice(0, 3)).toEqual(
    all.map(({ eventType }) => eventType).slice(3),
  );
});

test('--keep-ids sends the example’s bytes, so that the second is a duplicate', async () => {
  const [first, second] = await captured(2, [
    'filedgr',
    'stream.alert_triggered',
    '--keep-ids',
    '--count',
    '2',
  ]);
  expect(first.body).toBe(payload('filedgr', 'stream.alert_triggered').toString());
  expect(second).toMatchObject({ body: first.body, duplicateOf: first.id, verdict: { ok: true } });
});

test('--stress-json verifies, and is not what any serialiser writes', async () => {
  const capture = await capturedOne('iverton', 'deal.won', '--stress-json');
  expect(capture.verdict).toMatchObject({ ok: true, reason: 'valid' });
  expect(capture.body).toContain('12345678901234567890');
  expect(JSON.stringify(JSON.parse(capture.body))).not.toBe(capture.body);
});

describe('--signature-form', () => {
  test.each([
    ['taskplatform', 'task.created', 'X-Webhook-Signature', 'bare', /^[0-9a-f]{64}$/, '<hex>', false],
    [
      'taskplatform',
      'task.created',
      'X-Webhook-Signature',
      'prefixed',
      /^sha256=[0-9a-f]{64}$/,
      'sha256=<hex>',
      false,
    ],
    [
      'deiterate',
      'risk.created',
      'X-Deiterate-Signature',
      'prefixed',
      /^sha256=[0-9a-f]{64}$/,
      'sha256=<hex>',
      false,
    ],
    ['iverton', 'deal.won', 'X-Iverton-Signature', 'bare', /^[0-9a-f]{64}$/, '<hex>', true],
  ])('%s: %s', async (provider, type, header, form, value, written, warns) => {
    const capture = await capturedOne(provider, type, '--signature-form', form);
    expect(headerValue(capture.headers, header)).toMatch(value);
    expect(capture.verdict).toMatchObject({ ok: true, form: written });
    expect((capture.verdict.warnings ?? []).length > 0).toBe(warns);
  });

  test('is bare or prefixed', async () => {
    const result = await runHere(
      ['send', 'iverton', 'deal.won', '--secret', 's', '--dry-run', '--signature-form', 'hex'],
      { home },
    );
    expect([result.code, result.stderr]).toEqual([
      2,
      'error: --signature-form takes bare or prefixed, not "hex"\n',
    ]);
  });
});

test('--forwarded-for tells an address', async () => {
  const capture = await capturedOne('taskplatform', 'task.created', '--forwarded-for', '203.0.113.10');
  expect(headerValue(capture.headers, 'X-Forwarded-For')).toBe('203.0.113.10');
});

test('--extra-headers adds what the provider is not documented to send', async () => {
  const without = await request('taskplatform', 'task.created', '--secret', 's');
  const capture = await capturedOne('taskplatform', 'task.created', '--extra-headers');
  expect(headerValue(without.headers, 'X-Webhook-Delivery')).toBeUndefined();
  expect(headerValue(capture.headers, 'X-Webhook-Delivery')).toMatch(/^dlv_\w{26}$/);
});

describe('--success', () => {
  test.each([
    ['202', 202, 0],
    ['200-204', 204, 0],
    ['4xx', 404, 0],
    ['200,404', 404, 0],
    ['200', 202, 3],
  ])('%s answered with %d', async (rule, status, code) => {
    const app = await startServer((_request, response) => void response.writeHead(status).end());
    const result = await runHere(
      ['send', 'iverton', 'deal.won', '--to', app.url, '--secret', 's', '--success', rule],
      { home },
    );
    expect(result.code).toBe(code);
  });
});

describe('--break', () => {
  test.each([
    ['signature', 'no-match'],
    ['body', 'no-match'],
    ['missing-header', 'missing-header'],
    ['wrong-secret', 'no-match'],
  ])('%s: the listener says %s', async (breakage, reason) => {
    const capture = await capturedOne('iverton', 'deal.won', '--break', breakage);
    expect(capture.verdict).toMatchObject({ ok: false, reason });
    expect(capture.eventType).toBe('deal.won');
    expect(JSON.parse(capture.body)).toMatchObject({ type: 'deal.won' });
  });

  test('timestamp: an hour too old', async () => {
    const from = Date.now();
    const capture = await capturedOne('slack', 'app_mention', '--break', 'timestamp');
    expect(capture.verdict).toMatchObject({ ok: false, reason: 'too-old' });
    const sentAt = (Number(headerValue(capture.headers, 'X-Slack-Request-Timestamp')) + 3_600) * 1_000;
    expect(sentAt).toBeGreaterThan(from - 1_000);
    expect(sentAt).toBeLessThanOrEqual(Date.now());
  });

  test.each([
    [
      ['iverton', 'deal.won', '--break', 'timestamp'],
      'Iverton AI sets no limit to the age of a timestamp, so nobody could tell that it is broken',
    ],
    [['iverton', 'deal.won', '--break', 'everything'], '--break knows no "everything"'],
    [
      ['iverton', 'deal.won', '--break', 'signature', '--unsigned'],
      'only a signed request can be broken by signature',
    ],
  ])('not %j', async (args, message) => {
    const result = await runHere(['send', ...args, '--secret', 's', '--dry-run', '--json'], { home });
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(JSON.parse(result.stderr).error).toMatchObject({ code: 'ERR_USAGE', message });
  });
});

test('--unsigned has no signature', async () => {
  const { verdict } = await capturedOne('iverton', 'deal.won', '--unsigned');
  expect(verdict).toMatchObject({ ok: false, reason: 'missing-header' });
  const { headers } = await request('iverton', 'deal.won', '--unsigned');
  expect(headers).toEqual([['Content-Type', 'application/json']]);
});

describe('--print', () => {
  test('curl: a command that a shell runs', async () => {
    const app = await startServer();
    const args = [
      'send',
      'iverton',
      'deal.won',
      '--to',
      `${app.url}/hook?x=1`,
      '--secret',
      's',
      '--set',
      "data.name=it's",
    ];
    const printed = await runHere([...args, '--print', 'curl'], { home });
    expect([printed.code, printed.stderr, app.received.length]).toEqual([0, '', 0]);
    expect(printed.stdout).toMatch(/^curl -X POST '/);
    await promisify(execFile)('bash', ['--norc', '-c', printed.stdout], {
      env: { PATH: process.env['PATH'], no_proxy: '*' },
    });
    expect(app.received[0]).toMatchObject({ method: 'POST', path: '/hook?x=1' });
    expect(JSON.parse(app.received[0]!.body.toString()).data.name).toBe("it's");
  });

  test('http: the request as it goes out; --dry-run too', async () => {
    const args = [
      'send',
      'filedgr',
      'stream.alert_triggered',
      '--keep-ids',
      '--secret',
      'your-webhook-secret-key',
    ];
    const [http, dry] = await Promise.all([
      runHere([...args, '--print', 'http'], { home }),
      runHere([...args, '--dry-run'], { home }),
    ]);
    const body = payload('filedgr', 'stream.alert_triggered');
    const head = [
      'POST / HTTP/1.1',
      'Host: 127.0.0.1:4400',
      'Content-Type: application/json',
      'X-Filedgr-Event-Type: stream.alert_triggered',
      'X-Filedgr-Event-ID: evt_pqr678',
      'X-Filedgr-Signature: 472badd32e2095f392b4c92490adc8c5d501396c901e9849fbf24c78385fac9e',
      `Content-Length: ${body.length}`,
    ];
    expect(http.stdoutBytes.equals(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]))).toBe(
      true,
    );
    expect(dry.stdoutBytes.equals(http.stdoutBytes)).toBe(true);
  });

  test('several stand apart', async () => {
    const printed = await runHere(['send', 'compliancely', '--all', '--print', 'curl'], { home });
    expect(printed.stdout.split('\n\n').map((command) => command.slice(0, 12))).toEqual(
      Array(3).fill('curl -X POST'),
    );
    const http = await runHere(['send', 'compliancely', '--all', '--print', 'http'], { home });
    expect(http.stdout.match(/(^|\n\n)POST \/ HTTP\/1\.1\r\n/g)).toHaveLength(3);
  });

  test('is curl or http', async () => {
    const result = await runHere(['send', 'iverton', 'deal.won', '--secret', 's', '--print', 'wget'], {
      home,
    });
    expect([result.code, result.stderr]).toEqual([2, 'error: --print takes curl or http, not "wget"\n']);
  });
});

test.each([
  ['--count', '0', '--count takes a whole number from 1 to 1000000, not "0"'],
  ['--count', 'many', '--count takes a whole number from 1 to 1000000, not "many"'],
  ['--timeout', '5', '"5" is not a duration (--timeout)'],
  ['--success', 'ok', '--success ok: "ok" is no status'],
  ['--header', 'nonsense', '"nonsense" is not a header'],
  ['--forwarded-for', 'a\nb', '"X-Forwarded-For: a\nb" is not a header'],
  ['--to', 'ftp://x', '"ftp://x" is not a URL to send to (--to)'],
])('%s %s is a usage error', async (option, value, message) => {
  const args = ['send', 'iverton', 'deal.won', '--secret', 's', '--dry-run', '--json', option, value];
  const result = await runHere(args, { home });
  expect([result.code, result.stdout]).toEqual([2, '']);
  expect(JSON.parse(result.stderr).error).toMatchObject({ code: 'ERR_USAGE', message });
});

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { headerValue, headerValues, type Header } from '../../src/model/request.ts';
import * as contract from '../support/contract.ts';
import { createHome, runCli, runHere, startListen, type CliOptions } from '../support/cli.ts';
import { payload } from '../support/fixtures.ts';
import { sendRaw, startServer, type Received } from '../support/http.ts';

const home = createHome();
const secret = 'whsec_replayed';
const odd = {
  body: '{ "n" : 30.0,\n  "a":{"b":[1, 2]},"n2":12345678901234567890 }\n',
  path: '/odd//x?a=1&b=%20',
};

/** What came in before: two deals, a task with a stale timestamp, one of nobody, one that is not JSON. */
const listening = await startListen(['--secret', secret], { home });
await runHere(
  ['send', 'iverton', 'deal.won', '--count', '2', '--to', `${listening.url}/hooks`, '--secret', secret],
  { home },
);
await runHere(
  [
    'send',
    'taskplatform',
    'task.created',
    '--header',
    `X-Webhook-Timestamp: ${Math.floor(Date.now() / 1_000) - 3_600}`,
    '--to',
    listening.url,
    '--secret',
    secret,
  ],
  { home },
);
await rawRequest(odd.path, odd.body, [
  'X-Dup: 1',
  'x-dup: 2',
  'Connection: close, X-Hop',
  'X-Hop: gone',
  'TE: trailers',
  'X-End: e',
]);
await rawRequest('/binary', Buffer.from([0, 255, 10]), ['Connection: close', 'Content-Type: x/y']);
const captures = await listening.captures(5);
const [deal, deal2, task, unknown, binary] = captures.map(({ id }) => id) as [
  string,
  string,
  string,
  string,
  string,
];
await listening.stop();

async function rawRequest(path: string, body: string | Buffer, headers: string[]): Promise<void> {
  const head = [`POST ${path} HTTP/1.1`, 'Host: h', ...headers, `Content-Length: ${Buffer.byteLength(body)}`];
  await sendRaw(
    listening.url,
    Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(body)]),
  );
}

const app = await startServer();
const refusing = await startServer((_request, response) => void response.writeHead(500).end('no'));

/** Replays to the app and resolves with what it got. */
async function replay(args: string[], options: Partial<CliOptions> = {}) {
  const before = app.received.length;
  const result = await runHere(['replay', ...args, '--to', app.url, '--json'], { home, ...options });
  if (result.stdout !== '') contract.attempts(result.json());
  const received = app.received.slice(before);
  return { ...result, received, attempts: result.stdout === '' ? [] : result.json().attempts };
}

async function replayOne(...args: string[]): Promise<Received> {
  const { code, stderr, received } = await replay(args);
  expect([code, stderr, received.length]).toEqual([0, '', 1]);
  return received[0]!;
}

async function failure(...args: string[]): Promise<{ code: number | null; error: any }> {
  const { code, stdout, stderr, received } = await replay(args);
  expect([stdout, received]).toEqual(['', []]);
  contract.failure(JSON.parse(stderr));
  return { code, error: JSON.parse(stderr).error };
}

const original = (id: string): any => captures.find((capture) => capture.id === id);
/** Without those of one connection. */
const lasting = (headers: readonly Header[]): Header[] =>
  headers.filter(
    ([name]) => !['host', 'connection', 'content-length', 'te', 'x-hop'].includes(name.toLowerCase()),
  );

describe('a capture', () => {
  test('goes out with its bytes, headers and signature', async () => {
    const { code, received, attempts } = await replay([deal]);
    expect(code).toBe(0);
    expect(received[0]!.body.toString()).toBe(original(deal).body);
    expect(lasting(received[0]!.headers)).toEqual(lasting(original(deal).headers));
    expect(headerValue(received[0]!.headers, 'X-Iverton-Signature')).toMatch(/^sha256=/);
    expect(headerValues(received[0]!.headers, 'host')).toEqual([`127.0.0.1:${app.port}`]);
    expect(attempts[0]).toMatchObject({
      number: 1,
      trigger: 'replay',
      provider: 'iverton',
      eventType: 'deal.won',
      messageId: original(deal).eventId,
      ok: true,
      request: { method: 'POST', url: `${app.url}/`, bodySize: original(deal).bodySize },
      response: { status: 200, body: '' },
    });
  });

  test('keeps duplicate headers and their order, and leaves out those of the connection', async () => {
    const received = await replayOne(unknown);
    expect(received.body.toString()).toBe(odd.body);
    expect(lasting(received.headers)).toEqual([
      ['X-Dup', '1'],
      ['x-dup', '2'],
      ['X-End', 'e'],
    ]);
    expect(headerValue(received.headers, 'x-hop')).toBeUndefined();
  });

  test('may be any bytes', async () => {
    expect((await replayOne(binary)).body.equals(Buffer.from([0, 255, 10]))).toBe(true);
  });

  test('can be the last', async () => {
    expect((await replayOne('last')).body).toHaveLength(3);
  });

  test('shows afterwards that it was replayed', async () => {
    await replay([deal2]);
    await runHere(['replay', deal2, '--to', refusing.url], { home });
    const shown = await runHere(['captures', 'show', deal2, '--json'], { home });
    contract.captureShown(shown.json());
    expect(shown.json().replays.map(({ trigger, ok }: any) => [trigger, ok])).toEqual([
      ['replay', true],
      ['replay', false],
    ]);
    const human = await runHere(['captures', 'show', deal2], { home });
    expect(human.stdout).toMatch(
      new RegExp(`\\nreplays\\n${app.url}/ {2}✓.* 200 .*\\n${refusing.url}/ {2}✗.* 500 .*\\n {2}no\\n$`),
    );
  });
});

describe('several', () => {
  const bodiesOf = (...ids: string[]): string[] => ids.map((id) => bytesOf(original(id)).toString('latin1'));
  const sent = (received: readonly Received[]): string[] =>
    received.map(({ body }) => body.toString('latin1'));
  const bytesOf = ({ body, bodyBase64 }: any): Buffer =>
    Buffer.from(bodyBase64 ?? body, bodyBase64 === undefined ? 'utf8' : 'base64');

  test.each([
    ['in the given order', [], (): string[] => [binary, deal, unknown, deal]],
    ['the newest three, oldest of them first', ['--last', '3'], (): string[] => [task, unknown, binary]],
    ['more than there are', ['--last', '99'], (): string[] => [deal, deal2, task, unknown, binary]],
    ['of a provider', ['--provider', 'iverton'], (): string[] => [deal, deal2]],
    ['the newest of a provider', ['--provider', 'iverton', '--last', '1'], (): string[] => [deal2]],
    ['of a type', ['--type', 'task.*'], (): string[] => [task]],
    ['of a verdict', ['--verdict', 'ok'], (): string[] => [deal, deal2, task]],
    ['never verified', ['--verdict', 'none'], (): string[] => [unknown, binary]],
    ['of a path', ['--path', '/odd'], (): string[] => [unknown]],
    [
      'of a method and status',
      ['--method', 'post', '--status', '2xx', '--last', '2'],
      (): string[] => [unknown, binary],
    ],
    ['that hold words', ['--search', 'acme renewal'], (): string[] => [deal, deal2]],
    ['since then', ['--since', '1h', '--type', 'deal.won'], (): string[] => [deal, deal2]],
  ])('%s', async (_name, args, ids) => {
    const named = args.length === 0 ? ids() : args;
    const { code, received, attempts } = await replay(named);
    expect(code).toBe(0);
    expect(sent(received)).toEqual(bodiesOf(...ids()));
    expect(attempts.map(({ number }: any) => number)).toEqual(ids().map((_, index) => index + 1));
  });

  test('at a rate keep their order', async () => {
    const { received } = await replay(['--last', '4', '--rate', '100/s']);
    expect(sent(received)).toEqual(bodiesOf(deal2, task, unknown, binary));
  });

  test('none is no failure', async () => {
    const { code, stdout, received } = await replay(['--provider', 'nobody']);
    expect([code, stdout, received]).toEqual([0, '{"attempts":[]}\n', []]);
    const human = await runCli(['replay', '--until', '9d', '--to', app.url], { home });
    expect([human.code, human.stdout, human.stderr]).toEqual([0, '', 'no capture matches\n']);
  });

  test('one that fails makes the whole fail', async () => {
    const picky = await startServer(({ headers }, response) => {
      response.writeHead(headerValue(headers, 'X-Webhook-ID') === undefined ? 200 : 503).end();
    });
    const result = await runHere(['replay', '--last', '5', '--to', picky.url], { home });
    expect(result.code).toBe(3);
    expect(result.stdout).toMatch(/✗ {2}task\.created .*503.*\n/);
    expect(result.stdout).toMatch(/\n4 of 5 acknowledged\n$/);
  });
});

describe('--resign', () => {
  const other = 'whsec_another';

  test('signs anew with a fresh timestamp, each where the captured one stood', async () => {
    const verifying = await startListen(['--secret', other], { home: createHome() });
    const from = Math.floor(Date.now() / 1_000);
    const result = await runHere(
      ['replay', task, deal, '--to', verifying.url, '--resign', '--secret', other],
      { home },
    );
    expect([result.code, result.stderr]).toEqual([0, '']);
    const [freshTask, freshDeal] = await verifying.captures(2);
    expect([freshTask, freshDeal].map(({ verdict }) => verdict.reason)).toEqual(['valid', 'valid']);
    const time = (capture: any) => Number(headerValue(capture.headers, 'X-Webhook-Timestamp'));
    expect(time(original(task))).toBeLessThan(from - 3_500);
    expect(time(freshTask)).toBeGreaterThanOrEqual(from);
    expect(lasting(freshTask.headers).map(([name]) => name)).toEqual(
      lasting(original(task).headers).map(([name]) => name),
    );
    expect(freshTask.body).toBe(original(task).body);
    await verifying.stop();
  });

  test('covers what was changed', async () => {
    const verifying = await startListen(['--secret', other], { home: createHome() });
    await runHere(
      ['replay', deal, '--to', verifying.url, '--set', 'data.amount=7', '--resign', '--secret', other],
      { home },
    );
    const [changed] = await verifying.captures(1);
    expect([changed.verdict.reason, JSON.parse(changed.body).data.amount]).toEqual(['valid', 7]);
    await verifying.stop();
  });

  test('needs a secret, and a provider; otherwise nothing is sent', async () => {
    expect(await failure(deal, '--resign')).toMatchObject({ code: 2, error: { code: 'ERR_NO_SECRET' } });
    expect(await failure(deal, unknown, '--resign', '--secret', 'x')).toMatchObject({
      code: 2,
      error: { message: `${unknown} cannot be signed: nobody knows whose it is`, hint: 'leave out --resign' },
    });
  });
});

describe('--set', () => {
  test('changes that place and no other byte', async () => {
    const received = await replayOne(unknown, '--set', 'a.b[1]="x"', '--set', 'n=1');
    expect(received.body.toString()).toBe('{ "n" : 1,\n  "a":{"b":[1, "x"]},"n2":12345678901234567890 }\n');
  });

  test('keeps the exact figures of a payload', async () => {
    const sender = await startListen([], { home });
    await runHere(
      ['send', 'filedgr', 'stream.alert_triggered', '--keep-ids', '--to', sender.url, '--unsigned'],
      { home },
    );
    const [alert] = await sender.captures(1);
    await sender.stop();
    const received = await replayOne(alert.id, '--set', 'data.severity=low');
    const expected = payload('filedgr', 'stream.alert_triggered').toString().replace('"critical"', '"low"');
    expect(received.body.toString()).toBe(expected);
    expect(expected).toContain('30.0');
    await runHere(['captures', 'delete', alert.id], { home });
  });

  test('warns that the signature no longer matches, once', async () => {
    const { code, stderr } = await runHere(['replay', deal, deal2, '--to', app.url, '--set', 'a=1'], {
      home,
    });
    expect(code).toBe(0);
    expect(stderr).toBe(
      'warning: the body was changed, so its signature no longer matches; --resign signs it anew\n',
    );
    const resigned = await runHere(
      ['replay', deal, '--to', app.url, '--set', 'a=1', '--resign', '--secret', 's'],
      { home },
    );
    expect(resigned.stderr).toBe('');
    const untouched = await runHere(['replay', deal, '--to', app.url, '--set', 'type=deal.won'], { home });
    expect(untouched.stderr).toBe('');
  });

  test('is for JSON; where one is not, none is sent', async () => {
    expect(await failure(deal, binary, '--set', 'a=1')).toMatchObject({
      code: 2,
      error: {
        message: 'the body is not JSON, so nothing can be set in it',
        hint: 'set nothing (--set), and change the body itself',
      },
    });
    expect(await failure(deal, '--set', 'a={')).toMatchObject({
      code: 2,
      error: { code: 'ERR_INVALID_JSON' },
    });
  });
});

describe('--edit', () => {
  const editor = (name: string, script: string): string => {
    const file = join(home.folder, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const change = editor('change', `sed -e 's/"n2":/"edited":/' "$1" > "$1.new" && mv "$1.new" "$1"`);

  test('sends what the editor wrote, and warns', async () => {
    const { received } = await replay([unknown, '--edit'], { env: { EDITOR: change } });
    expect(received[0]!.body.toString()).toBe(odd.body.replace('"n2":', '"edited":'));
    const signed = editor('signed', `printf '{"new":true}\\n' > "$1"`);
    const warned = await runHere(['replay', deal, '--edit', '--to', app.url], {
      home,
      env: { EDITOR: signed },
    });
    expect(warned.stderr).toContain('warning: the body was changed');
    expect(app.received.at(-1)!.body.toString()).toBe('{"new":true}');
  });

  test('may be called with arguments of its own; VISUAL comes first', async () => {
    const { received } = await replay([unknown, '--edit'], {
      env: { VISUAL: 'sed -i -e s/n2/seen/', EDITOR: 'false' },
    });
    expect(received[0]!.body.toString()).toContain('"seen":');
  });

  test('may print what it likes', async () => {
    const { code, received } = await replay([unknown, '--edit'], {
      env: { EDITOR: editor('chatty', 'echo hello') },
    });
    expect([code, received.length]).toEqual([0, 1]);
  });

  test('sends the same bytes where nothing was changed', async () => {
    for (const id of [binary, unknown, deal]) {
      const { received } = await replay([id, '--edit'], { env: { EDITOR: 'true' } });
      expect(received[0]!.body).toHaveLength(original(id).bodySize);
    }
  });

  test('is seen by --set and --resign', async () => {
    const plain = editor('plain', `printf '{"by":"hand"}' > "$1"`);
    const { received } = await replay([binary, '--edit', '--set', 'and=set'], { env: { EDITOR: plain } });
    expect(received[0]!.body.toString()).toMatch(/^\{"by":"hand",\s*"and":\s*"set"\}$/);
  });

  test.each([
    ['fails', { EDITOR: 'false' }, 1, 'ERR_EDITOR', 'the editor "false" ended with 1'],
    [
      'does not exist',
      { EDITOR: 'no-such-editor' },
      1,
      'ERR_EDITOR',
      'the editor "no-such-editor" ended with 127',
    ],
    ['is not set', {}, 2, 'ERR_USAGE', 'no editor to edit with'],
  ])('sends nothing where the editor %s', async (_name, env, code, errorCode, message) => {
    const result = await replay([deal, '--edit'], { env });
    expect([result.code, result.stdout, result.received]).toEqual([code, '', []]);
    const error = JSON.parse(result.stderr.split('\n').findLast((line) => line.startsWith('{'))!).error;
    expect(error).toMatchObject({ code: errorCode, message });
  });
});

describe('where to', () => {
  test('the path of the target, or the captured one after it', async () => {
    const to = (url: string, ...more: string[]) =>
      runHere(['replay', unknown, '--to', url, ...more], { home });
    await to(`${app.url}/in?k=1`);
    expect(app.received.at(-1)!.path).toBe('/in?k=1');
    await to(app.url, '--keep-path');
    expect(app.received.at(-1)!.path).toBe('/odd//x?a=1&b=%20');
    await to(`${app.url}/in/?k=1`, '--keep-path');
    expect(app.received.at(-1)!.path).toBe('/in/odd//x?k=1&a=1&b=%20');
  });

  test('is never another host, whatever the path', async () => {
    const evil = await startListen([], { home });
    await sendRaw(
      evil.url,
      `POST //127.0.0.1:1/evil HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    const [capture] = await evil.captures(1);
    await evil.stop();
    expect((await replayOne(capture.id, '--keep-path')).path).toBe('//127.0.0.1:1/evil');
    await runHere(['captures', 'delete', capture.id], { home });
  });

  test('has to be said', async () => {
    const result = await runHere(['replay', deal], { home });
    expect([result.code, result.stdout, result.stderr]).toEqual([
      2,
      '',
      'error: where to?\nhint: give a URL with --to, such as --to http://localhost:3000/webhooks\n',
    ]);
  });
});

test('--header adds and replaces', async () => {
  const { headers } = await replayOne(
    unknown,
    '--header',
    'X-DUP: only',
    '--header',
    'X-New: 1',
    '--header',
    'Host: h.example',
  );
  expect(lasting(headers)).toEqual([
    ['X-Dup', 'only'],
    ['X-End', 'e'],
    ['X-New', '1'],
  ]);
  expect(headerValues(headers, 'host')).toEqual(['h.example']);
});

test('the provider’s success rule decides, unless --success does', async () => {
  const created = await startServer((_request, response) => void response.writeHead(201).end());
  const codeOf = async (...args: string[]) =>
    (await runHere(['replay', ...args, '--to', created.url], { home })).code;
  expect(await codeOf(task)).toBe(3);
  expect(await codeOf(task, '--success', '2xx')).toBe(0);
  expect(await codeOf(deal)).toBe(0);
  expect(await codeOf(unknown)).toBe(0);
});

test('no answer is a failed attempt', async () => {
  const silent = await startServer(() => {});
  const late = await runHere(['replay', deal, '--to', silent.url, '--timeout', '100ms', '--json'], { home });
  contract.attempts(late.json());
  expect([late.code, late.json().attempts[0].error.code]).toEqual([3, 'timeout']);
  await silent.close();
  const refused = await runHere(['replay', deal, '--to', silent.url, '--json'], { home });
  expect([refused.code, refused.json().attempts[0].error.code]).toEqual([3, 'refused']);
});

describe('what cannot be', () => {
  test.each([
    [
      'a capture that does not exist; none is sent',
      [deal, 'cap_nothing'],
      1,
      'ERR_NOT_FOUND',
      'there is no capture cap_nothing',
    ],
    [
      'captures and filters',
      [deal, '--type', 'x'],
      2,
      'ERR_USAGE',
      'either captures by name, or --last and filters',
    ],
    [
      'captures and --last',
      [deal, '--last', '2'],
      2,
      'ERR_USAGE',
      'either captures by name, or --last and filters',
    ],
    ['no capture', [], 2, 'ERR_USAGE', 'which capture?'],
    [
      'none of them',
      ['--last', '0'],
      2,
      'ERR_USAGE',
      '--last takes a whole number from 1 to 1000000, not "0"',
    ],
    ['no rate', [deal, '--rate', 'fast'], 2, 'ERR_USAGE', '"fast" is not a rate (--rate)'],
    ['a rate of zero', [deal, '--rate', '0/s'], 2, 'ERR_USAGE', '"0/s" is not a rate (--rate)'],
    ['no time', ['--since', 'then'], 2, 'ERR_USAGE', '"then" is not a time (--since)'],
  ])('%s', async (_name, args, code, errorCode, message) => {
    expect(await failure(...args)).toMatchObject({ code, error: { code: errorCode, message } });
  });

  test('the last of none', async () => {
    const result = await runHere(['replay', 'last', '--to', app.url], { home: createHome() });
    expect([result.code, result.stderr]).toEqual([
      1,
      'error: there are no captures yet\nhint: receive some with: webhook-cli listen\n',
    ]);
  });
});

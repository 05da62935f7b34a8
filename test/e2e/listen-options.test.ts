import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { Header } from '../../src/model/request.ts';
import { createHome, runCli, startListen, type Listening } from '../support/cli.ts';
import { connect } from '../support/database.ts';
import { payload } from '../support/fixtures.ts';
import { sendRaw, startServer } from '../support/http.ts';
import { startListenText } from '../support/listen-text.ts';
import { openRaw, readResponse, wire } from '../support/raw-http.ts';

const home = createHome();
const DISCORD_KEY = '7'.repeat(64);

describe('--respond', () => {
  test('answers by the script, and drops a connection without a byte', async () => {
    const listen = await startListen(['--respond', '500,drop,204,503'], { home });
    const answers: (number | string)[] = [];
    for (let count = 0; count < 5; count += 1) answers.push((await post(listen)).status);
    expect(answers).toEqual([500, 'dropped', 204, 503, 503]);
    const captures = await listen.captures(5);
    expect(captures.map(({ response }) => response.status)).toEqual([500, null, 204, 503, 503]);
    const { stdout } = await runCli(['captures', 'list', '--limit', '5', '--json'], { home });
    expect(JSON.parse(stdout).captures[3].response.status).toBe(null);
  });

  test('an answer that is held up behind another on its connection is shown when the sender leaves', async () => {
    const listen = await startListen(['--respond', 'delay:1h,200'], { home });
    const sender = await openRaw(listen.url);
    const both = ['/delayed', '/behind'].map((target) => wire({ target, headers: [['Host', 'x']] }));
    sender.socket.write(Buffer.concat(both));
    // One script serves all connections: the third answer tells that the second has been taken.
    expect((await post(listen)).status).toBe(200);
    sender.socket.destroy();
    const items = await listen.waitFor(3, isCapture);
    const behind = items.find(({ capture }) => capture.path === '/behind');
    expect(behind.remarks).toEqual(['the sender left before the answer was complete']);
  });

  test('a delay that outlasts the sender ends with it', async () => {
    const listen = await startListen(['--respond', 'delay:1h,200'], { home });
    const slow = await openRaw(listen.url);
    slow.socket.write(wire({ headers: [['Host', 'x']] }));
    expect((await post(listen)).status).toBe(200);
    slow.socket.destroy();
    const items = await listen.waitFor(2, isCapture);
    expect(items[1]).toMatchObject({
      capture: { response: { status: null } },
      remarks: ['the sender left before it was answered'],
    });
  });

  test.each([
    [['--respond', '200,maybe'], /"maybe" in --respond 200,maybe is not an answer/],
    [['--respond', '200', '--forward', ':1'], /--forward and --respond exclude each other/],
  ])('%j is a usage error', async (args, message) => {
    const { code, stderr, stdout } = await runCli(['listen', '--port', '0', ...args], { home });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^hint: /m);
  });
});

describe('a secret that the provider cannot use', () => {
  test.each([
    ['svix', 'not b64!', 'the secret is not base64 after whsec_'],
    ['discord', 'notakey', 'what was given as the secret is no ed25519 public key'],
  ])('%s %s is refused where it was given', async (provider, secret, message) => {
    const args = ['listen', '--port', '0', '--provider', provider, '--secret', secret];
    const { code, stderr, stdout } = await runCli([...args, '--json'], { home });
    expect([code, stdout, JSON.parse(stderr).error]).toEqual([
      2,
      '',
      { code: 'ERR_SECRET', message, hint: expect.stringContaining('shows for the endpoint') },
    ]);
  });

  test('is warned of where it was set otherwise', async () => {
    const listen = await startListenText(['--provider', 'svix'], {
      home,
      env: { WEBHOOK_SECRET: 'not b64!' },
    });
    await listen.until(({ stderr }) => stderr.includes('Ctrl-C here stops'));
    expect(listen.stderr()).toContain(
      'warning: nothing of Svix can be verified: the secret is not base64 after whsec_\n',
    );
    expect(listen.stderr()).toContain("no signature will verify: the secret is none of svix's\n");
  });

  test('is told of where it is for all of them', async () => {
    const listen = await startListenText(['--secret', 'mine'], { home });
    await listen.until(({ stderr }) => stderr.includes('Ctrl-C here stops'));
    expect(listen.stderr()).toMatch(
      /  signatures are checked, except of .*discord.*: the secret is none of theirs\n/,
    );
    expect(listen.stderr()).not.toContain('warning');
  });
});

describe('--verify strict', () => {
  test('answers 401 to a bad signature, to none, and to what nobody can verify; all of it is kept', async () => {
    const listen = await startListen(['--verify', 'strict', '--provider', 'iverton', '--secret', 'right'], {
      home,
    });
    const body = payload('iverton', 'deal.won');
    const answers = [
      await post(listen, { body, headers: [ivertonSignature(body, 'right')] }),
      await post(listen, { body, headers: [ivertonSignature(body, 'wrong')] }),
      await post(listen, { body }),
      await post(listen, { body, headers: [['X-Iverton-Signature', 'sha256=zz']] }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 401, 401]);
    const captures = await listen.captures(4);
    expect(captures.map(({ verdict }) => verdict.reason)).toEqual([
      'valid',
      'no-match',
      'missing-header',
      'malformed-header',
    ]);
    expect(captures.map(({ response }) => response.status)).toEqual([200, 401, 401, 401]);
    await listen.stop();
    const { stdout } = await runCli(['captures', 'show', captures[1].id, '--raw'], { home });
    expect(stdout).toBe(body.toString());
  });

  test('does not ask the app about what it refuses', async () => {
    const app = await startServer();
    const listen = await startListen(
      ['--verify', 'strict', '--provider', 'iverton', '--secret', 'right', '--forward', app.url],
      { home },
    );
    const body = payload('iverton', 'deal.won');
    expect((await post(listen, { body, headers: [ivertonSignature(body, 'wrong')] })).status).toBe(401);
    expect((await post(listen, { body, headers: [ivertonSignature(body, 'right')] })).status).toBe(200);
    expect(app.received).toHaveLength(1);
  });

  test('refuses what comes unsigned, though its provider may leave the signature out: anybody could name that one', async () => {
    const listen = await startListen(['--verify', 'strict'], {
      home,
      env: { WEBHOOK_SECRET_IVERTON: 's' },
    });
    const body = payload('compliancely', 'request.completed');
    expect((await post(listen, { target: '/compliancely', body })).status).toBe(401);
    expect((await post(listen, { target: '/iverton', body })).status).toBe(401);
    expect((await post(listen, { target: '/unknown' })).status).toBe(401);
    const captures = await listen.captures(3);
    expect(captures[0].verdict).toMatchObject({ ok: true, reason: 'unsigned' });
  });

  test('needs a secret', async () => {
    const { code, stderr } = await runCli(
      ['listen', '--verify', 'strict', '--provider', 'iverton', '--json'],
      { home },
    );
    expect(code).toBe(2);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'ERR_NO_SECRET', hint: expect.any(String) });
  });
});

test('without --verify strict a bad signature is told, and answered with 200', async () => {
  const listen = await startListen(['--provider', 'iverton', '--secret', 'right'], { home });
  const body = payload('iverton', 'deal.won');
  expect((await post(listen, { body, headers: [ivertonSignature(body, 'wrong')] })).status).toBe(200);
  const [capture] = await listen.captures(1);
  expect(capture.verdict).toMatchObject({
    ok: false,
    reason: 'no-match',
    message: expect.stringMatching(/./),
  });
});

describe('--enforce-ip', () => {
  test('answers 403 to addresses outside the published ranges; all of it is kept', async () => {
    const listen = await startListen(['--enforce-ip'], { home });
    const from = async (target: string, forwardedFor?: string): Promise<number | string> => {
      const headers: Header[] = forwardedFor === undefined ? [] : [['X-Forwarded-For', forwardedFor]];
      return (await post(listen, { target, headers })).status;
    };
    expect(await from('/taskplatform', '203.0.113.77')).toBe(200);
    expect(await from('/taskplatform', '198.51.100.1, 10.0.0.1')).toBe(200);
    expect(await from('/taskplatform', '::ffff:203.0.113.1')).toBe(200);
    expect(await from('/taskplatform', '203.0.114.1')).toBe(403);
    expect(await from('/taskplatform', 'nonsense')).toBe(403);
    expect(await from('/taskplatform')).toBe(403);
    // Publishes none.
    expect(await from('/iverton', '203.0.114.1')).toBe(200);
    const items = await listen.waitFor(7, isCapture);
    expect(items[3].remarks).toEqual([
      '203.0.114.1 is not an address of Task platform (203.0.113.0/24, 198.51.100.0/24)',
    ]);
    expect(items[5].remarks).toEqual([expect.stringMatching(/^127\.0\.0\.1 is not an address/)]);
    expect(items.map(({ capture }) => capture.response.status)).toEqual([200, 200, 200, 403, 403, 403, 200]);
  });

  test('left out, nobody is asked', async () => {
    const listen = await startListen([], { home });
    expect((await post(listen, { target: '/taskplatform' })).status).toBe(200);
  });
});

describe('secrets', () => {
  const body = payload('iverton', 'deal.won');

  test('several during a rotation: the verdict tells which one matched', async () => {
    const listen = await startListen(['--provider', 'iverton', '--secret', 'new', '--secret', 'old'], {
      home,
    });
    for (const secret of ['old', 'new', 'other']) {
      await post(listen, { body, headers: [ivertonSignature(body, secret)] });
    }
    const verdicts = (await listen.captures(3)).map(({ verdict }) => [verdict.ok, verdict.secretIndex]);
    expect(verdicts).toEqual([
      [true, 1],
      [true, 0],
      [false, undefined],
    ]);
  });

  test.each([
    ['--secret, before all others', { option: true, file: true, own: true, any: true }, 'option'],
    ['then --secret-file', { file: true, own: true, any: true }, 'file'],
    ['then WEBHOOK_SECRET_<PROVIDER>', { own: true, any: true }, 'own'],
    ['then WEBHOOK_SECRET', { any: true }, 'any'],
    ['then the configuration', {}, 'configured'],
  ])('%s', async (_name, given: Record<string, boolean>, winner) => {
    const folder = createHome();
    const file = join(folder.folder, 'secret');
    const config = join(folder.folder, 'config.json');
    writeFileSync(file, 'file');
    writeFileSync(config, JSON.stringify({ secrets: { iverton: 'configured' } }));
    const listen = await startListen(
      [
        '--provider',
        'iverton',
        '--config',
        config,
        ...(given['option'] ? ['--secret', 'option'] : []),
        ...(given['file'] ? ['--secret-file', file] : []),
      ],
      {
        home: folder,
        env: {
          ...(given['own'] ? { WEBHOOK_SECRET_IVERTON: 'own' } : {}),
          ...(given['any'] ? { WEBHOOK_SECRET: 'any' } : {}),
          WEBHOOK_SECRET_FILEDGR: 'of another provider',
        },
      },
    );
    const all = ['option', 'file', 'own', 'any', 'configured'];
    for (const secret of all) await post(listen, { body, headers: [ivertonSignature(body, secret)] });
    const verdicts = (await listen.captures(all.length)).map(({ verdict }) => verdict.ok);
    expect(all.filter((_, index) => verdicts[index])).toEqual([winner]);
  });
});

describe('duplicates', () => {
  test('are told by the id of the event', async () => {
    const listen = await startListen([], { home: createHome() });
    const event = (id: string, amount: number): string =>
      JSON.stringify({ id, type: 'deal.won', data: { amount } });
    for (const [target, body] of [
      ['/iverton', event('evt_1', 1)],
      ['/iverton', event('evt_2', 1)],
      ['/iverton/elsewhere', event('evt_1', 2)],
      ['/deiterate', event('evt_1', 1)],
      ['/iverton', event('evt_1', 1)],
    ] as const) {
      await post(listen, { target, body });
    }
    const captures = await listen.captures(5);
    expect(captures.map(({ duplicateOf }) => duplicateOf)).toEqual([
      null,
      null,
      captures[0].id,
      null,
      captures[0].id,
    ]);
  });

  test('without ids of events, by endpoint and body', async () => {
    const listen = await startListen(['--provider', 'taskplatform'], { home: createHome() });
    const task = (endpoint: string, title: string): string =>
      JSON.stringify({ webhook_id: endpoint, event: 'task.created', data: { title } });
    for (const body of [task('wh_1', 'a'), task('wh_1', 'b'), task('wh_2', 'a'), task('wh_1', 'a')]) {
      await post(listen, { body });
    }
    const captures = await listen.captures(4);
    expect(captures.map(({ duplicateOf }) => duplicateOf)).toEqual([null, null, null, captures[0].id]);
  });

  test('are told across restarts', async () => {
    const kept = createHome();
    const body = payload('iverton', 'deal.won');
    const first = await startListen([], { home: kept });
    await post(first, { target: '/iverton', body });
    const [original] = await first.captures(1);
    await first.stop();
    const second = await startListen([], { home: kept });
    await post(second, { target: '/iverton', body });
    expect((await second.captures(1))[0].duplicateOf).toBe(original.id);
  });
});

describe('the end', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s lets a request under way have its answer, then tells what was captured',
    async (signal, code) => {
      const { app, held } = await holdingApp();
      const listen = await startListen(['--forward', app.url, '--provider', 'iverton', '--secret', 's'], {
        home: createHome(),
      });
      const body = payload('iverton', 'deal.won');
      const headers: Header[] = [
        ['Host', 'x'],
        ['Content-Length', String(body.length)],
      ];
      const sender = await openRaw(listen.url);
      sender.socket.write(wire({ headers: [...headers, ivertonSignature(body, 's')], rest: body }));
      await sendRaw(listen.url, 'garbage\r\n\r\n');
      const response = await held;
      const idle = await openRaw(listen.url);

      const stopped = listen.stop(signal);
      // A connection that says nothing is let go at once; the one that waits for its answer is not.
      expect(await idle.closed).toBe('');
      response.end('late, and yet');
      expect((await sender.response()).body.toString()).toBe('late, and yet');
      expect(await stopped).toEqual({ code, signal: null });
      expect(listen.items.filter(isCapture)).toHaveLength(1);
      expect(listen.items.at(-1)).toEqual({
        type: 'summary',
        captured: 1,
        refused: 1,
        verified: 1,
        failed: 0,
      });
      expect(listen.stderr()).toBe('');
    },
  );

  test('at once on a second Ctrl-C', async () => {
    const { app, held } = await holdingApp();
    const listen = await startListen(['--forward', app.url], { home: createHome() });
    const sender = await openRaw(listen.url);
    sender.socket.write(wire({ headers: [['Host', 'x']] }));
    await held;
    const idle = await openRaw(listen.url);
    const stopped = listen.stop('SIGINT');
    await idle.closed;
    void listen.stop('SIGINT');
    expect(await stopped).toEqual({ code: 130, signal: null });
    expect(await sender.closed).toBe('');
    expect(listen.items.map(({ type }) => type)).toEqual(['ready']);
  });

  test('is told to people with a summary', async () => {
    const listen = await startListenText(['--provider', 'iverton', '--secret', 's'], { home: createHome() });
    const body = payload('iverton', 'deal.won');
    await post(listen, { body, headers: [ivertonSignature(body, 's')] });
    await post(listen, { body });
    await sendRaw(listen.url, 'garbage\r\n\r\n');
    await listen.until(({ stderr }) => stderr.includes('answered 400: not HTTP'));
    listen.kill('SIGINT');
    expect(await listen.ended).toEqual({ code: 130, signal: null });
    expect(listen.stdout().trim().split('\n')).toHaveLength(3);
    expect(listen.stderr()).toContain(
      'Stopped: 2 captured, 1 verified, 1 with a bad signature, 1 not kept. Look at them with: webhook-cli captures list\n',
    );
  });

  test('comes quietly when nobody reads its output any more', async () => {
    const kept = createHome();
    const listen = await startListenText([], { home: kept });
    await post(listen);
    await listen.until(({ stdout }) => stdout.includes('POST'));
    listen.closeStdout();
    // What is written for this one finds nobody; until then nothing tells.
    expect((await post(listen)).status).toBe(200);
    const { code, signal } = await listen.ended;
    expect([signal, code]).toEqual([null, 143]);
    expect(listen.stderr()).not.toMatch(/\bat .*:\d+|Error|EPIPE|bug/);
    const { stdout } = await runCli(['captures', 'list', '--json'], { home: kept });
    expect(JSON.parse(stdout).captures).toHaveLength(2);
  });
});

test('an index that cannot be kept is told once, and ends nothing', async () => {
  const kept = createHome();
  const listen = await startListenText([], { home: kept });
  const db = connect(kept.database);
  db.exec('drop table captures_text');
  await post(listen);
  await listen.until(({ stderr }) => stderr.includes('cannot be searched'));
  expect((await post(listen)).status).toBe(200);
  await listen.until(({ stdout }) => stdout.trim().split('\n').length === 2);
  listen.kill('SIGINT');
  expect(await listen.ended).toEqual({ code: 130, signal: null });
  expect(listen.stderr().match(/^error: .*$/gm)).toEqual([
    expect.stringMatching(/^error: what arrives cannot be searched yet: .*captures_text/),
  ]);
});

describe('the beginning', () => {
  test.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp, number]>([
    ['whoever needs no secret', [], {}, /./, 200],
    ['a provider of which the secret is known', [], { WEBHOOK_SECRET_SLACK: 's' }, /send slack /, 200],
    ['the provider', ['--provider', 'discord'], { WEBHOOK_SECRET_DISCORD: DISCORD_KEY }, /discord/, 204],
  ])('offers a command that works: of %s', async (_of, args, env, command, status) => {
    const own = createHome();
    const listen = await startListenText(args, { home: own, env });
    await listen.until(({ stderr }) => stderr.includes('Ctrl-C'));
    expect(listen.stderr()).toContain(`  answer   ${status}\n`);
    const [, offered] = /try +webhook-cli (.*?) {3}/.exec(listen.stderr())!;
    expect(offered).toMatch(command);
    const { code, stdout } = await runCli(offered!.split(' '), { home: own, env });
    expect([code, stdout]).toEqual([0, expect.stringContaining(String(status))]);
    listen.kill('SIGINT');
    await listen.ended;
  });

  test('is a ready line of exactly this shape', async () => {
    const listen = await startListen([], { home });
    expect(listen.items).toEqual([
      { type: 'ready', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), tunnelUrl: null, ui: null },
    ]);
    expect(Object.keys(listen.ready)).toEqual(['type', 'url', 'tunnelUrl', 'ui']);
    expect(listen.stderr()).toBe('');
  });

  test('and with --quiet all there is', async () => {
    const listen = await startListen(['--quiet'], { home });
    await post(listen);
    await sendRaw(listen.url, 'garbage\r\n\r\n');
    expect(await listen.stop()).toEqual({ code: 130, signal: null });
    expect(listen.items.map(({ type }) => type)).toEqual(['ready']);
    expect(listen.stderr()).toBe('');

    const text = await startListenText(['--quiet'], { home });
    await post(text);
    text.kill('SIGINT');
    await text.ended;
    expect(text.stdout()).toBe('');
    expect(text.stderr()).toBe(`Listening on ${text.url}\n`);
  });

  test('fails where the port is in use, with a hint; who has it is not disturbed', async () => {
    const first = await startListen([], { home });
    const { port } = new URL(first.url);
    const second = await runCli(['listen', '--port', port], { home });
    expect([second.code, second.stdout]).toEqual([1, '']);
    expect(second.stderr).toBe(
      `error: port ${port} on 127.0.0.1 is in use\nhint: stop the other program, or take another port with --port ${nextPort(port)} (0 takes any free one)\n`,
    );
    const third = await runCli(['listen', '--port', port, '--json'], { home });
    expect(JSON.parse(third.stderr)).toEqual({
      error: {
        code: 'ERR_PORT_IN_USE',
        message: expect.stringContaining(port),
        hint: expect.stringContaining('--port'),
      },
    });
    expect((await post(first)).status).toBe(200);
  });

  test('fails where the address is not this machine’s', async () => {
    const { code, stderr } = await runCli(['listen', '--port', '0', '--host', '192.0.2.1', '--json'], {
      home,
    });
    expect(code).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'ERR_LISTEN',
      hint: expect.stringContaining('--host'),
    });
  });

  test.each([
    [['--port', '65536']],
    [['--port', 'x']],
    [['--max-body', 'much']],
    [['--request-timeout', '5']],
    [['--forward-timeout', 'soon', '--forward', ':1']],
    [['--forward', 'ftp://x']],
    [['--verify', 'maybe']],
    [['--provider', 'ivertn']],
  ])('fails with a usage error for %j', async (args) => {
    const { code, stdout, stderr } = await runCli(['listen', ...args, '--json'], { home });
    expect([code, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr).error.message).toContain(args[1]);
  });
});

async function post(
  { url }: Pick<Listening, 'url'>,
  {
    target = '/',
    headers = [],
    body = '',
  }: { target?: string; headers?: readonly Header[]; body?: string | Uint8Array } = {},
): Promise<{ status: number | 'dropped' }> {
  const all: Header[] = [
    ['Host', 'x'],
    ['Connection', 'close'],
    ...headers,
    ['Content-Length', String(Buffer.from(body).length)],
  ];
  const text = await sendRaw(url, wire({ target, headers: all, rest: body }));
  if (text === '') return { status: 'dropped' };
  return { status: readResponse(text)!.response.status };
}

function ivertonSignature(body: Uint8Array, secret: string): Header {
  return ['X-Iverton-Signature', `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`];
}

/** An app that keeps its first answer back until the test gives it. */
async function holdingApp() {
  let hold!: (response: ServerResponse) => void;
  const held = new Promise<ServerResponse>((resolve) => (hold = resolve));
  const app = await startServer((_request, response) => hold(response));
  return { app, held };
}

function isCapture(item: any): boolean {
  return item.type === 'capture';
}

function nextPort(port: string): number {
  return port === '65535' ? 0 : Number(port) + 1;
}

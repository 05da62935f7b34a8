import { createHmac } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as contract from '../support/contract.ts';
import { createHome, runCli, runHere, startListen, type CliOptions } from '../support/cli.ts';
import { payload } from '../support/fixtures.ts';

const home = createHome();
const secret = 'whsec_xxxxxxxxxxxxx';
const body = payload('iverton', 'contact.created');
const header = 'X-Iverton-Signature: sha256=5c9cfa0a8b7c98e25253314b7f33be8e1c2b141095eccf9fda661ca2b7b216c5';
const given = ['--provider', 'iverton', '--header', header, '--secret', secret];
writeFileSync(join(home.folder, 'body.json'), body);

const listening = await startListen(['--secret', secret], { home });
await runHere(['send', 'iverton', 'contact.created', '--to', listening.url, '--secret', secret], { home });
await runHere(['send', 'compliancely', 'request.completed', '--to', `${listening.url}/compliancely`], {
  home,
});
const [signed, unsigned] = (await listening.captures(2)).map(({ id }) => id) as [string, string];
await listening.stop();

async function verify(args: string[], options: Partial<CliOptions> = {}) {
  const { code, stdout, stderr, json } = await runHere(['verify', ...args, '--json'], { home, ...options });
  expect(stderr).toBe('');
  expect(stdout).not.toContain(secret);
  contract.verification(json());
  expect(json().diagnosis.length > 0).toBe(!json().verdict.ok);
  if (args.includes('--explain')) contract.explained(json());
  return { code, ...json() };
}

async function failure(args: string[], options: Partial<CliOptions> = {}) {
  const { code, stdout, stderr } = await runHere(['verify', ...args, '--json'], { home, ...options });
  expect(stdout).toBe('');
  contract.failure(JSON.parse(stderr));
  return { exit: code, ...JSON.parse(stderr).error };
}

describe('a capture', () => {
  test.each([
    ['by its id', (): string => signed],
    ['the last', (): string => 'last'],
  ])('%s, with a right secret', async (_name, id) => {
    const { code, verdict, captureId, provider } = await verify([
      id(),
      '--provider',
      'iverton',
      '--secret',
      secret,
    ]);
    if (id() === 'last') expect([code, verdict.reason, captureId]).toEqual([3, 'missing-header', unsigned]);
    else {
      expect([code, captureId, provider]).toEqual([0, signed, 'iverton']);
      expect(verdict).toEqual({
        ok: true,
        reason: 'valid',
        message: 'the signature in X-Iverton-Signature matches',
        scheme: 'hmac-sha256',
        header: 'X-Iverton-Signature',
        form: 'sha256=<hex>',
        secretIndex: 0,
      });
    }
  });

  test('with a wrong secret', async () => {
    const { code, verdict } = await verify([signed, '--secret', 'wrong']);
    expect([code, verdict.ok, verdict.reason]).toEqual([3, false, 'no-match']);
  });

  test('with several secrets, as during a rotation', async () => {
    const { code, verdict } = await verify([signed, '--secret', 'newer', '--secret', secret]);
    expect([code, verdict.secretIndex]).toEqual([0, 1]);
  });

  test('with the secret of the environment', async () => {
    expect((await verify([signed], { env: { WEBHOOK_SECRET_IVERTON: secret } })).code).toBe(0);
  });

  test('of a provider that may not sign', async () => {
    const { code, verdict } = await verify([unsigned]);
    expect([code, verdict.reason]).toEqual([0, 'unsigned']);
  });

  test('says it to people', async () => {
    const right = await runCli(['verify', signed, '--secret', secret], { home });
    expect([right.code, right.stdout]).toEqual([
      0,
      '✓ valid  Iverton AI: the signature in X-Iverton-Signature matches (hmac-sha256, written sha256=<hex>)\n',
    ]);
    const wrong = await runHere(['verify', signed, '--secret', 'wrong'], { home });
    expect([wrong.code, wrong.stdout]).toEqual([
      3,
      expect.stringMatching(
        /^✗ no-match {2}Iverton AI: the signature in X-Iverton-Signature does not match: another secret, or other bytes \(hmac-sha256\)\n {2}why: .+ \(secret-wrong\)\n {2}more with --explain\n$/,
      ),
    ]);
  });

  test.each([
    [
      'that does not exist',
      ['cap_nothing', '--secret', 'x'],
      1,
      'ERR_NOT_FOUND',
      'there is no capture cap_nothing',
    ],
    ['that is not named', [], 2, 'ERR_USAGE', 'which capture?'],
    ['without a secret', ['last', '--provider', 'iverton'], 2, 'ERR_NO_SECRET', 'no secret for iverton'],
    [
      'of an unknown provider',
      ['last', '--provider', 'ivertn'],
      2,
      'ERR_UNKNOWN_PROVIDER',
      'unknown provider "ivertn"',
    ],
    ['and another body', ['last', '--body', 'x'], 2, 'ERR_USAGE', 'either a capture or --header and --body'],
  ])('not one %s', async (_name, args, exit, code, message) => {
    expect(await failure(args)).toMatchObject({ exit, code, message });
  });

  test('not the last of none', async () => {
    expect(await failure(['last', '--secret', 'x'], { home: createHome() })).toMatchObject({
      exit: 1,
      code: 'ERR_NOT_FOUND',
      message: 'there are no captures yet',
    });
  });
});

describe('a body', () => {
  test.each<[string, string[], Partial<CliOptions>]>([
    ['in a file', ['--body', '@body.json'], {}],
    ['in a file elsewhere', ['--body', `@${join(home.folder, 'body.json')}`], { cwd: '/' }],
    ['on standard input', ['--body', '-'], { stdin: body }],
    ['on standard input without being told', [], { stdin: body }],
    ['as text', ['--body', body.toString()], {}],
  ])('%s', async (_name, args, options) => {
    const { code, verdict, captureId } = await verify([...given, ...args], options);
    expect([code, verdict.reason, captureId]).toEqual([0, 'valid', null]);
  });

  test('is taken to the last byte', async () => {
    const { code, verdict } = await verify([...given, '--body', '-'], {
      stdin: Buffer.concat([body, Buffer.from('\n')]),
    });
    expect([code, verdict.reason]).toEqual([3, 'reserialized']);
  });

  test('may be any bytes', async () => {
    const bytes = Buffer.from([0, 255, 13, 10]);
    const digest = createHmac('sha256', secret).update(bytes).digest('hex');
    const args = [
      '--provider',
      'iverton',
      '--header',
      `X-Iverton-Signature: sha256=${digest}`,
      '--secret',
      secret,
    ];
    expect((await verify([...args, '--body', '-'], { stdin: bytes })).code).toBe(0);
  });

  test('tells its provider by its headers', async () => {
    const { provider } = await verify(['--header', header, '--body', '@body.json', '--secret', secret]);
    expect(provider).toBe('iverton');
  });

  test.each([
    ['no signature', ['--provider', 'iverton', '--body', '@body.json'], 'missing-header'],
    [
      'no signature at all',
      ['--provider', 'iverton', '--header', 'X-Iverton-Signature:', '--body', 'x'],
      'malformed-header',
    ],
    [
      'half a signature',
      ['--provider', 'iverton', '--header', header.slice(0, -9), '--body', '@body.json'],
      'malformed-header',
    ],
    ['another body', ['--provider', 'iverton', '--header', header, '--body', '{}'], 'no-match'],
  ])('with %s', async (_name, args, reason) => {
    const { code, verdict } = await verify([...args, '--secret', secret]);
    expect([code, verdict.ok, verdict.reason]).toEqual([3, false, reason]);
  });

  test.each([
    [
      'of nobody known',
      ['--header', 'X-Signature: x', '--body', 'x'],
      1,
      'ERR_NOT_FOUND',
      'the request does not tell who sent it',
    ],
    ['in no file', [...given, '--body', '@missing.json'], 1, 'ERR_NOT_FOUND', 'cannot read missing.json'],
    ['with no header', [...given, '--header', 'nonsense'], 2, 'ERR_USAGE', '"nonsense" is not a header'],
  ])('not one %s', async (_name, args, exit, code, message) => {
    expect(await failure(args)).toMatchObject({ exit, code, message });
  });
});

describe('a secret with white space around it', () => {
  test('is taken so, with a warning, and is told when it is the reason', async () => {
    const file = join(home.folder, 'secret.txt');
    writeFileSync(file, `${secret}\n`);
    const args = [
      'verify',
      '--provider',
      'iverton',
      '--header',
      header,
      '--body',
      '@body.json',
      '--secret-file',
      file,
    ];
    const human = await runHere(args, { home });
    expect(human.code).toBe(3);
    expect(human.stderr).toBe(
      'warning: the secret has white space around it, which is taken as part of it\n',
    );
    expect(human.stdout).toMatch(/^ {2}why: the secret has a newline at its end.* \(secret-whitespace\)$/m);
    const [best] = (await runHere([...args, '--json'], { home })).json().diagnosis;
    expect([best.cause, best.confidence]).toEqual(['secret-whitespace', 'certain']);
  });
});

test('a verdict’s warnings are shown', async () => {
  const bare = header.replace('sha256=', '');
  const args = ['--provider', 'iverton', '--header', bare, '--body', '@body.json', '--secret', secret];
  const human = await runHere(['verify', ...args], { home });
  expect([human.code, human.stdout.split('\n')[1]]).toEqual([
    0,
    '  warning: the signature lacks the sha256= prefix, which Iverton documents and its sample code wants',
  ]);
  expect((await verify(args)).verdict.warnings).toHaveLength(1);
});

describe('why', () => {
  test('another secret of the configuration, the environment or an endpoint is named', async () => {
    const own = createHome();
    writeFileSync(join(own.folder, 'webhook.config.json'), JSON.stringify({ secrets: { filedgr: secret } }));
    const args = [
      '--provider',
      'iverton',
      '--header',
      header,
      '--body',
      body.toString(),
      '--secret',
      'wrong',
    ];
    const configured = (await verify(args, { home: own })).diagnosis[0];
    expect([configured.cause, configured.confidence]).toEqual(['secret-other', 'certain']);
    expect(configured.fix).toContain('filedgr');
    const env = { WEBHOOK_SECRET: secret };
    expect((await verify(args, { home, env })).diagnosis[0].fix).toContain('WEBHOOK_SECRET');
    expect(existsSync(own.database)).toBe(false);

    const made = await runHere(
      ['endpoints', 'create', '--provider', 'iverton', '--url', ':1', '--secret', secret, '--json'],
      { home },
    );
    const ofEndpoint = (await verify([signed, '--secret', 'wrong'])).diagnosis[0];
    expect(ofEndpoint.cause).toBe('secret-other');
    expect(ofEndpoint.fix).toContain(made.json().endpoint.id);
    expect((await verify(args)).diagnosis[0].cause).toBe('secret-wrong');
    await runHere(['endpoints', 'delete', made.json().endpoint.id], { home });
  });

  test('--explain shows what the verdict rests on, to people and programs', async () => {
    const spoilt = Buffer.concat([
      Buffer.from('\ufeff'),
      Buffer.from(body.toString().replace(/\n/g, '\r\n')),
    ]);
    const options = { stdin: spoilt };
    const { code, explanation, diagnosis, expected } = await verify([...given, '--explain'], options);
    expect([code, expected]).toEqual([3, undefined]);
    expect(explanation.body).toMatchObject({ hasBom: true, bytes: spoilt.length, contentLength: null });
    expect(explanation.body.doubts[0]).toEqual({ offset: 0, what: 'a byte order mark' });
    expect(explanation.signatures).toEqual([
      {
        header: 'X-Iverton-Signature',
        value: header.split(': ')[1],
        prefix: 'sha256=',
        encoding: 'hex',
        bytes: 32,
        isDue: true,
      },
    ]);
    const human = await runHere(['verify', ...given, '--explain'], { home, ...options });
    expect(human.code).toBe(3);
    for (const title of ['what was signed', 'the body', 'where to look', 'the signature', 'why', 'tried']) {
      expect(human.stdout).toMatch(new RegExp(`^${title}$`, 'm'));
    }
    expect(human.stdout).toContain(`${diagnosis[0].cause}: ${diagnosis[0].fix}`);
    expect(human.stdout).toContain('  00000000  ef bb bf');
    const digest = createHmac('sha256', secret).update(spoilt).digest('hex');
    expect(human.stdout).not.toContain(digest);
    expect(human.stdout).not.toContain(secret);
    expect(human.stdout).not.toContain('more with --explain');
    const shown = await runHere(['verify', ...given, '--show-secrets'], { home, ...options });
    expect(shown.stdout).toContain(`  expected: X-Iverton-Signature: sha256=${digest}\n`);
    expect(shown.stdout).not.toContain(secret);
  });

  test('--explain of a valid signature shows the facts alone', async () => {
    const { code, diagnosis, explanation } = await verify([...given, '--explain'], { stdin: body });
    expect([code, diagnosis, explanation.tried.trials]).toEqual([0, [], 0]);
    const human = await runCli(['verify', ...given, '--explain'], { home, stdin: body });
    expect(human.stdout).toMatch(/^the body$/m);
    expect(human.stdout).not.toMatch(/^(why|tried)$/m);
  });

  test('code is that of one framework, or of all where the body may be the cause', async () => {
    const shown = async (...args: string[]) =>
      Object.keys((await verify([...given, ...args], { stdin: `${body.toString()} ` })).explanation.code);
    expect(await shown('--explain')).toEqual(['express', 'fastify', 'next', 'hono']);
    expect(await shown('--framework', 'hono')).toEqual(['hono']);
    expect(await failure([...given, '--framework', 'koa'], { stdin: body })).toMatchObject({
      exit: 2,
      message: '--framework takes express, fastify, next, hono, not "koa"',
    });
  });
});

describe('a request that is pasted', () => {
  const send = [
    'send',
    'iverton',
    'deal.won',
    '--to',
    'http://h.example/hook?a=1',
    '--secret',
    secret,
    '--print',
  ];
  const printed = async (how: string, ...more: string[]) =>
    (await runHere([...send, how, ...more], { home })).stdoutBytes;

  test.each([
    ['curl', []],
    ['http', []],
    ['curl', ['--data', "it's \u00e9\u001b$HOME"]],
  ])('as %s %j verifies as it was printed', async (how, more) => {
    const pasted = await printed(how, ...more);
    const { code, provider } = await verify(['--secret', secret, '--provider', 'iverton'], { stdin: pasted });
    expect([code, provider]).toEqual([0, 'iverton']);
  });

  test('comes from standard input, a file, or the command line', async () => {
    const pasted = await printed('curl');
    writeFileSync(join(home.folder, 'pasted'), pasted);
    const ways: [string[], Partial<CliOptions>][] = [
      [[], { stdin: pasted }],
      [['--request', '-'], { stdin: pasted }],
      [['--request', '@pasted'], {}],
      [['--request', pasted.toString()], {}],
    ];
    for (const [args, options] of ways) {
      expect(await verify([...args, '--secret', secret], options)).toMatchObject({
        code: 0,
        provider: 'iverton',
        captureId: null,
      });
    }
  });

  test('may have got a newline, which is told', async () => {
    const stdin = Buffer.concat([await printed('http'), Buffer.from('\n')]);
    const { code, stdout, stderr } = await runHere(['verify', '--secret', secret], { home, stdin });
    expect([code, stdout.startsWith('✓ valid')]).toEqual([0, true]);
    expect(stderr).toContain('came with the copy, and is left out');
    const { explanation } = await verify(['--secret', secret, '--explain'], { stdin });
    expect(explanation.remarks).toHaveLength(1);
  });

  test('may name files of the working directory', async () => {
    const digest = createHmac('sha256', secret).update(body).digest('hex');
    const command = `curl h -H 'X-Iverton-Signature: sha256=${digest}' --data-binary @body.json`;
    expect((await verify(['--request', command, '--secret', secret])).code).toBe(0);
    expect(
      await failure(['--request', command.replace('body.json', 'no.json'), '--secret', 'x']),
    ).toMatchObject({
      exit: 1,
      code: 'ERR_NOT_FOUND',
      message: 'cannot read no.json, which the curl command names',
    });
    // What is no regular file may never end, and a file that is named often is that often in the body.
    expect(await failure(['--request', command.replace('body.json', '.'), '--secret', 'x'])).toMatchObject({
      exit: 2,
      message: '., which the curl command names, is no file',
    });
    writeFileSync(join(home.folder, 'large'), Buffer.alloc(30_000_000));
    expect(await failure(['--request', `curl h ${'-d @large '.repeat(20)}`, '--secret', 'x'])).toMatchObject({
      exit: 2,
      message: 'the request is larger than 256 MiB',
    });
  });

  test('is a body where headers are given beside it', async () => {
    const stdin = 'curl http://h/';
    const digest = createHmac('sha256', secret).update(stdin).digest('hex');
    const args = ['--header', `X-Iverton-Signature: ${digest}`, '--secret', secret];
    expect((await verify(args, { stdin })).code).toBe(0);
  });

  test.each([
    [['--request', '{}'], '', 'this is neither a curl command nor an HTTP request'],
    [['--request', '-'], '', 'the request is empty'],
    [['--request', '-', 'last'], '', 'either --request, or a capture, or --header and --body'],
    [[], '{"a":1}', 'this is neither a curl command nor an HTTP request'],
    [[], '', 'which capture?'],
    [[], 'curl -F a=b h', /\(-F\)/],
    [[], 'curl -d @- h', /\(@-\)/],
    [[], 'curl --unheard-of h', /not known here: --unheard-of$/],
    [[], 'POST / HTTP/1.1\r\nno header\r\n\r\n', /^line 2 of the request/],
  ])('%j with %j is refused', async (args, stdin, message) => {
    expect(await failure([...args, '--secret', 'x'], { stdin })).toMatchObject({
      exit: 2,
      code: 'ERR_USAGE',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      hint: expect.any(String),
    });
  });
});

describe('a provider that signs more than the body', () => {
  // The example of Slack's documents.
  const slack = [
    'curl -X POST https://app.example/slack',
    "-H 'X-Slack-Request-Timestamp: 1531420618'",
    "-H 'X-Slack-Signature: v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'",
    "-d 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'",
  ].join(' ');
  const key = '8f742231b10e8888abcd99yyyzzz85a5';
  const args = ['--provider', 'slack', '--request', slack, '--secret', key];

  test('is verified as of now, or as of when it was sent', async () => {
    const late = await verify(args);
    expect([late.code, late.verdict.reason]).toEqual([3, 'too-old']);
    expect(late.diagnosis[0]).toMatchObject({ cause: 'time-too-old', confidence: 'certain' });
    const human = await runHere(['verify', ...args], { home });
    expect(human.stdout).toContain('  as of another time: --now, in seconds since 1970\n');
    expect((await verify([...args, '--now', '1531420620', '--explain'])).code).toBe(0);
    expect(await failure([...args, '--now', 'yesterday'])).toMatchObject({ exit: 2, code: 'ERR_USAGE' });
  });

  test('shows what would verify as of when it was signed', async () => {
    const { stdout } = await runHere(['verify', ...args, '--show-secrets'], { home });
    expect(stdout).toContain(
      '  expected: X-Slack-Signature: v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503\n',
    );
  });

  test('is verified by the URL that it has', async () => {
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
    // The example of Twilio's documents.
    const sent = [
      `curl 'http://internal:3000/myapp.php?foo=1&bar=2' -H 'X-Twilio-Signature: GvWf1cFY/Q7PnoempGyD5oXAezc='`,
      "-H 'Content-Type: application/x-www-form-urlencoded'",
      "-d 'Digits=1234&To=%2B18005551212&From=%2B14158675310&Caller=%2B14158675310&CallSid=CA1234567890ABCDE'",
    ].join(' ');
    const twilio = ['--provider', 'twilio', '--request', sent, '--secret', '12345'];
    const other = await verify(twilio);
    expect([other.code, other.diagnosis[0].fix]).toEqual([3, expect.stringContaining('--public-url')]);
    const header = 'X-Twilio-Signature: GvWf1cFY/Q7PnoempGyD5oXAezc=';
    const apart = ['--provider', 'twilio', '--header', header, '--body', 'CallSid=CA1', '--secret', '12345'];
    expect((await verify(apart)).diagnosis[0].fix).toBe(
      'the URL that was signed is not known: give the one that Twilio has with --url (listen and run: --public-url)',
    );
    expect((await verify([...twilio, '--url', url, '--explain'])).code).toBe(0);
    expect(await failure([...twilio, '--url', 'here'])).toMatchObject({ exit: 2, code: 'ERR_USAGE' });
    const { stdout } = await runHere(['verify', ...twilio, '--url', url, '--show-secrets'], { home });
    expect(stdout).toContain('  expected: X-Twilio-Signature: GvWf1cFY/Q7PnoempGyD5oXAezc=\n');
  });

  test('has nothing to expect of a public key', async () => {
    const publicKey = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
    const headers = ['X-Signature-Timestamp: 1', `X-Signature-Ed25519: ${'0'.repeat(128)}`];
    const discord = ['--provider', 'discord', '--secret', publicKey, '--body', '{}'].concat(
      headers.flatMap((line) => ['--header', line]),
    );
    const { diagnosis, verdict } = await verify([...discord, '--explain']);
    expect([verdict.reason, diagnosis[0].cause]).toEqual(['no-match', 'secret-wrong']);
    const { stdout } = await runHere(['verify', ...discord, '--show-secrets'], { home });
    expect(stdout).toContain('  expected: none can be made');
  });
});

describe('a scheme other than an HMAC of the body', () => {
  test('a token is compared, so that the body and the code around it are no matter', async () => {
    const token = [
      '--provider',
      'telegram',
      '--header',
      'X-Telegram-Bot-Api-Secret-Token: other',
      '--body',
      '{}\n',
    ];
    const { stdout } = await runHere(['verify', ...token, '--secret', secret, '--explain'], { home });
    expect(stdout).toContain('the token in the X-Telegram-Bot-Api-Secret-Token header is another one');
    expect(stdout).not.toMatch(/where to look|raw body in your code|HMAC|signature$/m);
    const { stdout: asked } = await runHere(
      ['verify', ...token, '--secret', secret, '--framework', 'express'],
      { home },
    );
    expect(asked).toContain('express.raw(');
  });

  test('a private key given for the public one is found out, and what is signed is no signature', async () => {
    const key = 'ab'.repeat(32);
    const sent = await runHere(
      ['send', 'discord', 'ENTITLEMENT_CREATE', '--secret', key, '--print', 'http'],
      { home },
    );
    const publicKey = /verifies with the public one, (\w{64})$/m.exec(sent.stderr)![1]!;
    const check = (given: string) =>
      runHere(['verify', '--provider', 'discord', '--secret', given, '--explain'], {
        home,
        stdin: sent.stdoutBytes,
      });
    const wrong = await check(key);
    expect([wrong.code, wrong.stdout]).toEqual([3, expect.stringMatching(/1 more signature over/)]);
    expect(wrong.stdout).toContain('configure the public key here');
    expect(wrong.stdout).not.toMatch(/X-Signature-Timestamp:/);
    expect((await check(publicKey)).code).toBe(0);
  });
});

test.each([
  ['-', '- is no capture', 'for a request on standard input: --request -'],
  ['./body.json', './body.json is a file, and no capture', 'give it with --request @./body.json'],
])('%s is no capture', async (given, message, hint) => {
  expect(await failure([given], { cwd: home.folder })).toMatchObject({ exit: 2, message, hint });
});

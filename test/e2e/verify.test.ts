import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as contract from '../support/contract.ts';
import { createHome, runCli, startListen, type CliOptions } from '../support/cli.ts';
import { payload } from '../support/fixtures.ts';

const home = createHome();
const secret = 'whsec_xxxxxxxxxxxxx';
const body = payload('iverton', 'contact.created');
const header = 'X-Iverton-Signature: sha256=5c9cfa0a8b7c98e25253314b7f33be8e1c2b141095eccf9fda661ca2b7b216c5';
const given = ['--provider', 'iverton', '--header', header, '--secret', secret];
writeFileSync(join(home.folder, 'body.json'), body);

const listening = await startListen(['--secret', secret], { home });
await runCli(['send', 'iverton', 'contact.created', '--to', listening.url, '--secret', secret], { home });
await runCli(['send', 'compliancely', 'request.completed', '--to', `${listening.url}/compliancely`], {
  home,
});
const [signed, unsigned] = (await listening.captures(2)).map(({ id }) => id) as [string, string];
await listening.stop();

async function verify(args: string[], options: Partial<CliOptions> = {}) {
  const { code, stdout, stderr, json } = await runCli(['verify', ...args, '--json'], { home, ...options });
  expect(stderr).toBe('');
  expect(stdout).not.toContain(secret);
  contract.verification(json());
  return { code, ...json() };
}

async function failure(args: string[], options: Partial<CliOptions> = {}) {
  const { code, stdout, stderr } = await runCli(['verify', ...args, '--json'], { home, ...options });
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
    const wrong = await runCli(['verify', signed, '--secret', 'wrong'], { home });
    expect([wrong.code, wrong.stdout]).toEqual([
      3,
      '✗ no-match  Iverton AI: the signature in X-Iverton-Signature does not match: another secret, or other bytes (hmac-sha256)\n',
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
    const human = await runCli(args, { home });
    expect(human.code).toBe(3);
    expect(human.stderr).toBe(
      'warning: the secret has white space around it, which is taken as part of it\n',
    );
    expect(human.stdout).toContain('it would match without the white space around the secret');
    const { verdict } = (await runCli([...args, '--json'], { home })).json();
    expect(verdict.message).toContain('it would match without the white space around the secret');
  });
});

test('a verdict’s warnings are shown', async () => {
  const bare = header.replace('sha256=', '');
  const args = ['--provider', 'iverton', '--header', bare, '--body', '@body.json', '--secret', secret];
  const human = await runCli(['verify', ...args], { home });
  expect([human.code, human.stdout.split('\n')[1]]).toEqual([
    0,
    '  warning: the signature lacks the sha256= prefix, which Iverton documents and its sample code wants',
  ]);
  expect((await verify(args)).verdict.warnings).toHaveLength(1);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createSecrets, noteStrangers } from '../../../src/cli/secrets.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { thrownBy } from '../../support/thrown.ts';

const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

interface Sources {
  readonly secret?: readonly string[];
  readonly secretFile?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly configured?: Readonly<Record<string, readonly string[]>>;
}

const sources = {
  secret: ['from an option'],
  secretFile: [file('secret', 'from a file')],
  env: { WEBHOOK_SECRET_IVERTON: 'from its variable', WEBHOOK_SECRET: 'from the variable' },
  configured: { iverton: ['from the configuration', 'and the one before'] },
};

function secretsOf(
  { secret, secretFile, env = {}, configured = {} }: Sources,
  notes: string[] = [],
  id = 'iverton',
): string[] {
  const given = { ...(secret && { secret }), ...(secretFile && { secretFile }) };
  return createSecrets(given, env, configured, (text) => notes.push(text))(id).map((found) =>
    Buffer.from(found).toString(),
  );
}

describe('the first source that holds a secret decides', () => {
  const { secret, secretFile, env, configured } = sources;

  test.each([
    ['an option', sources, ['from an option']],
    ['a file', { secretFile, env, configured }, ['from a file']],
    ['the provider’s variable', { env, configured }, ['from its variable']],
    ['the variable', { env: { WEBHOOK_SECRET: 'from the variable' }, configured }, ['from the variable']],
    ['the configuration', { configured }, ['from the configuration', 'and the one before']],
    ['nothing', {}, []],
    ['several options', { secret: [...secret, 'another'], env }, ['from an option', 'another']],
    [
      'a variable, where the provider’s is empty',
      { env: { ...env, WEBHOOK_SECRET_IVERTON: '' } },
      ['from the variable'],
    ],
    [
      'the configuration, where variables are empty',
      { env: { WEBHOOK_SECRET: '' }, configured },
      configured.iverton,
    ],
  ])('%s', (_name, given, expected) => {
    expect(secretsOf(given)).toEqual(expected);
  });

  test('for each provider its own', () => {
    const given = { env: { ...sources.env, WEBHOOK_SECRET_FILEDGR: 'f' }, configured: sources.configured };
    expect(secretsOf(given, [], 'filedgr')).toEqual(['f']);
    expect(secretsOf(given, [], 'iverton')).toEqual(['from its variable']);
    expect(secretsOf({ configured: sources.configured }, [], 'filedgr')).toEqual([]);
  });
});

describe('a secret', () => {
  test('is taken verbatim, and white space around it is remarked upon', () => {
    const notes: string[] = [];
    expect(secretsOf({ secret: [' x\n'] }, notes)).toEqual([' x\n']);
    expect(secretsOf({ secretFile: [file('line', 'x\n')] }, notes)).toEqual(['x\n']);
    expect(notes).toEqual(
      Array(2).fill('warning: the secret has white space around it, which is taken as part of it'),
    );
    expect(secretsOf({ secret: ['in the middle'] }, notes)).toHaveLength(1);
    expect(notes).toHaveLength(2);
  });

  test('in a file may be any bytes', () => {
    const bytes = Buffer.from([0, 255, 128, 7]);
    const [found] = createSecrets({ secretFile: [file('bytes', bytes)] }, {}, {}, () => {})('iverton');
    expect(Buffer.from(found!).equals(bytes)).toBe(true);
  });

  test.each([
    ['option', { secret: [''] }],
    ['option among others', { secret: ['x', ''] }],
    ['file', { secretFile: [file('empty', '')] }],
  ])('is not an empty %s', (_name, given) => {
    expect(thrownBy(() => secretsOf(given))).toMatchObject({ name: 'UsageError', code: 'ERR_EMPTY_SECRET' });
  });

  test('is not a file that cannot be read', () => {
    const path = join(folder, 'missing');
    expect(thrownBy(() => secretsOf({ secretFile: [path] }))).toMatchObject({
      name: 'UsageError',
      message: `cannot read the secret file ${path}`,
    });
  });
});

test('of what is no provider is told, with what was probably meant', () => {
  const notes: string[] = [];
  noteStrangers({ githb: ['s'], github: ['s'], 'quite-else': [], '\u001b': [] }, builtIn, (text) =>
    notes.push(text),
  );
  expect(notes).toEqual([
    'note: no provider is called "githb", as "secrets" in the configuration has it; did you mean github?',
    'note: no provider is called "quite-else", as "secrets" in the configuration has it',
    'note: no provider is called "\\u{1b}", as "secrets" in the configuration has it',
  ]);
});

import { describe, expect, test } from 'vitest';
import { createContext } from '../../../src/cli/context.ts';
import type { Host } from '../../../src/cli/io.ts';
import { memoryHost } from '../../support/host.ts';

const never = new AbortController().signal;

describe('colours', () => {
  test.each<[string, Host['env'], Record<string, unknown>, boolean]>([
    ['are wanted', {}, {}, true],
    ['are not with NO_COLOR', { NO_COLOR: '1' }, {}, false],
    ['are with an empty NO_COLOR', { NO_COLOR: '' }, {}, true],
    ['are not on a dumb terminal', { TERM: 'dumb' }, {}, false],
    ['are on another', { TERM: 'xterm' }, {}, true],
    ['are not with --no-color', {}, { color: false }, false],
  ])('%s', (_name, env, options, color) => {
    expect(createContext(memoryHost({ env }), options, never).globals.color).toBe(color);
  });
});

describe('questions', () => {
  const terminal = { stdin: { isTTY: true, read: async () => new Uint8Array() }, errIsTTY: true };

  test.each<[string, Parameters<typeof memoryHost>[0], Record<string, unknown>, boolean]>([
    ['may be asked at a terminal', terminal, {}, true],
    ['may be asked although results go elsewhere', { ...terminal, outIsTTY: false }, {}, true],
    ['may not with --no-input', terminal, { input: false }, false],
    ['may not with --json', terminal, { json: true }, false],
    ['may not in CI', { ...terminal, env: { CI: 'true' } }, {}, false],
    ['may not without an input', { errIsTTY: true }, {}, false],
    ['may not where nobody would see them', { ...terminal, errIsTTY: false }, {}, false],
  ])('%s', (_name, host, options, interactive) => {
    expect(createContext(memoryHost(host), options, never).interactive).toBe(interactive);
  });
});

describe('notes', () => {
  test.each<[Record<string, unknown>, string]>([
    [{}, 'a note\n'],
    [{ quiet: true }, ''],
    [{ json: true }, ''],
  ])('with %j', (options, written) => {
    const host = memoryHost();
    createContext(host, options, never).note('a note');
    expect([host.written.out(), host.written.err()]).toEqual(['', written]);
  });
});

describe('the database', () => {
  const path = (host: Host, options: Record<string, unknown> = {}): Promise<string> =>
    createContext(host, options, never).databasePath();

  test.each<[string, Partial<Host>, string]>([
    ['of Linux', {}, '/home/nobody/.local/share/webhook-cli/webhook.db'],
    ['of macOS', { platform: 'darwin' }, '/home/nobody/Library/Application Support/webhook-cli/webhook.db'],
    ['of Windows', { platform: 'win32', env: { LOCALAPPDATA: '/local' } }, '/local/webhook-cli/webhook.db'],
    ['where XDG_DATA_HOME says', { env: { XDG_DATA_HOME: '/data' } }, '/data/webhook-cli/webhook.db'],
    [
      'where XDG_DATA_HOME is empty',
      { env: { XDG_DATA_HOME: '' } },
      '/home/nobody/.local/share/webhook-cli/webhook.db',
    ],
  ])('%s', async (_name, changes, expected) => {
    expect(await path(memoryHost(changes))).toBe(expected);
  });

  test('of nobody has to be named', async () => {
    const host: Host = { ...memoryHost(), homeDirectory: undefined };
    await expect(path(host)).rejects.toMatchObject({ name: 'UsageError', hint: 'name one with --db' });
    expect(await path(host, { db: 'mine.db' })).toBe('mine.db');
  });
});

import { describe, expect, test } from 'vitest';
import { createContext } from '../../../src/cli/context.ts';
import type { Host } from '../../../src/cli/io.ts';
import { StoreError } from '../../../src/errors.ts';
import { memoryHost, noLines } from '../../support/host.ts';

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
  const terminal = {
    stdin: { isTTY: true, read: async () => new Uint8Array(), lines: noLines },
    errIsTTY: true,
  };

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

describe('warnings', () => {
  const full = new StoreError('ERR_STORE_FULL', 'no room', { hint: 'make some' });
  const warned = (options: Record<string, unknown>, ...errors: unknown[]): string => {
    const host = memoryHost();
    const { warn } = createContext(host, options, never);
    for (const error of errors) warn('not stored', error);
    expect(host.written.out()).toBe('');
    return host.written.err();
  };

  test.each([{}, { quiet: true }])('are told with %j', (options) => {
    expect(warned(options, full)).toBe('error: not stored: no room\nhint: make some\n');
  });

  test.each([{ json: true }, { json: true, quiet: true }])('are a line of JSON with %j', (options) => {
    expect(warned(options, full)).toBe(
      '{"error":{"code":"ERR_STORE_FULL","message":"not stored: no room","hint":"make some"}}\n',
    );
  });

  test('are told once for each kind of error', () => {
    const other = new StoreError('ERR_STORE_IO', 'out of order');
    const bug = new TypeError('x is undefined');
    expect(warned({}, full, other, full, bug, other, bug)).toBe(
      'error: not stored: no room\nhint: make some\n' +
        'error: not stored: out of order\n' +
        'error: not stored: this is a bug in webhook-cli: x is undefined\n' +
        'hint: run it again with --debug and report what it prints\n',
    );
  });

  test('show with --debug where they come from', () => {
    expect(warned({ debug: true }, new TypeError('x'))).toMatch(
      /^error: not stored: this is a bug in webhook-cli: x\nTypeError: x\n\s+at /,
    );
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

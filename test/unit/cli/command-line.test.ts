import { describe, expect, test } from 'vitest';
import { commandLine } from '../../../src/cli/command-line.ts';

const NPM = 'C:\\Program Files\\nodejs\\npm.cmd';
const env = { Path: 'C:\\Windows;C:\\Program Files\\nodejs', comspec: 'C:\\Windows\\cmd.exe' };
const exists = (path: string): boolean => [NPM, 'C:\\Windows\\ping.exe'].includes(path);

describe('what is spawned for a command', () => {
  test('is the command itself', () => {
    for (const platform of ['linux', 'darwin']) {
      expect(commandLine(['npm', 'test', '$HOME *'], platform, env, exists)).toEqual({
        file: 'npm',
        args: ['test', '$HOME *'],
        verbatim: false,
      });
    }
  });

  test('is itself on Windows too, where it is a program or nothing', () => {
    for (const command of ['ping', 'ping.exe', 'nothing', 'npm.exe']) {
      expect(commandLine([command, 'a b'], 'win32', env, exists)).toEqual({
        file: command,
        args: ['a b'],
        verbatim: false,
      });
    }
  });

  test('is a shell for a batch file, which gets each argument as it is', () => {
    const { file, args, verbatim } = commandLine(['npm', 'run', 'a b', 'c&d', ''], 'win32', env, exists);
    expect([file, verbatim, args.slice(0, 3)]).toEqual(['C:\\Windows\\cmd.exe', true, ['/d', '/s', '/c']]);
    // The shell takes a level of carets away, the batch file another.
    const once = args[3]!.slice(1, -1).replace(/\^(.)/g, '$1');
    expect(once.startsWith(`${NPM} `)).toBe(true);
    expect(once.slice(NPM.length + 1).replace(/\^(.)/g, '$1')).toBe('"run" "a b" "c&d" ""');
    // Nothing that a shell reads stands there bare.
    expect(args[3]!.slice(1, -1).replace(/\^./g, '')).not.toMatch(/[&|<>%!"^]/);
  });

  test('keeps quotation marks and backslashes apart', () => {
    const { args } = commandLine([NPM, 'a"b', 'c\\', 'd\\"e'], 'win32', env, exists);
    const text = args[3]!.slice(1, -1).replace(/\^(.)/g, '$1').replace(/\^(.)/g, '$1');
    expect(text.slice(NPM.length + 1)).toBe('"a\\"b" "c\\\\" "d\\\\\\"e"');
  });
});

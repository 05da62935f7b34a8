import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { createHome, runCli, startListen } from '../support/cli.ts';
import { memoryHost } from '../support/host.ts';

const home = createHome();

test('0: done', async () => {
  expect((await runCli(['captures', 'list'], { home })).code).toBe(0);
});

test('1: failed', async () => {
  expect((await runCli(['captures', 'show', 'cap_nothing'], { home })).code).toBe(1);
});

test('2: wrong usage', async () => {
  expect((await runCli(['captures', 'list', '--limit', 'none'], { home })).code).toBe(2);
});

test('3: it worked, and the answer is no', async () => {
  const args = ['send', 'iverton', 'deal.won', '--secret', 's', '--to', 'http://127.0.0.1:1/'];
  expect((await runCli(args, { home })).code).toBe(3);
});

test('70: a bug', async () => {
  const host = memoryHost({
    stdin: {
      isTTY: false,
      read: () => Promise.reject(new TypeError('nobody thought of this')),
      lines: memoryHost().stdin.lines,
    },
  });
  expect(await main(['send', 'iverton', '--data', '-', '--unsigned', '--dry-run'], host)).toBe(70);
});

test.each([
  ['130: Ctrl-C', 'SIGINT', 130],
  ['143: SIGTERM', 'SIGTERM', 143],
] as const)('%s', async (_, signal, code) => {
  const listen = await startListen([], { home });
  expect(await listen.stop(signal)).toEqual({ code, signal: null });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Host } from '../../../src/cli/io.ts';
import { main } from '../../../src/cli/main.ts';
import { memoryHost, noLines } from '../../support/host.ts';

const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const dryRun = ['send', 'iverton', 'deal.won', '--unsigned', '--dry-run'];

describe('a bug', () => {
  const broken: Partial<Host> = {
    stdin: {
      isTTY: false,
      read: async () => Promise.reject(new TypeError('cannot read x of undefined')),
      lines: noLines,
    },
  };
  const args = ['send', 'iverton', '--data', '-', '--unsigned', '--dry-run'];

  test('is called one', async () => {
    const host = memoryHost(broken);
    expect(await main(args, host)).toBe(70);
    expect([host.written.out(), host.written.err()]).toEqual([
      '',
      'error: this is a bug in webhook-cli: cannot read x of undefined\nhint: run it again with --debug and report what it prints\n',
    ]);
  });

  test('shows where it is when debugged', async () => {
    const host = memoryHost(broken);
    expect(await main([...args, '--debug'], host)).toBe(70);
    expect(host.written.err()).toMatch(/\nTypeError: cannot read x of undefined\n\s+at /);
  });

  test('is JSON where that is wanted', async () => {
    const host = memoryHost(broken);
    expect(await main([...args, '--json'], host)).toBe(70);
    expect(JSON.parse(host.written.err()).error).toMatchObject({
      code: 'ERR_BUG',
      message: 'cannot read x of undefined',
    });
  });
});

describe('what is printed', () => {
  test('on a terminal ends with a line break, and elsewhere with its last byte', async () => {
    const [terminal, pipe] = [memoryHost({ outIsTTY: true }), memoryHost()];
    expect([await main(dryRun, terminal), await main(dryRun, pipe)]).toEqual([0, 0]);
    expect(pipe.written.out().endsWith('}}')).toBe(true);
    expect(terminal.written.out().endsWith('}}\n')).toBe(true);
  });

  test('has colours on a terminal, and none beside it in a file', async () => {
    const database = ['--db', join(folder, 'hooks.db')];
    const host = memoryHost({ outIsTTY: true, errIsTTY: false });
    expect(await main(['providers', 'list', ...database], host)).toBe(0);
    expect(host.written.out()).toContain('\u001b[');
    const plain = memoryHost({ outIsTTY: true, env: { NO_COLOR: '1' } });
    await main(['providers', 'list', ...database], plain);
    expect(plain.written.out()).not.toContain('\u001b[');
    expect(plain.written.out()).toMatch(/^ID +NAME/);
  });
});

describe('a signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends a command with its own code', async (signal, code) => {
    const host = memoryHost({
      // A server that never answers is not needed: the first request is cut off before it is made.
      onSignal: (listener) => {
        queueMicrotask(() => listener(signal));
        return () => {};
      },
    });
    expect(await main(['send', 'iverton', '--all', '--to', 'http://127.0.0.1:9', '--unsigned'], host)).toBe(
      code,
    );
  });

  test('given twice ends the program at once', async () => {
    const ended: number[] = [];
    const host = memoryHost({
      onSignal: (listener) => {
        listener('SIGINT');
        listener('SIGINT');
        return () => {};
      },
      exitNow: (code) => void ended.push(code),
    });
    await main(dryRun, host);
    expect(ended).toEqual([130]);
  });
});

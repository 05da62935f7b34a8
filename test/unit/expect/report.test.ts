import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { expectationReport } from '../../../src/cli/render/expectation.ts';
import { renderListen } from '../../../src/cli/render/listen.ts';
import type { ExpectationReport } from '../../../src/expect/expectation.ts';
import { newCapture } from '../../support/captures.ts';
import { newDatabasePath, openForTest } from '../../support/database.ts';
import { memoryHost, noLines } from '../../support/host.ts';
import { hostileText, HOSTILE } from '../../support/hostile.ts';
import { termOf } from '../../support/term.ts';

const pipe = await termOf({ isTTY: false });

describe('the report', () => {
  test('has a line for each expectation, and for the most frequent of what came instead', () => {
    const instead = Array.from({ length: 23 }, (_, index) => ({
      provider: index % 2 === 0 ? null : 'iverton',
      what: `deal.${index}`,
      why: 'not expected',
      count: 30 - index,
    }));
    const expectations = [
      { provider: 'iverton', type: 'deal.won', count: 2, received: 3 },
      { provider: null, type: '*', count: 100, received: 99 },
    ];
    const report = { isMet: false, expectations, instead };
    const lines = expectationReport(report, pipe).split('\n');
    expect(lines.slice(0, 6)).toEqual([
      'Not all that was expected has come:',
      '  ✓ iverton:deal.won x2  3 of 2',
      '  ✗ any capture x100     99 of 100',
      'What came instead:',
      '  30 x deal.0: not expected',
      '  29 x iverton deal.1: not expected',
    ]);
    expect(lines.slice(-2)).toEqual([
      '  11 x iverton deal.19: not expected',
      '  and 27 more, of 3 other kinds',
    ]);
    expect(renderListen({ type: 'expectation', report }, pipe)).toBe(lines.join('\n'));
  });

  test('lets nothing through that a terminal would obey', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (type, what, why) => {
        const report: ExpectationReport = {
          isMet: false,
          expectations: [{ provider: null, type, count: 1, received: 0 }],
          instead: [{ provider: 'iverton', what, why, count: 1 }],
        };
        const text = expectationReport(report, pipe);
        expect(HOSTILE.exec(text)).toBeNull();
        expect(text.split('\n')).toHaveLength(4);
      }),
    );
  });
});

describe('wait', () => {
  async function run(args: readonly string[], receivedAt: readonly number[] = [], interactive = false) {
    const path = newDatabasePath();
    const store = await openForTest({ path });
    await Promise.all(receivedAt.map((time) => store.captures.add(newCapture({ receivedAt: time }))));
    const stdin = { isTTY: interactive, read: async () => new Uint8Array(), lines: noLines };
    const host = memoryHost({ stdin, errIsTTY: interactive });
    const code = await main(['wait', '--db', path, ...args], host);
    return { code, out: host.written.out(), err: host.written.err() };
  }

  test('tells a person at a terminal what it waits for', async () => {
    const expected = ['--expect', 'iverton:deal.won x2', '--expect', 'deal.lost', '--timeout', '1ms'];
    expect((await run(expected, [], true)).err).toBe(
      'Waiting for iverton:deal.won x2, deal.lost (up to 1 ms; Ctrl-C stops)\n',
    );
    expect((await run(['--count', '1', '--timeout', '1ms'], [], true)).err).toBe(
      'Waiting for captures (up to 1 ms; Ctrl-C stops)\n',
    );
    expect((await run(['--count', '1', '--timeout', '1ms', '--quiet'], [], true)).err).toBe('');
    expect((await run(['--count', '1', '--timeout', '1ms'])).err).toBe('');
  });

  const MINUTE = 60_000;
  test.each([
    [[3_000], '1 earlier capture would have passed, the newest 3 s ago', 'count it too with --since 1m'],
    [
      [5 * MINUTE, MINUTE],
      '2 earlier captures would have passed, the newest 1 m ago',
      'them too with --since 5m',
    ],
    [[70 * MINUTE], '1 earlier capture would have passed, the newest 1 h 10 m ago', 'it too with --since 6h'],
    [[100 * 1440 * MINUTE], 'the newest 100 d ago', 'count it too with --since 20'],
  ])('which came %j ms before it is told, with a span that holds it', async (ages, message, hint) => {
    const now = Date.now();
    const times = ages.map((age) => now - age);
    const { code, out, err } = await run(['--count', '1', '--timeout', '0s'], times);
    expect([code, out]).toEqual([3, expect.stringMatching(/Nothing came\.\n$/)]);
    expect(err.replace(/(3)\.\d s/, '$1 s').replace(/1 m \d s/, '1 m')).toContain(message);
    expect(err).toContain(hint);
    const since = /--since (\S+)/.exec(err)![1]!;
    expect((await run(['--timeout', '0s', '--since', since], times)).code).toBe(0);
  });
});

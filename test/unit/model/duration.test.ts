import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/model/duration.ts';
import { thrownBy } from '../../support/thrown.ts';

describe('reading', () => {
  test.each([
    ['250ms', 250],
    ['2s', 2_000],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['0.5h', 1_800_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['0s', 0],
    [' 3s ', 3_000],
    ['0.4ms', 0],
  ])('%s', (text, ms) => {
    expect(parseDuration(text, '--timeout')).toBe(ms);
  });

  test.each([
    '',
    '5',
    's',
    '5 s',
    '-5s',
    '+5s',
    '1e3s',
    '5sec',
    '5S',
    '1h30m',
    '.5s',
    '5.s',
    'NaN',
    'Infinitys',
  ])('not %j', (text) => {
    expect(thrownBy(() => parseDuration(text, '--timeout'))).toMatchObject({
      name: 'UsageError',
      message: `"${text}" is not a duration (--timeout)`,
    });
  });
});

describe('writing', () => {
  test.each([
    [0, '<1 ms'],
    [0.4, '<1 ms'],
    [1, '1 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1_000, '1 s'],
    [1_449, '1.4 s'],
    [9_960, '10 s'],
    [12_345, '12 s'],
    [59_499, '59 s'],
    [59_500, '1 m'],
    [60_000, '1 m'],
    [303_000, '5 m 3 s'],
    [3_599_500, '1 h'],
    [3_600_000, '1 h'],
    [95_760_000, '26 h 36 m'],
    [86_400_000, '24 h'],
    [172_800_000, '2 d'],
    [180_000_000, '2 d 2 h'],
    [31_536_000_000, '365 d'],
  ])('%d ms', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('a longer one is never written shorter, and no unit reaches the next', () => {
    const unit: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
    const size = (text: string): number =>
      Array.from(text.matchAll(/([\d.]+) (\w+)/g), ([, value, name]) => Number(value) * unit[name!]!).reduce(
        (sum, part) => sum + part,
      );
    const limit: Record<string, number> = { ms: 1_000, s: 60, m: 60, h: 48 };
    const duration = fc.oneof(
      fc.integer({ min: 1, max: 200_000_000 }),
      fc.double({ min: 1, max: 4e6, noNaN: true }),
    );
    fc.assert(
      fc.property(duration, duration, (left, right) => {
        const [short, long] = left < right ? [left, right] : [right, left];
        expect(size(formatDuration(short))).toBeLessThanOrEqual(size(formatDuration(long)));
        for (const [, value, name] of formatDuration(left).matchAll(/([\d.]+) (\w+)/g)) {
          expect(Number(value)).toBeLessThan(limit[name!] ?? Number.POSITIVE_INFINITY);
        }
      }),
    );
  });
});

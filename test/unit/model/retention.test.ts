import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRetention } from '../../../src/model/retention.ts';

const parse = (...texts: string[]) => parseRetention(texts, '--keep');

function failure(...texts: string[]): unknown {
  try {
    return parse(...texts);
  } catch (error) {
    return error;
  }
}

const AGES = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const SIZES = { MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40, MiB: 2 ** 20, GiB: 2 ** 30 };
const bound = (key: string, units: Readonly<Record<string, number>>) =>
  fc
    .tuple(fc.integer({ min: 1, max: 9_000 }), fc.constantFrom(...Object.keys(units)))
    .map(([number, unit]) => ({
      text: `${number}${unit}`,
      rule: { [key]: Math.min(number * units[unit]!, Number.MAX_SAFE_INTEGER) },
    }));
const bounds = fc
  .tuple(
    bound('ageMs', AGES),
    fc.integer({ min: 1 }).map((count) => ({ text: String(count), rule: { count } })),
    bound('sizeBytes', SIZES),
  )
  .chain((all) => fc.shuffledSubarray(all, { minLength: 1 }));

describe('how much is kept', () => {
  test('any of an age, a number and a size, in any order, separated by commas or given apart', () => {
    fc.assert(
      fc.property(bounds, fc.constantFrom(',', ' , ', null), (given, separator) => {
        const texts = given.map(({ text }) => text);
        const expected = Object.assign({}, ...given.map(({ rule }) => rule)) as object;
        expect(parse(...(separator === null ? texts : [texts.join(separator)]))).toEqual(expected);
      }),
    );
  });

  test('is a rule or a usage error that names where it was given, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 3 }), (texts) => {
        const result = failure(...texts);
        if (result instanceof Error) {
          expect(result).toMatchObject({ name: 'UsageError', message: expect.stringContaining('--keep') });
        } else if (result !== null) {
          for (const value of Object.values(result as object)) expect(value).toBeGreaterThan(0);
        }
      }),
    );
  });

  test.each([
    ['1.5GB', { sizeBytes: 1.5 * 2 ** 30 }],
    ['10 gib', { sizeBytes: 10 * 2 ** 30 }],
    ['1.5h', { ageMs: 5_400_000 }],
    ['99999999999TB', { sizeBytes: Number.MAX_SAFE_INTEGER }],
    ['9'.repeat(40), { count: Number.MAX_SAFE_INTEGER }],
    ['all', null],
    [' ALL ', null],
  ])('%j', (text, rule) => {
    expect(parse(text)).toEqual(rule);
  });

  test.each(['', ',', '7d,', 'much', '-1', '1e3', '5M', '100k', '1K', '7D', '1 d', 'all,7d'])(
    '%j is refused with examples',
    (text) => {
      expect(failure(text)).toMatchObject({
        name: 'UsageError',
        message: expect.stringMatching(/does not say how much to keep \(--keep\)$/),
        hint: 'write an age such as 12h or 7d, a number of captures such as 100000, a size such as 500MB or 1GB, or all',
      });
    },
  );

  test.each(['0', '0s', '999ms', '0MB', '0.5MB'])('%j would keep nothing', (text) => {
    expect(failure(text)).toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(/^--keep takes an? \w+ of at least 1/),
    });
  });

  test('two of one kind are refused: 100,000 is two numbers', () => {
    for (const texts of [['100,500'], ['7d', '8d'], ['1GB,2GB']]) {
      expect(failure(...texts)).toMatchObject({
        message: `--keep has two bounds of one kind: ${texts.join(',')}`,
        hint: expect.stringContaining('100000'),
      });
    }
    expect(failure('100,000')).toMatchObject({ name: 'UsageError' });
  });
});

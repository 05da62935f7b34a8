import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareNumbers, isSame, parseExactJson, textOf } from '../../../src/expect/exact-json.ts';

const json = fc.jsonValue({ maxDepth: 4 });

describe('JSON whose numbers keep their text', () => {
  test('is the same as itself however it is laid out, and other than anything else', () => {
    fc.assert(
      fc.property(json, json, fc.constantFrom(undefined, 1, '\t'), (one, other, indent) => {
        const exact = parseExactJson(JSON.stringify(one, null, indent));
        expect(isSame(exact, parseExactJson(JSON.stringify(one)))).toBe(true);
        const isEqual = canonical(one) === canonical(other);
        expect(isSame(exact, parseExactJson(JSON.stringify(other)))).toBe(isEqual);
      }),
      { numRuns: 500 },
    );
  });

  test('knows what is text and what a number, whatever texts and keys hold', () => {
    const odd = fc.string({ unit: fc.constantFrom('"', '\\', '1', '-', '#', '=', '{', ':', ' ', 'é', '\n') });
    fc.assert(
      fc.property(odd, odd, (key, value) => {
        const exact = parseExactJson(JSON.stringify({ [key]: value, n: [-1.5e3] }));
        expect(exact).toEqual({ [`=${key}`]: `=${value}`, '=n': ['#-1500'] });
      }),
    );
    expect(parseExactJson('{"__proto__":{"a":1}}')).toEqual(JSON.parse('{"=__proto__":{"=a":"#1"}}'));
  });

  test.each(['', '{', '01', '1 2', "{'a':1}", '[1,]', 'nul', '"\n"', '"a', '--1', '1e'])(
    '%j is none',
    (text) => {
      expect(() => parseExactJson(text)).toThrow(SyntaxError);
    },
  );

  test('a text of many megabytes is read', () => {
    const body = JSON.stringify({
      a: '\\"'.repeat(500_000),
      b: 'x'.repeat(20_000_000),
      c: 12345678901234567890n.toString(),
    });
    const exact = parseExactJson(body) as Record<string, string>;
    expect(textOf(exact['=a']!)).toHaveLength(1_000_000);
    expect(exact['=c']).toBe('=12345678901234567890');
  });
});

describe('numbers', () => {
  const scaled = fc.tuple(
    fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
    fc.integer({ min: 0, max: 12 }),
  );
  /** The same value in several writings. */
  const written = (value: bigint, places: number): string[] => {
    const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
    const whole = digits.slice(0, digits.length - places);
    const fraction = digits.slice(digits.length - places);
    const sign = value < 0n ? '-' : '';
    return [
      `${value}e-${places}`,
      `${value}000E-${places + 3}`,
      `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`,
      `${sign}${whole}.${fraction}00e+0`,
    ];
  };

  test('compare by their value to the last digit, however they are written', () => {
    fc.assert(
      fc.property(scaled, scaled, ([a, p], [b, q]) => {
        const left = a * 10n ** BigInt(q);
        const right = b * 10n ** BigInt(p);
        const order = left < right ? -1 : left > right ? 1 : 0;
        for (const one of written(a, p)) {
          for (const other of written(b, q)) expect(Math.sign(compareNumbers(one, other))).toBe(order);
          expect(compareNumbers(one, written(a, p)[0]!)).toBe(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['9007199254740993', '9007199254740992', 1],
    ['0', '-0', 0],
    ['0e999999999999', '0.000', 0],
    ['1e999999999', '9e999999998', 1],
    ['-1e999999999', '1', -1],
    ['1e-999999999', '0', 1],
    ['0.1', '0.10000000000000000001', -1],
  ])('%s beside %s', (one, other, order) => {
    expect(Math.sign(compareNumbers(one, other))).toBe(order);
  });
});

/** Equal for equal JSON, and only then: keys sorted, -0 as 0. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const members = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${members.sort().join()}}`;
}

describe('what is large beyond measure', () => {
  test('is compared to the last digit, at once', () => {
    const zeros = '0'.repeat(200_000);
    expect(compareNumbers(`1${zeros}1`, `1${zeros}2`)).toBeLessThan(0);
    expect(compareNumbers(`1.${zeros}1`, '1')).toBeGreaterThan(0);
    expect(compareNumbers(`0.${zeros}`, '-0')).toBe(0);
    expect(compareNumbers(`1${zeros}`, '1e200000')).toBe(0);
  });

  test('is compared however deep it is', () => {
    const nested = (inner: string) => parseExactJson('[{"a":'.repeat(50_000) + inner + '}]'.repeat(50_000));
    expect(isSame(nested('1'), nested('1.0'))).toBe(true);
    expect(isSame(nested('1'), nested('2'))).toBe(false);
  });
});

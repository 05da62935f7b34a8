import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSize, parseSize } from '../../../src/model/size.ts';
import { thrownBy } from '../../support/thrown.ts';

describe('reading', () => {
  test.each([
    ['0', 0],
    ['1', 1],
    ['512b', 512],
    ['64k', 65_536],
    ['64KB', 65_536],
    ['25MB', 26_214_400],
    ['25 mb', 26_214_400],
    ['1.5M', 1_572_864],
    ['1g', 1_073_741_824],
    ['1GB', 1_073_741_824],
    ['1GiB', 1_073_741_824],
    ['2kib', 2_048],
    ['1TB', 2 ** 40],
    [' 7 ', 7],
  ])('%s', (text, bytes) => {
    expect(parseSize(text, '--max-body')).toBe(bytes);
  });

  test.each(['', 'MB', '-1', '1PB', '1e6', '1,5MB', '0x10', '5 5', 'all', '1iB'])('not %j', (text) => {
    expect(thrownBy(() => parseSize(text, '--max-body'))).toMatchObject({
      name: 'UsageError',
      message: `"${text}" is not a size (--max-body)`,
    });
  });
});

describe('writing', () => {
  test.each([
    [0, '0 B'],
    [172, '172 B'],
    [1_023, '1023 B'],
    [1_024, '1 KB'],
    [1_229, '1.2 KB'],
    [1_048_575, '1 MB'],
    [26_214_400, '25 MB'],
    [1_073_741_823, '1 GB'],
    [5_368_709_120, '5 GB'],
  ])('%d bytes', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  test('what was written reads back within a twentieth of its unit', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), (bytes) => {
        const text = formatSize(bytes);
        const unit = parseSize(`1${text.split(' ')[1]!}`, 'it');
        expect(Math.abs(parseSize(text, 'it') - bytes)).toBeLessThanOrEqual(unit / 20 + 1);
        expect(Number.parseFloat(text)).toBeLessThan(unit === 2 ** 30 ? 2_000 : 1_024);
      }),
    );
  });
});

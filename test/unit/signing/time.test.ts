import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTime, parseTime } from '../../../src/signing/time.ts';

const FORMATS = ['unix', 'unix-ms', 'iso8601', 'http-date'] as const;

test('what is written is read again, to the precision of its format', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FORMATS),
      fc.integer({ min: 0, max: 253_402_300_799_999 }),
      (format, ms) => {
        const precision = format === 'unix' || format === 'http-date' ? 1_000 : 1;
        expect(parseTime(format, formatTime(format, ms))).toBe(Math.floor(ms / precision) * precision);
      },
    ),
  );
});

test('any text is a finite time or none', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FORMATS),
      fc.string({ unit: 'binary-ascii', maxLength: 40 }),
      (format, text) => {
        const time = parseTime(format, text);
        expect(time === null || Number.isFinite(time)).toBe(true);
      },
    ),
  );
});

test.each<[(typeof FORMATS)[number], string, number | null]>([
  ['unix', '1700000000', 1_700_000_000_000],
  ['unix', ' 1700000000 ', 1_700_000_000_000],
  ['unix', '1700000000.5', 1_700_000_000_500],
  ['unix', '9999999999999999', Number('9999999999999999') * 1_000],
  ...[
    '1e300',
    '-1700000000',
    '+1',
    'NaN',
    'Infinity',
    '0x10',
    '',
    ' ',
    '1_0',
    '1.',
    '.5',
    '٣',
    '1700000000,5',
  ].map((text): ['unix', string, null] => ['unix', text, null]),
  ['unix', '1'.repeat(17), null],
  ['unix-ms', '1700000000123', 1_700_000_000_123],
  ['unix-ms', '1700000000123n', null],
  ['iso8601', '2023-11-14T22:13:20Z', 1_700_000_000_000],
  ['iso8601', '2023-11-14T22:13:20.123456789Z', 1_700_000_000_123],
  ['iso8601', '2023-11-14T23:13:20+01:00', 1_700_000_000_000],
  ['iso8601', '2023-11-14T23:13:20+0100', 1_700_000_000_000],
  // Without a zone it is read as UTC, and not as the time of this machine.
  ['iso8601', '2023-11-14T22:13:20', 1_700_000_000_000],
  ['iso8601', '2023-11-14', null],
  ['iso8601', '2023-13-14T22:13:20Z', null],
  ['iso8601', '2023-11-14T22:13:20Z (or so)', null],
  ['iso8601', '1700000000', null],
  ['http-date', 'Tue, 14 Nov 2023 22:13:20 GMT', 1_700_000_000_000],
  ['http-date', 'Tue, 14 Nov 2023 23:13:20 +0100', 1_700_000_000_000],
  ['http-date', '2', null],
  ['http-date', '2023-11-14T22:13:20Z', null],
  ['http-date', 'Tue, 14 Xxx 2023 22:13:20 GMT', null],
])('%s: %j', (format, text, expected) => {
  expect(parseTime(format, text)).toBe(expected);
});

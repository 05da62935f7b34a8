import { describe, expect, test } from 'vitest';
import { bodyFacts } from '../../../src/model/body-facts.ts';

const facts = (text: string, rewritten: string | null = null) =>
  bodyFacts(Buffer.from(text, 'latin1'), rewritten === null ? null : Buffer.from(rewritten));

describe('a body', () => {
  test('that is plain gives no doubt', () => {
    expect(facts('{"a":1}', '{"a":1}')).toEqual({
      bytes: 7,
      isUtf8: true,
      hasBom: false,
      lineEndings: { crlf: 0, lf: 0, cr: 0 },
      trailingBreaks: 0,
      doubts: [],
    });
    expect(facts('').doubts).toEqual([]);
  });

  test.each([
    ['\xef\xbb\xbf{}', [[0, 'a byte order mark']]],
    ['ab\xff', [[2, 'not UTF-8 from here on']]],
    ['ab\xc3', [[2, 'not UTF-8 from here on']]],
    ['a\r\nb', [[1, 'the first CR']]],
    [
      'a\nb\r',
      [
        [3, 'the first CR'],
        [3, 'a line break at the end'],
      ],
    ],
    [
      'a\n\r\n',
      [
        [1, 'a line break at the end'],
        [2, 'the first CR'],
      ],
    ],
    ['\xc3\xbc\xef\xbf\xbd', []],
  ])('%j is doubtful where it is', (text, doubts) => {
    expect(facts(text).doubts.map(({ offset, what }) => [offset, what])).toEqual(doubts);
  });

  test.each([
    ['{ }', '{}', 1],
    ['{}\n', '{}', 2],
    ['{', '{}', 1],
  ])('%j differs from %j at byte %i', (text, rewritten, offset) => {
    expect(facts(text, rewritten).doubts).toContainEqual({
      offset,
      what: 'the first byte that JSON.stringify would write otherwise',
    });
  });

  test('counts its line breaks, and those at its end', () => {
    expect(facts('a\r\nb\nc\rd\r\n\n')).toMatchObject({
      lineEndings: { crlf: 2, lf: 2, cr: 1 },
      trailingBreaks: 3,
    });
  });
});

test('a body of line breaks alone is counted at once', () => {
  const { lineEndings, trailingBreaks } = facts('\n'.repeat(3_000_000) + '\r\r\n'.repeat(1_000_000));
  expect(lineEndings).toEqual({ crlf: 1_000_000, lf: 3_000_000, cr: 1_000_000 });
  expect(trailingBreaks).toBe(6_000_000);
});

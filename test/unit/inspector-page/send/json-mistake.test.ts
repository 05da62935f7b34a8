import { expect, it } from 'vitest';
import { mistakeOf } from '../../../../src/inspector/page/send/json-mistake.ts';

it('finds nothing wrong with JSON', () => {
  expect(mistakeOf('{"a": [1, 2.50, "é", null]}')).toBeNull();
  expect(mistakeOf('"text"')).toBeNull();
});

it.each([
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3, /comma/],
  ['{"a": 1,}', 1, 9, /property name|value/],
  ['{"a" 1}', 1, 6, /colon/],
  ['[1, 2', 1, 6, /closing \]/],
  ['{"a": nope}', 1, 7, /no JSON value/],
  ['{} x', 1, 4, /nothing more|no JSON value/],
  ['{"a": "b\n"}', 1, 7, /closing quote/],
  ['// a\n{}', 1, 1, /no comments/],
  ['', 1, 1, /value/],
])('says where %j goes wrong', (text, line, column, message) => {
  const mistake = mistakeOf(text);
  expect(mistake).toMatchObject({ line, column });
  expect(mistake!.message).toMatch(message);
});

it('has a word for a text that is nested too deeply to look into', () => {
  expect(mistakeOf('['.repeat(200_000))!.message).not.toBe('');
});

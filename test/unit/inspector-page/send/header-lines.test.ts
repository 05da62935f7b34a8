import { expect, it } from 'vitest';
import { headerLines, parseHeaderLines } from '../../../../src/inspector/page/ui/header-lines.ts';

it('reads names and values in order, duplicates and all', () => {
  const { headers, mistakes } = parseHeaderLines('X-A: 1\r\n\nx-a:2\nX-Url:  http://a/b:c \nX-Empty:');
  expect(headers).toEqual([
    ['X-A', '1'],
    ['x-a', '2'],
    ['X-Url', 'http://a/b:c'],
    ['X-Empty', ''],
  ]);
  expect(mistakes).toEqual([]);
});

it('leaves out lines that are no header, and says which', () => {
  const { headers, mistakes } = parseHeaderLines('X-A: 1\n\nno colon\nX B: 2\n: 3\nX-C: 4');
  expect(headers.map(([name]) => name)).toEqual(['X-A', 'X-C']);
  expect(mistakes.map(({ line }) => line)).toEqual([3, 4, 5]);
  expect(mistakes[0]!.message).toMatch(/no colon/);
  expect(mistakes[1]!.message).toBe('"X B" is no header name');
});

it('writes lines that read the same', () => {
  const headers = [
    ['X-A', '1'],
    ['X-B', 'a: b'],
  ] as const;
  expect(parseHeaderLines(headerLines(headers)).headers).toEqual(headers);
});

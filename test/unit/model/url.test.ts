import { describe, expect, test } from 'vitest';
import { parseTarget } from '../../../src/model/target.ts';
import { isUrl, parseUrl } from '../../../src/model/url.ts';

/** Node compiles what is called so often, and what is compiled may answer otherwise. */
const OFTEN = 5_000;

describe('a URL', () => {
  test.each([
    ['https://example.com/a?b#c', undefined, 'https://example.com/a?b#c'],
    ['https://bücher.example/grün', undefined, 'https://xn--bcher-kva.example/gr%C3%BCn'],
    ['/in?a=1', 'https://example.com/hooks', 'https://example.com/in?a=1'],
    ['/in', undefined, null],
    ['https://', undefined, null],
    ['', undefined, null],
    ['/in', 'no base', null],
  ])('%j beside %j is %j', (text, base, href) => {
    expect(parseUrl(text, base)?.href ?? null).toBe(href);
    if (base === undefined) expect(isUrl(text)).toBe(href !== null);
  });

  test('with letters that are not ASCII is one however often it is looked at', () => {
    const text = 'https://bücher.example/hook';
    let refused = 0;
    for (let count = 0; count < OFTEN; count += 1) {
      if (!isUrl(text) || parseUrl('/grün', text) === null) refused += 1;
      parseTarget(text, '--to');
    }
    expect(refused).toBe(0);
  });
});

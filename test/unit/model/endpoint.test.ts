import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { subscribes } from '../../../src/model/endpoint.ts';

describe('what an endpoint subscribes to', () => {
  test.each<[string, string, boolean]>([
    ['*', 'deal.won', true],
    ['*', '', true],
    ['deal.won', 'deal.won', true],
    ['deal.won', 'deal.wonder', false],
    ['deal.won', 'xdeal.won', false],
    ['deal.won', 'dealxwon', false],
    ['deal.won', 'Deal.Won', false],
    ['deal.*', 'deal.won', true],
    ['deal.*', 'deal.', true],
    ['deal.*', 'deal', false],
    ['deal.*', 'deals.won', false],
    ['deal.*', 'deal.won.again', true],
    ['*.created', 'task.created', true],
    ['*.created', 'task.created.twice', false],
    ['*.created', '.created', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*bc', 'abc', false],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'a-c-b-c', true],
    ['a*b*c', 'acbc', true],
    ['a*b*c', 'acb', false],
    ['*b*b*', 'ab', false],
    ['*b*b*', 'abcb', true],
    ['a**b', 'ab', true],
    ['**', 'x', true],
    ['', 'x', false],
    ['', '', true],
    ['a?c', 'abc', false],
    ['[ab]', 'a', false],
  ])('%j lets %j pass: %s', (pattern, eventType, passes) => {
    expect(subscribes([pattern], eventType)).toBe(passes);
  });

  test('one of several patterns is enough, and none is none', () => {
    expect(subscribes(['task.*', 'deal.won'], 'deal.won')).toBe(true);
    expect(subscribes(['task.*', 'deal.lost'], 'deal.won')).toBe(false);
    expect(subscribes([], 'deal.won')).toBe(false);
  });

  test('an event without a type goes to those that want all', () => {
    expect(subscribes(['*'], null)).toBe(true);
    expect(subscribes(['deal.*', 'null', ''], null)).toBe(false);
  });

  test('agrees with regular expressions', () => {
    const letters = fc.constantFrom('a', 'b', '.');
    const pattern = fc.string({ unit: fc.oneof(letters, fc.constant('*')), maxLength: 8 });
    const text = fc.string({ unit: letters, maxLength: 10 });
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 3 }), text, (patterns, eventType) => {
        const oracle = patterns.some((one) =>
          new RegExp(`^${one.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(eventType),
        );
        expect(subscribes(patterns, eventType)).toBe(oracle);
      }),
      { numRuns: 3_000 },
    );
  });

  test('a pattern that fits nearly everywhere is still told at once', () => {
    // Backtracking would not end.
    expect(subscribes(['*a'.repeat(200) + 'b'], 'a'.repeat(20_000))).toBe(false);
  });
});

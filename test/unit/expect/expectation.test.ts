import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTally, expectationName, parseExpectation } from '../../../src/expect/expectation.ts';
import type { Capture } from '../../../src/model/capture.ts';
import { newCapture, verdict } from '../../support/captures.ts';

const isProvider = (id: string): boolean => ['iverton', 'filedgr'].includes(id);
const parse = (text: string) => parseExpectation(text, isProvider);

function came(about: Partial<Capture> = {}): Capture {
  const { dedupeKey: _, ...capture } = newCapture({ provider: 'iverton', ...about });
  return { ...capture, duplicateOf: null, response: null };
}

describe('what is expected', () => {
  test.each([
    ['iverton:deal.won', { provider: 'iverton', type: 'deal.won', count: 1 }],
    [' iverton:deal.won  x2 ', { provider: 'iverton', type: 'deal.won', count: 2 }],
    ['deal.*', { provider: null, type: 'deal.*', count: 1 }],
    ['iverton:', { provider: 'iverton', type: '*', count: 1 }],
    ['iverton:* x3', { provider: 'iverton', type: '*', count: 3 }],
    ['filedgr:a:b', { provider: 'filedgr', type: 'a:b', count: 1 }],
    ['other:deal.won', { provider: null, type: 'other:deal.won', count: 1 }],
    ['x2', { provider: null, type: 'x2', count: 1 }],
    ['* x1000000', { provider: null, type: '*', count: 1_000_000 }],
  ])('%j', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  test.each(['', ' ', 'deal.won x0', 'deal.won x1000001', 'deal.won x-1', 'deal.won 2', 'a b', 'a x2 x3'])(
    '%j is not understood',
    (text) => {
      expect(() => parse(text)).toThrow(`"${text}" cannot be expected`);
    },
  );

  test('is read again as it is named', () => {
    const type = fc.string({ unit: fc.constantFrom('a', '.', '*', ':', 'x', '2'), minLength: 1 });
    const provider = fc.constantFrom('iverton', 'filedgr', null);
    fc.assert(
      fc.property(provider, type, fc.integer({ min: 1, max: 99 }), (id, name, count) => {
        const expectation = { provider: id, type: name, count };
        expect(parse(`${expectationName(expectation)} x${count}`)).toEqual(expectation);
      }),
    );
  });
});

describe('a tally', () => {
  test('is met once each has come often enough, in any order', () => {
    const expected = [parse('iverton:deal.won x2'), parse('deal.lost')];
    const types = ['deal.won', 'deal.won', 'deal.lost', 'deal.new'];
    fc.assert(
      fc.property(fc.shuffledSubarray(types, { minLength: 0 }), (order) => {
        const tally = createTally(expected);
        for (const eventType of order) {
          expect(tally.add(came({ eventType }))).toBe(eventType !== 'deal.new');
        }
        const won = order.filter((type) => type === 'deal.won').length;
        const lost = order.filter((type) => type === 'deal.lost').length;
        expect(tally.isMet()).toBe(won === 2 && lost === 1);
        expect(tally.report().expectations.map(({ received }) => received)).toEqual([won, lost]);
        expect(tally.report().isMet).toBe(tally.isMet());
      }),
    );
  });

  test('counts nothing with a bad signature, another provider, or a body that will not do', () => {
    const tally = createTally([parse('iverton:deal.won')], ({ body }) =>
      body.length > 0 ? null : 'the body is empty',
    );
    const full = { eventType: 'deal.won', body: Buffer.from('x') };
    tally.add(came({ ...full, verdict: verdict('no-match') }));
    tally.add(came({ ...full, verdict: verdict('no-match') }));
    tally.add(came({ ...full, provider: 'filedgr' }));
    tally.add(came({ ...full, body: Buffer.alloc(0) }));
    tally.add(came({ eventType: null, method: 'PUT', path: '/a' }));
    expect(tally.report()).toEqual({
      isMet: false,
      expectations: [{ provider: 'iverton', type: 'deal.won', count: 1, received: 0 }],
      instead: [
        { provider: 'iverton', what: 'deal.won', why: 'it is no-match', count: 2 },
        { provider: 'filedgr', what: 'deal.won', why: 'not expected', count: 1 },
        { provider: 'iverton', what: 'deal.won', why: 'the body is empty', count: 1 },
        { provider: 'iverton', what: 'PUT /a', why: 'not expected', count: 1 },
      ],
    });
    tally.add(came({ ...full, verdict: verdict('valid') }));
    expect(tally.isMet()).toBe(true);
  });

  test('counts for each that it fits; * is any capture, one without a type too', () => {
    const tally = createTally([parse('iverton:*'), parse('deal.*'), parse('deal.won')]);
    tally.add(came({ eventType: null }));
    tally.add(came({ eventType: 'deal.won', verdict: verdict('unsigned') }));
    expect(tally.report().expectations.map(({ received }) => received)).toEqual([2, 1, 1]);
  });

  test('stays small whatever is sent, and counts all of it', () => {
    const tally = createTally([parse('deal.won')]);
    for (let index = 0; index < 5_000; index += 1) tally.add(came({ eventType: `made.up.${index}` }));
    tally.add(came({ eventType: 'made.up.1' }));
    const { instead } = tally.report();
    expect(instead.length).toBeLessThanOrEqual(1_001);
    expect(instead[0]).toEqual({ provider: null, what: 'others', why: 'not told apart', count: 4_000 });
    expect(instead[1]).toMatchObject({ what: 'made.up.1', count: 2 });
  });
});

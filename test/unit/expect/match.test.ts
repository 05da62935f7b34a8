import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matches, mismatch } from '../../../src/expect/match.ts';
import type { Capture } from '../../../src/model/capture.ts';
import { anyFilter, choices, keep, variety } from '../../contract/store-filters.contract.ts';
import { openForTest } from '../../support/database.ts';

test('passes what a store lists, and nothing else', async () => {
  const store = await openForTest({ path: ':memory:' });
  await keep(store, variety());
  const all: Capture[] = [];
  for (const { id } of (await store.captures.list({}, { limit: 10_000 })).captures) {
    all.push((await store.captures.get(id))!);
  }
  const alone = Object.entries(choices)
    .filter(([name]) => name !== 'text')
    .flatMap(([name, values]) => values.map((value) => ({ [name]: value })));
  const same = async (filter: object): Promise<number> => {
    const listed = await store.captures.list(filter, { limit: 10_000 });
    const passed = all.filter((capture) => matches(filter, capture)).map(({ id }) => id);
    expect(passed, JSON.stringify(filter)).toEqual(listed.captures.map(({ id }) => id));
    return passed.length;
  };
  const counts = await Promise.all(alone.map(same));
  expect(counts.filter((count) => count > 0 && count < all.length).length).toBeGreaterThan(40);
  await fc.assert(
    fc.asyncProperty(anyFilter, async (filter) => {
      const { text: _, ...rest } = filter;
      await same(rest);
    }),
    { numRuns: 400 },
  );
  const sign = fc.constantFrom(...'*?[]%_^-\\\'":;()', 'é', 'a', '.', '/', ' ');
  const odd = fc.record(
    Object.fromEntries(
      ['type', 'provider', 'verdict', 'status', 'method', 'path'].map((name) => [
        name,
        fc.string({ unit: sign, maxLength: 6 }),
      ]),
    ),
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(odd, async (filter) => void (await same(filter))),
    { numRuns: 300 },
  );
});

test.each([
  [{ provider: 'filedgr' }, 'not of filedgr'],
  [{ type: 'deal.lost' }, 'not deal.lost'],
  [{ verdict: 'ok' }, 'it did not match'],
  [{ verdict: 'missing-header' }, 'its verdict is no-match, not missing-header'],
  [{ method: 'put' }, 'not PUT'],
  [{ path: '/b' }, 'its path does not begin with /b'],
  [{ since: 101 }, 'too early'],
  [{ until: 100 }, 'too late'],
  [{ status: '2xx' }, 'answered 500, not 2xx'],
  [{ status: '2xx', provider: 'filedgr' }, 'not of filedgr'],
  [
    {
      provider: 'iverton',
      type: 'deal.*',
      verdict: 'failed',
      path: '/',
      status: '500',
      since: 100,
      until: 101,
    },
    null,
  ],
])('of %j it is told why', (filter, why) => {
  expect(mismatch(filter, capture())).toBe(why);
});

test('an answer that is not there yet is not a dropped connection', () => {
  const filter = { status: '200', verdict: 'none' };
  const unverified = { ...capture(), verdict: null };
  expect(mismatch({ verdict: 'ok' }, unverified)).toBe('its signature was not checked');
  expect(mismatch(filter, { ...unverified, response: null })).toBe('not answered yet');
  expect(mismatch(filter, { ...unverified, response: { status: null, durationMs: 1 } })).toBe(
    'its connection was dropped',
  );
});

function capture(): Capture {
  return {
    id: 'cap_1',
    receivedAt: 100,
    method: 'POST',
    path: '/a',
    headers: [],
    body: Buffer.alloc(0),
    remoteAddress: null,
    provider: 'iverton',
    eventType: 'deal.won',
    eventId: null,
    duplicateOf: null,
    verdict: {
      ok: false,
      reason: 'no-match',
      message: 'it did not match',
      scheme: 'hmac-sha256',
      header: 'x',
    },
    response: { status: 500, durationMs: 1 },
  };
}

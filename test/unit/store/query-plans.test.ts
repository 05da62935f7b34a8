import { describe, expect, test } from 'vitest';
import { compileFilter } from '../../../src/store/capture-filter.ts';
import type { CaptureFilter } from '../../../src/store/store.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';

/** How SQLite goes about a list, one line a step. */
async function planOf(filter: CaptureFilter, cursor?: string): Promise<string[]> {
  const path = newDatabasePath();
  await openForTest({ path });
  const { from, where, seq, params } = compileFilter(filter, cursor);
  const plan = connect(path, { readonly: true }).prepare<[object], { detail: string }>(
    `explain query plan select c.seq, c.verdict, r.status from ${from} where ${where} order by ${seq} desc limit @limit`,
  );
  return plan.all({ ...params, limit: 51 }).map(({ detail }) => detail);
}

describe('lists read rows in their order and stop when the page is full', () => {
  test.each<[CaptureFilter, RegExp]>([
    [{}, /^SCAN c USING INDEX captures_in_order$/],
    [{ provider: 'iverton' }, /USING INDEX captures_provider \(provider=\?\)/],
    [{ type: 'deal.won' }, /USING INDEX captures_event_type \(event_type=\?\)/],
    [{ provider: 'iverton', type: 'deal.won' }, /USING INDEX captures_event_type \(event_type=\?\)/],
    [{ type: 'deal.*' }, /^SCAN c USING INDEX captures_in_order$/],
    [{ verdict: 'failed' }, /USING INDEX captures_failed/],
    [{ verdict: 'no-match' }, /USING INDEX captures_failed/],
    [{ verdict: 'none' }, /USING INDEX captures_unverified/],
    [{ method: 'DELETE' }, /USING INDEX captures_rare_method \(method=\?\)/],
    [{ method: 'POST' }, /^SCAN c USING INDEX captures_in_order$/],
    [{ status: '503' }, /USING INDEX capture_responses_refused/],
    [{ status: '4xx' }, /USING INDEX capture_responses_refused/],
    [{ status: '200' }, /^SCAN c USING INDEX captures_in_order$/],
    [{ path: '/iverton' }, /^SCAN c USING INDEX captures_in_order$/],
    [{ since: 1 }, /COVERING INDEX captures_received_at/],
    [{ until: 1 }, /COVERING INDEX captures_received_at/],
    [{ provider: 'iverton', since: 1, until: 2 }, /USING INDEX captures_provider .*rowid>\? AND rowid<\?/],
    [{ text: 'needle' }, /^SCAN t VIRTUAL TABLE INDEX .*M/],
    [{ text: 'needle', provider: 'iverton', status: '5xx' }, /^SCAN t VIRTUAL TABLE INDEX .*M/],
  ])('%j', async (filter, step) => {
    for (const cursor of [undefined, '1000']) {
      const plan = await planOf(filter, cursor);
      expect(plan.join('\n')).not.toContain('TEMP B-TREE');
      if (cursor === undefined) expect(plan).toContainEqual(expect.stringMatching(step));
    }
  });
});

test('a duplicate, a capture and its replays are found by index', async () => {
  const path = newDatabasePath();
  await openForTest({ path });
  const db = connect(path, { readonly: true });
  for (const [sql, index] of [
    ['select id from captures where dedupe_key = ? order by seq limit 1', 'captures_dedupe_key'],
    ['select * from captures where id = ?', 'sqlite_autoindex_captures_1'],
    ['select * from attempts where capture_id = ? order by seq', 'attempts_capture_id'],
  ] as const) {
    const plan = db.prepare<[string], { detail: string }>(`explain query plan ${sql}`).all('x');
    expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining(index)]);
  }
});

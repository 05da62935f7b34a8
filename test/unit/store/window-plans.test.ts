import type Database from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { createCaptureStore } from '../../../src/store/captures.ts';
import type { GroupCommit } from '../../../src/store/group-commit.ts';
import type { CaptureFilter, CaptureStore } from '../../../src/store/store.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';
import { planOf, recordStatements } from '../../support/query-plans.ts';

/** Does everything at once. */
const atOnce: GroupCommit = { run: async (work) => work(), idle: async () => {} };

let db: Database.Database;
let statements: string[];
let captures: CaptureStore;

beforeEach(async () => {
  const path = newDatabasePath();
  await openForTest({ path });
  db = connect(path);
  const recorded = connect(path);
  statements = recordStatements(recorded);
  captures = createCaptureStore(recorded, atOnce, path);
});

/** The plan of the one statement that holds these words. */
function planWith(words: RegExp): string {
  const found = new Set(statements.filter((sql) => words.test(sql)));
  expect([...found]).toHaveLength(1);
  return planOf(db, [...found][0]!).join('\n');
}

/** Counting asks for no order: for that any index will do that holds what is asked about. */
const IN_ORDER = /USING COVERING INDEX captures_(in_order|received_at)\b/;

describe('a window is found and counted without reading captures through', () => {
  test.each<[CaptureFilter, RegExp]>([
    [{}, IN_ORDER],
    [{ provider: 'iverton' }, /USING COVERING INDEX captures_provider \(provider=\?\)/],
    [{ type: 'deal.won' }, /USING COVERING INDEX captures_event_type \(event_type=\?\)/],
    [{ provider: 'iverton', type: 'deal.won' }, /USING INDEX captures_event_type \(event_type=\?\)/],
    [{ type: 'deal.*' }, /^SCAN c USING COVERING INDEX captures_/m],
    [{ path: '/iverton' }, IN_ORDER],
    [{ method: 'POST' }, IN_ORDER],
    [{ method: 'DELETE' }, /USING COVERING INDEX captures_rare_method \(method=\?\)/],
    [{ verdict: 'ok' }, IN_ORDER],
    [{ verdict: 'valid' }, IN_ORDER],
    [{ verdict: 'failed' }, /USING (COVERING )?INDEX captures_failed/],
    [{ verdict: 'none' }, /USING (COVERING )?INDEX captures_unverified/],
    [{ since: 1 }, IN_ORDER],
    [{ until: 1 }, IN_ORDER],
    [{ status: '200' }, /^SCAN c USING COVERING INDEX captures_\w+$[^]*SEARCH r USING INTEGER PRIMARY KEY/m],
    [
      { status: '503' },
      /capture_responses_refused[^]*SEARCH c USING COVERING INDEX captures_in_order \(seq=\?\)/,
    ],
    [
      { text: 'needle' },
      /^SCAN t VIRTUAL TABLE INDEX [^]*SEARCH c USING COVERING INDEX captures_in_order \(seq=\?\)/m,
    ],
    [
      { text: 'needle', provider: 'iverton' },
      /^SCAN t VIRTUAL TABLE INDEX [^]*SEARCH c USING COVERING INDEX captures_in_order \(seq=\?\)/m,
    ],
  ])('%j', async (filter, step) => {
    await captures.window(filter, { offset: 50, limit: 50 });
    for (const words of [/ offset @offset$/, /^select count\(\*\) from \(/]) {
      const plan = planWith(words);
      expect(plan).toMatch(step);
      expect(plan).not.toContain('TEMP B-TREE');
      // The small indexes of what failed and what was not verified may be read through.
      expect(plan).not.toMatch(/^SCAN [cr]( USING INDEX (?!captures_(failed|unverified)\b).*)?$/m);
    }
  });
});

test('the rows of a window, and the answer of one, are read by number and id', () => {
  expect(planWith(/r\.duration_ms as durationMs\s+from captures c .* where c\.seq = \?$/)).toBe(
    [
      'SEARCH c USING INTEGER PRIMARY KEY (rowid=?)',
      'SEARCH r USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN',
    ].join('\n'),
  );
  expect(planWith(/join capture_answers/)).toBe(
    [
      'SEARCH c USING COVERING INDEX sqlite_autoindex_captures_1 (id=?)',
      'SEARCH a USING INTEGER PRIMARY KEY (rowid=?)',
    ].join('\n'),
  );
});

describe('neighbours are found by number', () => {
  test('the newer, the older, and the capture itself', () => {
    expect(planWith(/seq > \? order by seq limit 1$/)).toBe(
      'SEARCH captures USING INTEGER PRIMARY KEY (rowid>?)',
    );
    expect(planWith(/where seq < \? order by seq desc limit 1$/)).toBe(
      'SEARCH captures USING INTEGER PRIMARY KEY (rowid<?)',
    );
    expect(planWith(/^select seq, provider/)).toBe(
      'SEARCH captures USING INDEX sqlite_autoindex_captures_1 (id=?)',
    );
  });

  test('the previous of its type, in the order of the index', () => {
    expect(planWith(/event_type = \? and provider is \?/)).toBe(
      'SEARCH captures USING INDEX captures_event_type (event_type=? AND rowid<?)',
    );
  });

  test('the previous of its path, among a few of the index', () => {
    const plan = planWith(/limit 1000/);
    expect(plan).toContain('SEARCH captures USING COVERING INDEX captures_in_order (seq<?)');
    expect(plan).toContain('SEARCH captures USING INTEGER PRIMARY KEY (rowid=?)');
    expect(plan).not.toContain('TEMP B-TREE');
    expect(plan).not.toContain('SCAN captures');
  });
});

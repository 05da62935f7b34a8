import { expect, test } from 'vitest';
import type { GroupCommit } from '../../../src/store/group-commit.ts';
import { createRetentionStore } from '../../../src/store/retention.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';
import { planOf, recordStatements } from '../../support/query-plans.ts';

const atOnce: GroupCommit = { run: async (work) => work(), idle: async () => {} };

const FITTING = [
  // Gone through in their own order up to a limit, or counted; none of them holds anything large.
  /^SCAN (l|v|capture_list|events|sqlite_schema|captures_text_progress)( USING COVERING INDEX \w+)?$/,
  // By its number.
  /^SCAN captures_text VIRTUAL TABLE INDEX 0:=$/,
];

test('pruning reads no table through but for counting small rows, and sorts nothing', async () => {
  const path = newDatabasePath();
  await openForTest({ path });
  const db = connect(path);
  const statements = recordStatements(db);
  createRetentionStore(db, atOnce, path);
  const plans = statements.filter((sql) => !sql.startsWith('pragma ')).map((sql) => planOf(db, sql));
  expect(plans.length).toBeGreaterThan(10);
  const steps = plans.flat();
  expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  const scans = steps.filter((step) => step.startsWith('SCAN'));
  expect(scans.filter((step) => !FITTING.some((fits) => fits.test(step)))).toEqual([]);
});

test('whatever goes along with a row is found by an index', async () => {
  const path = newDatabasePath();
  await openForTest({ path });
  const db = connect(path, { readonly: true });
  // Endpoints are never deleted, only marked so.
  const references = db
    .prepare<[], { child: string; column: string; parent: string }>(
      `select t.name as child, f."from" as "column", f."table" as parent
       from sqlite_schema t join pragma_foreign_key_list(t.name) f
       where t.type = 'table' and f."table" <> 'endpoints'`,
    )
    .all();
  expect(references.length).toBeGreaterThan(8);
  const isFound = /^SEARCH .* USING (COVERING INDEX|INDEX|INTEGER PRIMARY KEY) /;
  for (const { child, column, parent } of references) {
    const plan = planOf(db, `delete from ${child} where ${column} = ?`);
    expect(plan.length).toBeGreaterThan(0);
    expect(
      plan.filter((step) => !isFound.test(step)),
      `${child}.${column}, when one of ${parent} goes`,
    ).toEqual([]);
  }
});

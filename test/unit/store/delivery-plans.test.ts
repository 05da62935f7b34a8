import { readFileSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { createAttemptStore } from '../../../src/store/attempts.ts';
import { createDeliveryQueue } from '../../../src/store/delivery-queue.ts';
import { createDeliveryStore } from '../../../src/store/deliveries.ts';
import { createEndpointStore, createEndpointTable } from '../../../src/store/endpoints.ts';
import { createEngineStore } from '../../../src/store/engines.ts';
import type { GroupCommit } from '../../../src/store/group-commit.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';
import {
  NOON,
  enterEngine,
  newEndpoint,
  newEvent,
  nextId,
  planned,
  wanting,
} from '../../support/deliveries.ts';
import { planOf, recordStatements } from '../../support/query-plans.ts';

/** Does everything at once. */
const atOnce: GroupCommit = { run: async (work) => work(), idle: async () => {} };

let db: Database.Database;
let statements: string[];

beforeEach(async () => {
  const path = newDatabasePath();
  await openForTest({ path });
  db = connect(path);
  const recorded = connect(path);
  statements = recordStatements(recorded);
  createDeliveryStore(recorded, atOnce, path);
  createEndpointStore(recorded, atOnce, path);
  createEngineStore(recorded, atOnce, path);
  createAttemptStore(recorded, atOnce, path);
});

/** The plans of the statements that hold these words: there must be so many. */
function plansOf(words: RegExp, count: number): string[] {
  const found = new Set(statements.filter((sql) => words.test(sql)));
  expect(found.size).toBe(count);
  return [...found].map((sql) => planOf(db, sql).join('\n'));
}

describe('a claim', () => {
  test('jumps from endpoint to endpoint in the index of what waits', () => {
    expect(plansOf(/order by d\.endpoint_seq, d\.due_at limit 1/, 2)).toEqual([
      'SEARCH d USING COVERING INDEX deliveries_due (endpoint_seq>?)',
      'SEARCH d USING COVERING INDEX deliveries_batch_due (batch=? AND endpoint_seq>?)',
    ]);
  });

  test('reads the due rows of an endpoint in the order of the index, and their event and body by number', () => {
    const rest = [
      'SEARCH v USING INTEGER PRIMARY KEY (rowid=?)',
      'SEARCH m USING INTEGER PRIMARY KEY (rowid=?)',
    ];
    expect(plansOf(/order by d\.due_at limit @/, 2)).toEqual([
      ['SEARCH d USING INDEX deliveries_due (endpoint_seq=? AND due_at<?)', ...rest].join('\n'),
      ['SEARCH d USING INDEX deliveries_batch_due (batch=? AND endpoint_seq=? AND due_at<?)', ...rest].join(
        '\n',
      ),
    ]);
  });

  test('finds what is due next at an endpoint with one look', () => {
    expect(plansOf(/^select min\(d\.due_at\)/, 2)).toEqual([
      'SEARCH d USING COVERING INDEX deliveries_due (endpoint_seq=?)',
      'SEARCH d USING COVERING INDEX deliveries_batch_due (batch=? AND endpoint_seq=?)',
    ]);
  });

  test('takes rows, and reads endpoints, by number', () => {
    for (const plan of plansOf(/set status = 'sending'|from endpoints where seq = \?/, 3)) {
      expect(plan).toMatch(/^SEARCH \w+ USING INTEGER PRIMARY KEY \(rowid=\?\)$/);
    }
  });
});

test('settling and giving back touch rows by number alone', () => {
  const byNumber = /^SEARCH \w+ USING INTEGER PRIMARY KEY \(rowid=\?\)$/;
  const words =
    /update deliveries set status = @status|d\.failures_at_success as|update endpoints set|owner = @owner and claim/;
  for (const plan of plansOf(words, 6)) {
    for (const step of plan.split('\n')) expect(step).toMatch(byNumber);
  }
});

test('the attempts of a delivery are found by its number, in their order', () => {
  const [plan] = plansOf(/from attempts where delivery_seq =/, 1);
  expect(plan).toContain('SEARCH attempts USING INDEX attempts_delivery (delivery_seq=?)');
  expect(plan).not.toContain('TEMP B-TREE');
});

test('what an engine had is found by the engine', () => {
  expect(plansOf(/where status = 'sending' and owner = \?/, 1)).toEqual([
    'SEARCH deliveries USING INDEX deliveries_sending (owner=?)',
  ]);
});

test('what an endpoint’s end cancels is found among what waits, not in its history', () => {
  for (const plan of plansOf(/set status = 'canceled'[^@]*where endpoint_seq/, 2)) {
    expect(plan).toBe('SEARCH deliveries USING INDEX deliveries_due (endpoint_seq=?)');
  }
});

test('a batch is counted by its index', () => {
  expect(plansOf(/count\(\*\) as number/, 1)[0]).toContain('USING INDEX deliveries_batch (batch=?)');
});

describe("an endpoint's record", () => {
  const ID = 'SEARCH endpoints USING COVERING INDEX sqlite_autoindex_endpoints_1 (id=?)';

  test('counts what waits by the indexes of what waits and what is under way, not in the history', () => {
    const [plan] = plansOf(/^select \(select count\(\*\) from deliveries/, 1);
    const steps = plan!.split('\n').filter((step) => /deliveries/.test(step));
    expect(steps).toEqual([
      'SEARCH deliveries USING COVERING INDEX deliveries_due (endpoint_seq=?)',
      'SCAN deliveries USING INDEX deliveries_sending',
    ]);
    expect(plan).toContain(ID);
  });

  test('looks for retries among what is due first', () => {
    const [plan] = plansOf(/d\.failures_at_success = p\.successes/, 1);
    expect(plan).toContain('SEARCH d USING INDEX deliveries_due (endpoint_seq=?)');
    expect(plan).not.toContain('TEMP B-TREE');
    expect(plan).not.toMatch(/SCAN [dp]( |$)/m);
  });
});

describe('beside 20,000 deliveries that wait for an endpoint without room', () => {
  /** What this process has read from files so far, in bytes. */
  function bytesRead(): number {
    return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'latin1'))![1]);
  }

  test.runIf(process.platform === 'linux')('a claim for another reads a few pages', async () => {
    const path = newDatabasePath();
    const store = await openForTest({ path });
    const [dead, other] = [newEndpoint(), newEndpoint()];
    for (const endpoint of [dead, other]) await store.endpoints.add(endpoint);
    const body = Buffer.from('{}');
    await store.deliveries.publish(newEvent(), () =>
      Array.from({ length: 20_000 }, (_, index) => ({
        endpointId: dead.id,
        id: nextId('dlv'),
        body,
        discarded: null,
        trigger: 'scheduled',
        dueAt: NOON - 50_000 + index,
      })),
    );
    await store.deliveries.publish(newEvent(), planned({}, [other.id]));
    const owner = await enterEngine(store);

    // A connection that has nothing in memory yet: what it looks at, it reads.
    const fresh = connect(path);
    const queue = createDeliveryQueue(fresh, createEndpointTable(fresh));
    const pageSize = fresh.pragma('page_size', { simple: true }) as number;
    const before = bytesRead();
    const { claims } = queue.claim(
      wanting(owner, { roomAtEndpoint: 32, underWay: (id) => (id === dead.id ? 32 : 0) }),
    );
    const pages = (bytesRead() - before) / pageSize;
    expect(claims.map(({ endpoint }) => endpoint.id)).toEqual([other.id]);
    const indexPages = fresh
      .prepare("select count(*) from dbstat where name = 'deliveries_due'")
      .pluck()
      .get() as number;
    expect(indexPages).toBeGreaterThan(60);
    expect(pages).toBeLessThan(30);
  });
});

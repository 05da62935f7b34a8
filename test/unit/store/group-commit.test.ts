import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/model/clock.ts';
import { configure } from '../../../src/store/configure.ts';
import { createGroupCommit } from '../../../src/store/group-commit.ts';
import { newCapture } from '../../support/captures.ts';
import { commitsInLog, connect, newDatabasePath, openForTest } from '../../support/database.ts';

const inLog = async (path: string, work: () => Promise<unknown>): Promise<number> => {
  const before = commitsInLog(path);
  await work();
  return commitsInLog(path) - before;
};

describe('commits', () => {
  test('a promise resolves when others can read what it wrote, and not before', async () => {
    const path = newDatabasePath();
    const { captures } = await openForTest({ path });
    const other = connect(path, { readonly: true });
    const isThere = other.prepare<[string], number>('select count(*) from captures where id = ?').pluck();
    for (let round = 0; round < 20; round += 1) {
      const group = Array.from({ length: 1 + (round % 4) }, () => newCapture());
      await Promise.all(
        group.map(async (capture) => {
          await captures.add(capture);
          expect(isThere.get(capture.id)).toBe(1);
        }),
      );
    }
  });

  test('what comes together shares a commit; what comes alone has its own', async () => {
    const path = newDatabasePath();
    const { captures } = await openForTest({ path });
    await captures.add(newCapture());
    const many = Array.from({ length: 400 }, () => newCapture());
    expect(await inLog(path, () => Promise.all(many.map((capture) => captures.add(capture))))).toBe(1);
    expect(
      await inLog(path, async () => {
        for (let count = 0; count < 5; count += 1) await captures.add(newCapture());
      }),
    ).toBe(5);
  });

  test('are on the disk: the connection waits for it', () => {
    const db = connect(newDatabasePath());
    configure(db, undefined);
    const setting = (name: string): unknown => db.pragma(name, { simple: true });
    expect([setting('journal_mode'), setting('synchronous'), setting('foreign_keys')]).toEqual(['wal', 2, 1]);
  });

  test('results go to those who asked', async () => {
    const db = connect(':memory:');
    const commit = createGroupCommit(db, ':memory:', systemClock);
    const asked = Array.from({ length: 1_100 }, (_, index) => commit.run(() => index));
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 1_100 }, (_, index) => index));
  });

  test('closing commits what is waiting', async () => {
    const path = newDatabasePath();
    const store = await openForTest({ path });
    const group = Array.from({ length: 700 }, () => newCapture());
    const adding = group.map((capture) => store.captures.add(capture));
    await store.close();
    await Promise.all(adding);
    const count = connect(path, { readonly: true }).prepare('select count(*) from captures').pluck();
    expect(count.get()).toBe(700);
    await expect(store.captures.add(newCapture())).rejects.toThrow(/not open/);
  });
});

describe('a bad row', () => {
  test('fails alone, and its neighbours are kept', async () => {
    const path = newDatabasePath();
    const { captures } = await openForTest({ path });
    const group = Array.from({ length: 9 }, () => newCapture());
    const again = { ...newCapture(), id: group[2]!.id };
    const results = await Promise.allSettled(
      [...group.slice(0, 5), again, ...group.slice(5)].map((capture) => captures.add(capture)),
    );
    expect(results.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 5 }, () => 'fulfilled'),
      'rejected',
      ...Array.from({ length: 4 }, () => 'fulfilled'),
    ]);
    const { captures: kept } = await captures.list({}, { limit: 20 });
    expect(kept.map(({ id }) => id)).toEqual(group.map(({ id }) => id).toReversed());
  });

  test('leaves nothing of itself behind', async () => {
    const db = connect(':memory:');
    db.exec('create table seen (value)');
    const insert = db.prepare('insert into seen values (?)');
    const commit = createGroupCommit(db, ':memory:', systemClock);
    const results = await Promise.allSettled([
      commit.run(() => insert.run(1)),
      commit.run(() => {
        insert.run(2);
        throw new Error('half way');
      }),
      commit.run(() => insert.run(3)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(db.prepare('select value from seen').pluck().all()).toEqual([1, 3]);
  });
});

describe('the event loop', () => {
  /** How often it turns until the work is done. */
  async function turnsDuring(work: Promise<unknown>): Promise<number> {
    let turns = 0;
    let done = false;
    const finished = work.finally(() => (done = true));
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
    await finished;
    return turns;
  }

  test('turns between the batches of a long queue', async () => {
    const db = connect(':memory:');
    const commit = createGroupCommit(db, ':memory:', systemClock);
    const queue = Promise.all(Array.from({ length: 5_120 }, () => commit.run(() => {})));
    expect(await turnsDuring(queue)).toBeGreaterThanOrEqual(10);
  });

  test('turns while a backlog of text is indexed, and captures are kept in between', async () => {
    const { captures } = await openForTest({ path: newDatabasePath() });
    await Promise.all(Array.from({ length: 2_000 }, () => captures.add(newCapture())));
    let indexed = false;
    const indexing = captures.indexText().finally(() => (indexed = true));
    const keptMeanwhile: boolean[] = [];
    for (let count = 0; count < 5; count += 1) {
      await captures.add(newCapture());
      keptMeanwhile.push(!indexed);
    }
    expect(keptMeanwhile).toEqual([true, true, true, true, true]);
    expect(await indexing).toBeGreaterThanOrEqual(2_000);
  });

  test('turns while a large deletion runs', async () => {
    const { captures } = await openForTest({ path: newDatabasePath() });
    await Promise.all(Array.from({ length: 3_000 }, () => captures.add(newCapture())));
    expect(await turnsDuring(captures.deleteMatching({}))).toBeGreaterThanOrEqual(6);
  });
});

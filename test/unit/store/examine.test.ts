import { expect, test } from 'vitest';
import { examineDatabase } from '../../../src/store/examine.ts';
import { newCapture } from '../../support/captures.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';

/** A database whose index of words, renamed as said, has lost most of its pages. */
async function withDamagedIndex(name: string): Promise<string> {
  const path = newDatabasePath();
  const { captures } = await openForTest({ path });
  await captures.add(newCapture());
  const db = connect(path);
  db.exec(`create virtual table ${name} using fts5 (body)`);
  const insert = db.prepare(`insert into ${name} (body) values (?)`);
  db.transaction(() => {
    for (let number = 0; number < 3_000; number += 1) insert.run(`word${number} needle ${number * 7_919}`);
  })();
  db.unsafeMode(true);
  expect(db.prepare(`delete from ${name}_data where id > 10`).run().changes).toBeGreaterThan(3);
  return path;
}

test('an index of words that is being deleted is no damage', async () => {
  const path = await withDamagedIndex('captures_text_old');
  expect(await examineDatabase(path)).toMatchObject({ captures: 1 });
});

test('any other that has lost its pages is', async () => {
  const path = await withDamagedIndex('captures_words');
  await expect(examineDatabase(path)).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
});

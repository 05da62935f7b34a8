import type Database from 'better-sqlite3';
import { prepareCancelStranded } from './delivery-cancel.ts';
import { explaining } from './errors.ts';
import type { GroupCommit } from './group-commit.ts';
import type { EngineRecord, EngineStore } from './store.ts';

export function createEngineStore(db: Database.Database, commit: GroupCommit, path: string): EngineStore {
  const selectAll = db.prepare<[], EngineRecord>(
    'select seq, clock, host, pid, process_started as processStarted, beats from engines order by seq',
  );
  const insert = db.prepare(
    `insert into engines (clock, host, pid, process_started) values (@clock, @host, @pid, @processStarted)`,
  );
  const beat = db.prepare('update engines set beats = beats + 1 where seq = ?');
  const deleteOne = db.prepare('delete from engines where seq = ?');
  const free = db.prepare(
    `update deliveries set status = 'pending', owner = null, interruptions = interruptions + 1
     where status = 'sending' and owner = ?`,
  );
  const cancelStranded = prepareCancelStranded(db);

  function remove(seq: number): number {
    deleteOne.run(seq);
    const freed = free.run(seq).changes;
    if (freed > 0) cancelStranded();
    return freed;
  }

  return {
    list: async () => explaining(path, () => selectAll.all()),
    register: (engine, isGone) =>
      commit.run(() => {
        const others: EngineRecord[] = [];
        for (const other of selectAll.all()) {
          if (isGone(other)) remove(other.seq);
          else others.push(other);
        }
        const excludedBy = others.find(({ clock }) => clock !== 'real' || engine.clock !== 'real');
        if (excludedBy !== undefined) return { excludedBy };
        return { seq: Number(insert.run(engine).lastInsertRowid) };
      }),
    beat: (seq) => commit.run(() => beat.run(seq).changes === 1),
    remove: (seq) => commit.run(() => remove(seq)),
  };
}

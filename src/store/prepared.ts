import type Database from 'better-sqlite3';

/** Gives the statement of a text, prepared once and kept as long as it is among the latest used. */
export type Prepared = (sql: string) => Database.Statement<[object], unknown>;

const MOST_KEPT = 100;

export function createPrepared(db: Database.Database): Prepared {
  const kept = new Map<string, Database.Statement<[object], unknown>>();
  return (sql) => {
    const statement = kept.get(sql) ?? db.prepare<[object], unknown>(sql);
    // The map's order is that of use.
    kept.delete(sql);
    kept.set(sql, statement);
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
    return statement;
  };
}

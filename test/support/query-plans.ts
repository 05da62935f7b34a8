import type Database from 'better-sqlite3';

/** Writes down every statement that is prepared on a connection from now on. */
export function recordStatements(db: Database.Database): string[] {
  const statements: string[] = [];
  const prepare = db.prepare.bind(db) as (sql: string) => Database.Statement;
  db.prepare = ((sql: string) => {
    statements.push(sql);
    return prepare(sql);
  }) as typeof db.prepare;
  return statements;
}

/** How SQLite goes about a statement, one line a step, whatever its parameters. */
export function planOf(db: Database.Database, sql: string): string[] {
  const explain = db.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`);
  const names = new Set(Array.from(sql.matchAll(/@(\w+)/g), ([, name]) => name!));
  const values =
    names.size > 0
      ? [Object.fromEntries(Array.from(names, (name) => [name, null]))]
      : Array.from(sql.matchAll(/\?/g), () => null);
  return explain.all(...values).map(({ detail }) => detail);
}

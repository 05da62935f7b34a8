import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';

export interface Statements {
  /** The text of each statement that was prepared, as often as it was. */
  readonly prepared: readonly string[];
  /** The text of each statement that was run, as often as it was. */
  readonly run: readonly string[];
  /** How many transactions were committed; those of single statements are not counted. */
  commits(): number;
  /** Begins to count anew. */
  reset(): void;
}

const WAYS = ['default', 'deferred', 'immediate', 'exclusive'] as const;
const EXECUTING = ['run', 'get', 'all', 'iterate'] as const;

/** Writes down what statements are prepared and run, on all connections of this process, until the test is done. */
export function watchStatements(): Statements {
  const prepared: string[] = [];
  const run: string[] = [];
  const prototype = Database.prototype;
  const { prepare, transaction } = prototype;
  let commits = 0;
  prototype.prepare = function (this: Database.Database, sql: string) {
    const statement = prepare.call(this, sql) as Database.Statement & Record<string, unknown>;
    prepared.push(sql);
    for (const name of EXECUTING) {
      const execute = statement[name] as (...values: unknown[]) => unknown;
      Object.defineProperty(statement, name, {
        value: (...values: unknown[]) => {
          run.push(sql);
          return execute.apply(statement, values);
        },
      });
    }
    return statement;
  } as typeof prepare;
  // Their statements are no JavaScript's.
  prototype.transaction = function (this: Database.Database, work: (...values: unknown[]) => unknown) {
    const made = transaction.call(this, work) as Record<
      (typeof WAYS)[number],
      (...values: unknown[]) => unknown
    >;
    const [whole, ...others] = WAYS.map((way) => (...values: unknown[]) => {
      const isNested = this.inTransaction;
      const result = made[way](...values);
      if (!isNested) commits += 1;
      return result;
    });
    return Object.assign(whole!, Object.fromEntries(others.map((other, index) => [WAYS[index + 1], other])));
  } as typeof transaction;
  onTestFinished(() => void Object.assign(prototype, { prepare, transaction }));
  return {
    prepared,
    run,
    commits: () => commits,
    reset: () => {
      prepared.length = 0;
      run.length = 0;
      commits = 0;
    },
  };
}

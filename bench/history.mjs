import { historyDatabase } from './support/history-database.mjs';
import { kindRows, pooledRow, queryTimes } from './support/query-times.mjs';
import { row } from './support/result.mjs';
import { tails } from './support/statistics.mjs';

const BAR = { of: 'p95', atMost: 50 };

/** Milliseconds for a page of a large history, by any filter and by words. */
export default async function history({ quick, fresh, progress }) {
  const rows = quick ? 100_000 : 1_000_000;
  const path = await historyDatabase(rows, { fresh, progress });
  const rounds = 5;
  const queriesARound = quick ? 10 : 40;
  const secondsPerKind = quick ? 3 : 20;
  const times = await queryTimes(path, rows, { rounds, queriesARound, secondsPerKind, progress });
  const hasAll = times.kinds.every((kind) => kind.rounds.flat().length === rounds * queriesARound);
  return {
    name: 'history',
    what: `a page of 50 of ${rows.toLocaleString('en')} captures, from the store`,
    how: `${rounds} rounds, in each ${queriesARound} queries of every kind with values that vary; a kind counts as much as any other`,
    rows: [
      row({ label: 'bare select', unit: 'ms', digits: 2, figures: tails(times.yardstick.flat()) }),
      pooledRow(times, 'list', { label: 'list, all kinds', bar: BAR }),
      pooledRow(times, 'search', { label: 'search, all kinds', bar: BAR }),
      ...kindRows(times),
    ],
    notes: hasAll ? [] : [`a kind of query was given ${secondsPerKind} s: slow ones have fewer samples`],
  };
}

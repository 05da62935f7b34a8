import { join } from 'node:path';
import { openStore } from '../dist/store/open.js';
import { copyDatabase, historyDatabase } from './support/history-database.mjs';
import { withFolder } from './support/folder.mjs';
import { startBare, startListen } from './support/process.mjs';
import { pooledRow, queryTimes } from './support/query-times.mjs';
import { row } from './support/result.mjs';
import { SECRET } from './support/signed-request.mjs';
import { tails } from './support/statistics.mjs';
import { rateRow, underLoad } from './support/under-load.mjs';
import { addWaitingDeliveries, startClaiming } from './support/waiting-deliveries.mjs';

const ENDPOINTS = 100;
const CLAIMS = 200;
const ROUNDS = 5;
const median = ({ figures }) => figures.median;
const p95 = ({ figures }) => figures.p95;
const toBare = ({ ratio }) => ratio;
const COLUMNS = {
  'capture, requests/s': { key: 'capture', of: median },
  'capture to bare': { key: 'capture', of: toBare },
  'list, p95 ms': { key: 'list', of: p95 },
  'search, p95 ms': { key: 'search', of: p95 },
  'claim, median ms': { key: 'claim', of: median },
};

/** What becomes of capturing, listing, searching and claiming as the database grows. */
export default async function growth({ quick, fresh, progress }) {
  const sizes = quick ? [1_000, 10_000, 100_000] : [10_000, 100_000, 1_000_000];
  const databases = new Map();
  for (const size of sizes) databases.set(size, await historyDatabase(size, { fresh, progress }));
  const [bare, ...captures] = await captureRows(databases, { seconds: quick ? 1 : 2, progress });
  const measured = [];
  for (const [index, size] of sizes.entries()) {
    const capture = captures[index];
    const queries = await queryRows(databases.get(size), size, { quick, progress });
    const claim = await claimRow(size, progress);
    measured.push({ size, capture, ...queries, claim });
  }
  return {
    name: 'growth',
    what: 'the same on databases of different sizes',
    how: `captures and waiting deliveries of that number; ${ROUNDS} rounds in which all sizes take their turn under the load of capture; queries as in history; ${CLAIMS} claims, each committed, of one of the deliveries to ${ENDPOINTS} endpoints`,
    rows: [
      bare,
      ...measured.flatMap(({ capture, list, search, claim }) => [capture, list, search, claim]),
      ...growthRows(measured),
    ],
    table: tableOf(measured),
    notes: [],
  };
}

function captureRows(databases, { seconds, progress }) {
  return withFolder(async (folder) => {
    const servers = { bare: await startBare() };
    try {
      for (const [size, path] of databases) {
        const copy = copyDatabase(path, join(folder, `${size}.db`));
        servers[`capture, ${named(size)}`] = await startListen(copy, ['--secret', SECRET]);
      }
      const measured = await underLoad(servers, { rounds: ROUNDS, seconds, progress });
      return Object.keys(servers).map((name) =>
        rateRow(measured, name, name === 'bare' ? {} : { against: 'bare' }),
      );
    } finally {
      await Promise.all(Object.values(servers).map(({ stop }) => stop()));
    }
  });
}

async function queryRows(path, size, { quick, progress }) {
  const options = { rounds: ROUNDS, queriesARound: quick ? 4 : 20, secondsPerKind: quick ? 2 : 10, progress };
  const times = await queryTimes(path, size, options);
  return {
    list: pooledRow(times, 'list', { label: `list, ${named(size)}` }),
    search: pooledRow(times, 'search', { label: `search, ${named(size)}` }),
  };
}

function claimRow(size, progress) {
  return withFolder(async (folder) => {
    const store = await openStore({ path: join(folder, 'bench.db') });
    try {
      await addWaitingDeliveries(store, { endpoints: ENDPOINTS, deliveries: size });
      progress(`${named(size)} deliveries wait`);
      const claim = await startClaiming(store);
      return row({
        label: `claim, ${named(size)}`,
        unit: 'ms',
        digits: 2,
        figures: tails(await claim(CLAIMS)),
      });
    } finally {
      await store.close();
    }
  });
}

/** What became of each figure from the smallest to the largest. */
function growthRows(measured) {
  const [small, large] = [measured[0], measured.at(-1)];
  return Object.entries(COLUMNS).map(([title, { key, of }]) =>
    row({
      ...large[key],
      label: `${title}: ${named(large.size)} rows`,
      against: `with ${named(small.size)}`,
      ratio: of(large[key]) / of(small[key]),
      lead: of === p95 ? 'p95' : null,
      headline: true,
    }),
  );
}

/** A line a size, and how many times the smallest's figure the largest's is. */
function tableOf(measured) {
  const lines = measured.map((one) => [
    named(one.size),
    ...Object.values(COLUMNS).map(({ key, of }) => of(one[key])),
  ]);
  const [first, last] = [lines[0], lines.at(-1)];
  const factors = last.slice(1).map((value, index) => value / first[index + 1]);
  return {
    head: ['rows', ...Object.keys(COLUMNS)],
    lines: [...lines, [`${last[0]} to ${first[0]}`, ...factors]],
  };
}

function named(size) {
  return size.toLocaleString('en');
}

import Database from 'better-sqlite3';
import { openStore } from '../../dist/store/open.js';
import { queryKinds } from './history-queries.mjs';
import { randomFrom } from './random.mjs';
import { figures, median, pooledPercentile, ratioOf, tails } from './statistics.mjs';
import { row } from './result.mjs';

const PAGE = 50;
const BARE = 'bare select';
/** What a page of any list needs at the least: one more row than it has, by number. */
const YARDSTICK = `select seq, id, received_at, method, path, provider, event_type, verdict from captures
  where seq <= ? order by seq desc limit ${PAGE + 1}`;

/**
 * Milliseconds for pages of 50, each kind of query in turn in every round, beside a bare select of as many rows by number.
 * A kind that has used up its time takes no part in further rounds.
 * @returns {Promise<{ yardstick: number[], kinds: { name: string, group: string, rounds: number[][], found: number }[] }>}
 */
export async function queryTimes(path, rows, { rounds, queriesARound, secondsPerKind, progress = () => {} }) {
  const store = await openStore({ path });
  const db = new Database(path, { readonly: true });
  const yardstick = [];
  const kinds = queryKinds(rows).map((kind) => ({ ...kind, rounds: [], found: [], spent: 0 }));
  try {
    for (let round = 0; round < rounds; round += 1) {
      const random = randomFrom(round);
      yardstick.push(bareTimes(db, rows, random, queriesARound));
      for (const kind of kinds) {
        if (kind.spent < secondsPerKind * 1_000)
          await ask(store, kind, random, queriesARound, secondsPerKind);
      }
      progress(`round ${round + 1} of ${rounds} over ${rows} captures`);
    }
  } finally {
    db.close();
    await store.close();
  }
  return {
    yardstick,
    kinds: kinds.map(({ name, group, rounds, found }) => ({ name, group, rounds, found: median(found) })),
  };
}

async function ask(store, kind, random, count, seconds) {
  const times = [];
  for (let number = 0; number < count && kind.spent < seconds * 1_000; number += 1) {
    const { filter, cursor } = kind.query(random);
    const start = performance.now();
    const { captures } = await store.captures.list(filter, { limit: PAGE, cursor });
    times.push(performance.now() - start);
    kind.spent += times.at(-1);
    kind.found.push(captures.length);
  }
  kind.rounds.push(times);
}

function bareTimes(db, rows, random, count) {
  return Array.from({ length: count }, () => {
    const cursor = 1 + Math.floor(random() * rows);
    const start = performance.now();
    db.prepare(YARDSTICK).all(cursor);
    return performance.now() - start;
  });
}

/** One row a kind, with how many times the yardstick's time it took in the same round. */
export function kindRows({ yardstick, kinds }) {
  const bare = mediansOf(yardstick);
  return kinds.map(({ name, group, rounds, found }) =>
    row({
      label: `${group}: ${name}`,
      unit: 'ms',
      digits: 2,
      figures: tails(rounds.flat()),
      against: BARE,
      ratio: ratioOf(mediansOf(rounds), bare),
      besides: { found },
    }),
  );
}

/** One row for all kinds of a group, each counting the same. */
export function pooledRow({ yardstick, kinds }, group, settings) {
  const ofGroup = kinds.filter((kind) => kind.group === group);
  const groups = ofGroup.map(({ rounds }) => rounds.flat());
  const medians = yardstick.map((_, round) =>
    pooledPercentile(
      ofGroup.flatMap(({ rounds }) => rounds.slice(round, round + 1)),
      0.5,
    ),
  );
  const pooled = (share) => pooledPercentile(groups, share);
  return row({
    unit: 'ms',
    digits: 2,
    figures: { ...figures(groups.flat()), median: pooled(0.5), p95: pooled(0.95), p99: pooled(0.99) },
    against: BARE,
    ratio: ratioOf(medians, mediansOf(yardstick)),
    ...settings,
  });
}

function mediansOf(rounds) {
  return rounds.map((times) => median(times));
}

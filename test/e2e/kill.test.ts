import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { CaptureFilter } from '../../src/store/store.ts';
import { createHome, startListen } from '../support/cli.ts';
import { startLoad, type LoadRequest } from '../support/load.ts';
import { drawFrom } from '../support/random.ts';

const ROUNDS = 20;
const CONNECTIONS = 16;

/** A body that says its number and is like no other; now and then a large one. */
function numbered(round: number, number: number): LoadRequest {
  const noise = createHash('sha512').update(`${round}/${number}`).digest('hex');
  const size = number % 50 === 0 ? 100_000 : (number * 37) % 3_000;
  return {
    path: `/${round}/${number}`,
    body: Buffer.concat([Buffer.from(`round${round} number${number} `), Buffer.alloc(size, noise)]),
  };
}

test('kill -9 under load loses nothing that was acknowledged', async () => {
  const start = Number(process.env['KILL_FROM'] ?? Date.now() % 1_000_000_000);
  console.log(`kill -9: moments drawn from ${start} (KILL_FROM=${start} draws them again)`);
  const random = drawFrom(start);
  const home = createHome();
  const acknowledged = new Map<string, Uint8Array>();
  let cut = 0;
  let kept = 0;

  for (let round = 0; round < ROUNDS; round += 1) {
    const listen = await startListen(['--quiet'], { home });
    const killAfter = 20 + Math.floor(random() * 300);
    let number = 0;
    let answers = 0;
    let killed: Promise<unknown> | undefined;
    const load = startLoad(
      listen.url,
      CONNECTIONS,
      () => numbered(round, (number += 1)),
      ({ path, body }) => {
        acknowledged.set(path, body);
        answers += 1;
        if (answers === killAfter) killed = listen.stop('SIGKILL');
      },
      () => (cut += 1),
    );
    await load.done;
    expect(await killed).toEqual({ code: null, signal: 'SIGKILL' });
    expect(answers).toBeGreaterThanOrEqual(killAfter);
    kept = keptOf(home.database, acknowledged);
  }

  console.log(`kill -9: ${ROUNDS} rounds, ${acknowledged.size} acknowledged, ${kept} kept`);
  expect(kept).toBe(acknowledged.size);
  // Or else it was not killed in the middle of anything.
  expect(cut).toBeGreaterThan(ROUNDS);
  await expectSearchable(home.database, ROUNDS);
}, 180_000);

/** How many of the acknowledged bodies the database holds exactly as they were sent. */
function keptOf(path: string, acknowledged: ReadonlyMap<string, Uint8Array>): number {
  const db = new Database(path);
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    const rows = db.prepare<[], { path: string; body: Buffer }>('select path, body from captures').all();
    const bodies = new Map(rows.map((row) => [row.path, row.body]));
    expect(bodies.size).toBe(rows.length);
    const lost = [...acknowledged].filter(([sent, body]) => !bodies.get(sent)?.equals(body));
    expect(lost.map(([sent]) => sent)).toEqual([]);
    return acknowledged.size - lost.length;
  } finally {
    db.close();
  }
}

/** The text index survives too: all that was kept is found by the words in it. */
async function expectSearchable(path: string, rounds: number): Promise<void> {
  const store = await openStore({ path });
  try {
    for (let round = 0; round < rounds; round += 1) {
      const pathsOf = async (filter: CaptureFilter): Promise<string[]> => {
        const { captures } = await store.captures.list(filter, { limit: 10_000 });
        return captures.map((capture) => capture.path);
      };
      expect(await pathsOf({ text: `round${round}` })).toEqual(await pathsOf({ path: `/${round}/` }));
    }
  } finally {
    await store.close();
  }
}

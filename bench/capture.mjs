import { join } from 'node:path';
import { withFolder } from './support/folder.mjs';
import { script, start, startBare, startListen } from './support/process.mjs';
import { row } from './support/result.mjs';
import { SECRET } from './support/signed-request.mjs';
import { figures, ratioOf } from './support/statistics.mjs';
import { CONNECTIONS, rateRow, underLoad } from './support/under-load.mjs';

const GROUPS = [64, 256];
const RAW_SECONDS = 1;

/** Requests a second, received, verified and durable. */
export default function capture({ quick, progress }) {
  return withFolder(async (folder) => {
    const rounds = 5;
    const seconds = quick ? 1 : 3;
    const bare = await startBare();
    const listen = await startListen(join(folder, 'bench.db'), ['--secret', SECRET]);
    const raw = await start([script('raw-insert'), JSON.stringify({ path: join(folder, 'raw.db') })]);
    const inserted = Object.fromEntries(GROUPS.map((group) => [group, []]));
    const between = async () => {
      for (const group of GROUPS) {
        raw.child.stdin.write(`${JSON.stringify({ group, seconds: RAW_SECONDS })}\n`);
        inserted[group].push((await raw.line()).rate);
      }
    };
    try {
      const measured = await underLoad({ bare, listen }, { rounds, seconds, progress, between });
      return {
        name: 'capture',
        what: 'requests a second that `listen` receives, verifies and commits before it answers them',
        how: `${CONNECTIONS} connections from another process, one request under way on each, ${rounds} rounds of ${seconds} s; bare: a node:http server that reads the body and answers 200`,
        rows: [
          rateRow(measured, 'bare'),
          rateRow(measured, 'listen', { against: 'bare', bar: { of: 'ratio', atLeast: 0.35 } }),
          ...GROUPS.flatMap((group) => rawRows(group, inserted[group], measured.listen.rate)),
        ],
        notes: ['raw insert: better-sqlite3 alone, one table, no index, no HTTP, as durable'],
      };
    } finally {
      await Promise.all([bare.stop(), listen.stop(), raw.stop()]);
    }
  });
}

/** The yardstick, and what `listen` is to it. */
function rawRows(group, rates, ours) {
  const label = `raw insert, ${group} a commit`;
  return [
    row({ label, unit: 'rows/s', figures: figures(rates) }),
    row({
      label: 'listen',
      unit: 'requests/s',
      figures: figures(ours),
      against: label,
      ratio: ratioOf(ours, rates),
      headline: true,
    }),
  ];
}

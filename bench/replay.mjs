import { join } from 'node:path';
import { copyDatabase, historyDatabase } from './support/history-database.mjs';
import { withFolder } from './support/folder.mjs';
import { BIN, script, secondsOfProcess, startBare } from './support/process.mjs';
import { row } from './support/result.mjs';
import { figures, median, ratioOf } from './support/statistics.mjs';

const ROWS = 10_000;

/** Captures a second that `replay` sends again, from start to end of its process, against a bare undici loop in a process. */
export default async function replay({ quick, fresh, progress }) {
  const history = await historyDatabase(ROWS, { fresh, progress });
  return withFolder(async (folder) => {
    const rounds = 5;
    const last = quick ? 500 : 2_000;
    const database = copyDatabase(history, join(folder, 'bench.db'));
    const app = await startBare();
    const programs = {
      undici: [script('undici-sender'), app.url, String(last)],
      replay: [
        BIN,
        'replay',
        '--last',
        String(last),
        '--method',
        'POST',
        '--to',
        app.url,
        '--json',
        '--db',
        database,
      ],
    };
    const rates = { undici: [], replay: [] };
    const seconds = { undici: [], replay: [] };
    try {
      for (let round = 0; round < rounds; round += 1) {
        for (const [name, args] of Object.entries(programs)) {
          seconds[name].push(await secondsOf(args, app, last));
          rates[name].push(last / seconds[name].at(-1));
        }
        progress(`round ${round + 1} of ${rounds}`);
      }
    } finally {
      await app.stop();
    }
    return {
      name: 'replay',
      what: `captures a second that \`replay --last ${last}\` sends again, each attempt committed`,
      how: `from start to end of the process, one request after another, ${rounds} rounds; undici: a process that sends as many requests with undici alone`,
      rows: [
        row({
          label: 'undici',
          unit: 'requests/s',
          figures: figures(rates.undici),
          besides: besides(seconds.undici),
        }),
        row({
          label: 'replay',
          unit: 'captures/s',
          figures: figures(rates.replay),
          against: 'undici',
          ratio: ratioOf(rates.replay, rates.undici),
          headline: true,
          besides: besides(seconds.replay),
        }),
      ],
      notes: [],
    };
  });
}

function besides(seconds) {
  return { seconds: median(seconds) };
}

async function secondsOf(args, app, expected) {
  const before = await app.count();
  const seconds = await secondsOfProcess(args);
  const sent = (await app.count()) - before;
  if (sent !== expected) throw new Error(`${args.slice(0, 2).join(' ')} sent ${sent} of ${expected}`);
  return seconds;
}

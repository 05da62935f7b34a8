import { secondsOfProcess } from './process.mjs';
import { differenceOf, figures } from './statistics.mjs';
import { row } from './result.mjs';

const BARE = 'node -e 0';
const WARM_UP = 2;

/**
 * Milliseconds from start to end of each program in turn, in every round; the first is the yardstick.
 * @param {Record<string, string[]>} programs node's arguments, by name
 */
export async function processRows(programs, rounds, barOf) {
  const all = { [BARE]: ['-e', '0'], ...programs };
  const times = Object.fromEntries(Object.keys(all).map((name) => [name, []]));
  for (let round = 0; round < rounds + WARM_UP; round += 1) {
    for (const [name, args] of Object.entries(all)) {
      const ms = (await secondsOfProcess(args)) * 1_000;
      if (round >= WARM_UP) times[name].push(ms);
    }
  }
  return Object.entries(times).map(([label, values]) =>
    row({
      label,
      unit: 'ms',
      digits: 1,
      figures: figures(values),
      ...(label === BARE
        ? {}
        : { against: BARE, difference: differenceOf(values, times[BARE]), bar: barOf(label) }),
    }),
  );
}

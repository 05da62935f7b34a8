import { script, start } from './process.mjs';
import { cpuSeconds, untilIdle } from './quiet.mjs';
import { figures, median, ratioOf } from './statistics.mjs';
import { row } from './result.mjs';

export const CONNECTIONS = 32;
/** Until the code that runs for every request is compiled. */
const WARM_UP_SECONDS = 3;

/**
 * Sends the same load to each server in turn, in every round, from one process of its own; after each it waits until the server
 * has done what it left for later.
 * @param {Record<string, { url: string, child: import('node:child_process').ChildProcess }>} servers
 * @returns {Promise<Record<string, { rate: number[], p50: number[], p99: number[], cpu: number[], behind: number[], cost: number[] }>>}
 */
export async function underLoad(servers, { rounds, seconds, progress, between = async () => {} }) {
  const loader = await start([script('load')]);
  const measured = Object.fromEntries(Object.keys(servers).map((name) => [name, noFigures()]));
  const load = async (url, duration) => {
    loader.child.stdin.write(`${JSON.stringify({ url, connections: CONNECTIONS, seconds: duration })}\n`);
    return loader.line();
  };
  try {
    for (const { url, child } of Object.values(servers)) {
      await load(url, WARM_UP_SECONDS);
      await untilIdle(child.pid);
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, { url, child }] of Object.entries(servers)) {
        const before = cpuSeconds(child.pid);
        const { requests, ...figures } = await load(url, seconds);
        const behind = (await untilIdle(child.pid)) / 1_000;
        const cost = before === null ? 0 : ((cpuSeconds(child.pid) - before) / requests) * 1e6;
        for (const [key, value] of Object.entries({ ...figures, behind, cost }))
          measured[name][key].push(value);
      }
      await between(round);
      progress(`round ${round + 1} of ${rounds}`);
    }
  } finally {
    await loader.stop();
  }
  return measured;
}

/** A row of requests a second, against a server measured in the same rounds. */
export function rateRow(measured, label, { against = null, ...rest } = {}) {
  const { rate, p50, p99, cpu, behind, cost } = measured[label];
  return row({
    label,
    unit: 'requests/s',
    figures: figures(rate),
    against,
    ratio: against === null ? null : ratioOf(rate, measured[against].rate),
    ...rest,
    besides: {
      'p50 ms': median(p50),
      'p99 ms': median(p99),
      'loader CPU %': median(cpu) * 100,
      'idle after s': median(behind),
      'CPU us a request': median(cost),
    },
  });
}

function noFigures() {
  return { rate: [], p50: [], p99: [], cpu: [], behind: [], cost: [] };
}

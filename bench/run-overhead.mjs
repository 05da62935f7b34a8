import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, spread } from './statistics.mjs';

const BIN = fileURLToPath(new URL('../bin/webhook-cli.js', import.meta.url));
const ROUNDS = 15;
const WARM_UP = 2;
const BAR_MS = 400;
const BARE = 'node -e 0';
const RUN = 'run -- node -e 0';

/** Milliseconds that `run` takes beyond the command that it runs, interleaved. Bar: 400. */
export default function runOverhead() {
  const { NODE_EXTRA_CA_CERTS: _, WEBHOOK_DB: __, ...env } = process.env;
  const bare = ['-e', '0'];
  const programs = {
    [BARE]: bare,
    [RUN]: [BIN, 'run', '--quiet', '--', process.execPath, ...bare],
    'run --serve -- node -e 0': [BIN, 'run', '--quiet', '--serve', '--', process.execPath, ...bare],
  };
  const times = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    for (const [name, args] of Object.entries(programs)) {
      const start = performance.now();
      const { status } = spawnSync(process.execPath, args, { env, stdio: 'ignore' });
      if (status !== 0) throw new Error(`${name} ended with ${status}`);
      if (round >= WARM_UP) times[name].push(performance.now() - start);
    }
  }
  const floor = median(times[BARE]);
  if (process.argv.includes('--json')) {
    const figures = Object.entries(times).map(([name, values]) => ({
      name,
      minMs: Math.min(...values),
      medianMs: median(values),
      maxMs: Math.max(...values),
      overheadMs: median(values) - floor,
      barMs: name === RUN ? BAR_MS : null,
    }));
    return JSON.stringify({ benchmark: 'run-overhead', rounds: ROUNDS, figures });
  }
  const lines = Object.entries(times).map(([name, values]) => {
    const beyond = name === BARE ? '' : `   +${(median(values) - floor).toFixed(1)} ms`;
    const bar = name === RUN ? ` (bar: +${BAR_MS})` : '';
    return `  ${name.padEnd(26)}${spread(values, 1)} ms${beyond}${bar}`;
  });
  return [`run, ${ROUNDS} interleaved rounds, median (min to max)`, ...lines, ''].join('\n');
}

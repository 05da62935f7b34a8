import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, spread } from './statistics.mjs';

const BIN = fileURLToPath(new URL('../bin/webhook-cli.js', import.meta.url));
const ROUNDS = 20;

/** Milliseconds that --version and --help take beyond bare node, interleaved. Bar: 40. */
export default function startup() {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const programs = {
    'node -e 0': ['-e', '0'],
    '--version': [BIN, '--version'],
    '--help': [BIN, '--help'],
  };
  const times = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS + 2; round += 1) {
    for (const [name, args] of Object.entries(programs)) {
      const start = performance.now();
      spawnSync(process.execPath, args, { env, stdio: 'ignore' });
      if (round >= 2) times[name].push(performance.now() - start);
    }
  }
  const floor = median(times['node -e 0']);
  const lines = Object.entries(times).map(([name, values]) => {
    const beyond = name === 'node -e 0' ? '' : `   +${(median(values) - floor).toFixed(1)} ms (bar: +40)`;
    return `  ${name.padEnd(12)}${spread(values, 1)} ms${beyond}`;
  });
  return [`start-up, ${ROUNDS} interleaved rounds, median (min to max)`, ...lines, ''].join('\n');
}

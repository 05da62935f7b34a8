import { BIN } from './support/process.mjs';
import { processRows } from './support/process-times.mjs';

const BARRED = 'run -- node -e 0';
const COMMAND = ['--', process.execPath, '-e', '0'];

/** Milliseconds that `run` takes beyond the command that it runs. */
export default async function runOverhead({ quick }) {
  const rounds = quick ? 5 : 15;
  const programs = {
    [BARRED]: [BIN, 'run', '--quiet', ...COMMAND],
    'run --serve -- node -e 0': [BIN, 'run', '--quiet', '--serve', ...COMMAND],
  };
  return {
    name: 'run-overhead',
    what: 'a command under `run`, against the command alone',
    how: `${rounds} rounds, each of one process after another, without NODE_EXTRA_CA_CERTS`,
    rows: await processRows(programs, rounds, (label) =>
      label === BARRED ? { of: 'difference', atMost: 400 } : null,
    ),
    notes: [],
  };
}

import { BIN } from './support/process.mjs';
import { processRows } from './support/process-times.mjs';

const BAR = { of: 'difference', atMost: 40 };

/** Milliseconds that --version and --help take beyond bare node. */
export default async function startup({ quick }) {
  const rounds = quick ? 7 : 20;
  const programs = { '--version': [BIN, '--version'], '--help': [BIN, '--help'] };
  return {
    name: 'startup',
    what: 'from start to end of a process that says its version or its help',
    how: `${rounds} rounds, each of one process after another, without NODE_EXTRA_CA_CERTS`,
    rows: await processRows(programs, rounds, () => BAR),
    notes: [],
  };
}

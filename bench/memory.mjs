import { join } from 'node:path';
import { withFolder } from './support/folder.mjs';
import { script, start, startListen } from './support/process.mjs';
import { watchMemory } from './support/resident-memory.mjs';
import { row } from './support/result.mjs';
import { SECRET } from './support/signed-request.mjs';
import { figures, median } from './support/statistics.mjs';
import { CONNECTIONS } from './support/under-load.mjs';

const MB = 1_000_000;
const LARGE = 10 * MB;
/** Together as much as a hundred times ten. */
const MIXED = [2_000, 50_000, 700_000, 3 * MB, 8 * MB, 20 * MB];
const PEAK = { of: 'max', atMost: 200 };
const FLAT = { of: 'ratio', atMost: 1.1 };

/** Resident memory of `listen` while small requests come in, and while a gigabyte of large ones does. */
export default async function memory({ quick, progress }) {
  const seconds = quick ? 10 : 60;
  const total = (quick ? 200 : 1_000) * MB;
  const large = Array.from({ length: total / LARGE }, () => LARGE);
  const mixed = Array.from(
    { length: 6 * Math.round(total / sum(MIXED)) },
    (_, index) => MIXED[(index * 5) % 6],
  );
  const phases = {
    [`small bodies, ${seconds} s`]: ['load', { connections: CONNECTIONS, seconds }, 1_000],
    [`${large.length} x 10 MB, one at a time`]: ['send-bodies', { connections: 1, sizes: large }, 200],
    [`${large.length} x 10 MB, 8 at once`]: ['send-bodies', { connections: 8, sizes: large }, 200],
    [`${megabytes(mixed)} MB, 2 kB to 20 MB each, 8 at once`]: [
      'send-bodies',
      { connections: 8, sizes: mixed },
      200,
    ],
  };
  const rows = [];
  for (const [label, [sender, task, everyMs]] of Object.entries(phases)) {
    const { samples, peak, refused } = await measure(sender, task, everyMs);
    rows.push(...rowsOf(label, samples, peak, refused));
    progress(`${label}: ${peak.toFixed(0)} MB at most`);
  }
  return {
    name: 'memory',
    what: 'resident memory of `listen`, in MB of a million bytes',
    how: 'a new process for each kind of load, looked at every second (every 200 ms while bodies are large); its peak is what the system itself has noted (VmHWM), where it does',
    rows,
    notes: [],
  };
}

function measure(sender, task, everyMs) {
  return withFolder(async (folder) => {
    const listen = await startListen(join(folder, 'bench.db'), ['--secret', SECRET]);
    const from = await start([script(sender)]);
    const memory = watchMemory(listen.child.pid, everyMs);
    try {
      from.child.stdin.write(`${JSON.stringify({ url: listen.url, ...task })}\n`);
      const { refused = 0 } = await from.line();
      return { ...memory.stop(), refused };
    } finally {
      memory.stop();
      await Promise.all([from.stop(), listen.stop()]);
    }
  });
}

function rowsOf(label, samples, peak, refused) {
  const middle = Math.floor(samples.length / 2);
  const halves = [samples.slice(0, middle), samples.slice(middle)];
  const all = { unit: 'MB', figures: { ...figures(samples), max: Math.max(peak, ...samples) } };
  return [
    row({
      ...all,
      label: `${label}: peak`,
      bar: PEAK,
      besides: refused > 0 ? { 'refused (503)': refused } : {},
    }),
    row({
      unit: 'MB',
      figures: figures(halves[1]),
      label: `${label}: later half`,
      against: 'first half',
      ratio: median(halves[1]) / median(halves[0]),
      bar: FLAT,
    }),
  ];
}

function sum(sizes) {
  return sizes.reduce((total, size) => total + size, 0);
}

function megabytes(sizes) {
  return Math.round(sum(sizes) / MB);
}

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const HAS_PROC = existsSync('/proc/self/status');

/** Looks at a process's resident memory every so often, in MB. `stop` says what was seen, and the highest it ever was. */
export function watchMemory(pid, everyMs) {
  const samples = [];
  let peak = 0;
  const look = () => {
    try {
      const { now, highest } = HAS_PROC ? fromProc(pid) : fromPs(pid);
      samples.push(now);
      peak = Math.max(peak, highest);
    } catch {
      // It has ended, and whoever talks to it says so.
      clearInterval(timer);
    }
  };
  const timer = setInterval(look, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      if (samples.length < 2) look();
      return { samples, peak };
    },
  };
}

function fromProc(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name) => (Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]) * 1_024) / 1e6;
  return { now: megabytes('VmRSS'), highest: megabytes('VmHWM') };
}

function fromPs(pid) {
  const kilobytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
  const now = (kilobytes * 1_024) / 1e6;
  return { now, highest: now };
}

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import { kill, pid } from 'node:process';
import type { EngineRecord } from '../store/store.ts';

/** Which process an engine runs in, and how to tell whether others still live. */
export interface Processes {
  readonly host: string;
  readonly pid: number;
  /** When this process began, in milliseconds since the Unix epoch: tells it from an earlier one with its number. */
  readonly startedAt: number;
  isAlive(pid: number): boolean;
}

export const processes: Processes = {
  host: hostname(),
  pid,
  startedAt: Math.round(performance.timeOrigin),
  isAlive: (pid) => {
    try {
      return kill(pid, 0) && !isZombie(pid);
    } catch (error) {
      // Somebody else's process may not be signalled, and lives.
      return (error as NodeJS.ErrnoException).code === 'EPERM' && !isZombie(pid);
    }
  },
};

/** Whether a process has ended, though nobody has asked yet how: it can still be signalled. Known on Linux alone. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The state stands after the name, which may hold anything, parentheses too.
    return /^\) [ZXx]/.test(stat.slice(stat.lastIndexOf(')')));
  } catch {
    return false;
  }
}

/** Whether an engine's process is known to have ended. One on another host may always live. */
export function hasEnded(engine: EngineRecord, here: Processes): boolean {
  if (engine.host !== here.host) return false;
  if (engine.pid === here.pid) return engine.processStarted !== here.startedAt;
  return !here.isAlive(engine.pid);
}

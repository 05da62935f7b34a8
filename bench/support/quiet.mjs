import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 200;
/** Together longer than the two seconds after which `listen` brings its text index up to date. */
const QUIET_LOOKS = 12;
/** Hundredths of a second of CPU, as /proc counts it, that a process may use between two looks and still be idle. */
const IDLE_TICKS = 1;

/**
 * Waits until a process has nothing more to do of what it was given, so that it takes nothing from what is measured next.
 * Resolves with the milliseconds it was still at work. Without /proc it waits as long as the text index needs to catch up.
 */
export async function untilIdle(pid) {
  if (!existsSync(`/proc/${pid}/stat`)) return sleep(3_000, 3_000);
  const begun = performance.now();
  let atWork = begun;
  let last = ticks(pid);
  for (let quiet = 0; quiet < QUIET_LOOKS;) {
    await sleep(LOOK_MS);
    const now = ticks(pid);
    quiet = now - last <= IDLE_TICKS ? quiet + 1 : 0;
    if (quiet === 0) atWork = performance.now();
    last = now;
  }
  return atWork - begun;
}

/** Seconds of CPU that a process has used so far; null without /proc. */
export function cpuSeconds(pid) {
  return existsSync(`/proc/${pid}/stat`) ? ticks(pid) / 100 : null;
}

function ticks(pid) {
  const [, rest] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = rest.split(' ').slice(11, 13);
  return Number(user) + Number(system);
}

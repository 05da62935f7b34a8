import { spawn } from 'node:child_process';
import { platform } from 'node:os';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Clock } from '../model/clock.ts';

/** How long the end of a program's output is waited for once the program itself has ended, in milliseconds. */
const OUTPUT_LINGER_MS = 1_000;

export interface ProcessGroup {
  /** Resolves once the program has ended and its output is read: `exit code 1`, `signal SIGTERM`, or why it did not start. */
  readonly ended: Promise<string>;
  /** Ends everything the command has started: asks with SIGTERM, insists with SIGKILL after `graceMs`. */
  end(graceMs: number): Promise<void>;
}

/**
 * Runs a shell command in a process group of its own, with additional environment variables, and hears its output line
 * by line. When the command ends, or this process does in whatever way, the whole group is killed.
 */
export function runCommand(
  command: string,
  { env, clock, onLine }: { env: Record<string, string>; clock: Clock; onLine: (line: string) => void },
): ProcessGroup {
  const windows = platform() === 'win32';
  const child = spawn(windows ? command : guarded(command), {
    shell: true,
    detached: !windows,
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input, crlfDelay: Infinity }).on('line', onLine);
  }
  child.stdin.on('error', () => {});

  const read = new AbortController();
  let ending: Promise<void> | undefined;
  const ended = new Promise<string>((resolve) => {
    let outcome = '';
    child.once('error', (error) => finish(`it could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      outcome = signal === null ? `exit code ${code}` : `signal ${signal}`;
      if (ending !== undefined) return;
      // What the command has left running goes with it: the watchdog hears of this.
      child.stdin.destroy();
      void clock.sleep(OUTPUT_LINGER_MS, read.signal).then(() => finish(outcome));
    });
    // Comes when nobody holds the output any more, so when the whole group has ended.
    child.once('close', () => finish(outcome));

    function finish(how: string): void {
      read.abort();
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(how);
    }
  });
  return {
    ended,
    end: (graceMs) => (ending ??= read.signal.aborted ? Promise.resolve() : end(graceMs)),
  };

  async function end(graceMs: number): Promise<void> {
    signalGroup('SIGTERM');
    await Promise.race([ended, clock.sleep(graceMs, read.signal)]);
    signalGroup('SIGKILL');
    // A program that has left the group may hold the output open for ever.
    child.stdout.destroy();
    child.stderr.destroy();
    await ended;
  }

  function signalGroup(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (child.pid === undefined) return;
    if (windows) {
      spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { windowsHide: true }).on('error', () => {});
      return;
    }
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The group is gone already.
    }
  }
}

/**
 * The command with a watchdog beside it. The shell's input is a pipe that nothing is ever written to; it closes when
 * this process ends, by SIGKILL too, and then the watchdog kills the group.
 */
function guarded(command: string): string {
  return `exec 3<&0; { cat; kill -9 0; } <&3 3<&- >/dev/null 2>&1 & exec 3<&-\n${command}`;
}

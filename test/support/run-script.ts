import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { eventLog } from './event-log.ts';

export interface RunningScript {
  readonly pid: number;
  /** The next line of its output; fails when the script ends without one. */
  line(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it has ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
}

/** Runs a TypeScript file in a Node process of its own. Relative to the caller: `new URL('./x.ts', import.meta.url)`. */
export function runScript(script: URL, args: readonly string[] = []): RunningScript {
  const hooks = new URL('./typescript-hooks.mjs', import.meta.url);
  const child = spawn(process.execPath, ['--import', hooks.href, script.pathname, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = eventLog<string | null>();
  createInterface({ input: child.stdout })
    .on('line', lines.push)
    .once('close', () => lines.push(null));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>(
    (resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal, stderr }));
    },
  );
  return {
    pid: child.pid!,
    ended,
    kill: (signal) => void child.kill(signal),
    async line() {
      const line = await lines.next();
      if (line === null) throw new Error(`the script ended: ${(await ended).stderr}`);
      return line;
    },
  };
}

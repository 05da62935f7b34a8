import { spawnCli, type CliOptions } from './cli.ts';
import { afterAll } from 'vitest';

export interface TextListening {
  readonly url: string;
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Resolves once the output passes; rejects when the process ends before. */
  until(passes: (output: { readonly stdout: string; readonly stderr: string }) => boolean): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Lets go of its standard output, as a pipe's reader does that has seen enough. */
  closeStdout(): void;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts `listen` on a free port as a person would with its output piped, and waits until it is ready. */
export async function startListenText(
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<TextListening> {
  const child = spawnCli(['listen', '--port', '0', ...args], options);
  running.add(() => void child.kill('SIGKILL'));
  child.stdin.end();
  let stdout = '';
  let stderr = '';
  let over = false;
  const watchers = new Set<() => void>();
  const tell = (): void => watchers.forEach((watcher) => watcher());
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    tell();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    tell();
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      tell();
      resolve({ code, signal });
    });
  });
  const until: TextListening['until'] = (passes) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const passed = passes({ stdout, stderr });
        if (!passed && !over) return;
        watchers.delete(look);
        if (passed) resolve();
        else reject(new Error(`listen ended: ${stdout}${stderr}`));
      };
      watchers.add(look);
      look();
    });
  const address = /Listening on (http:\S+)/;
  await until((output) => address.test(output.stderr));
  return {
    url: address.exec(stderr)![1]!,
    pid: child.pid!,
    stdout: () => stdout,
    stderr: () => stderr,
    until,
    kill: (signal) => void child.kill(signal),
    closeStdout: () => void child.stdout.destroy(),
    ended,
  };
}

const running = new Set<() => void>();

afterAll(() => running.forEach((kill) => kill()));

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { BIN, type Home } from './cli.ts';

/** The program in a terminal of its own (util-linux's `script`), colours off. */
export interface TerminalRun {
  /** Everything shown so far, line ends as `\n`. */
  text(): string;
  waitFor(text: string): Promise<void>;
  type(keys: string): void;
  readonly ended: Promise<number | null>;
}

export function runInTerminal(args: readonly string[], home: Home): TerminalRun {
  const command = `stty cols 160; exec "$NODE" "$BIN" ${args.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(' ')}`;
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    cwd: home.folder,
    env: {
      PATH: process.env['PATH'],
      TERM: 'xterm',
      SHELL: '/bin/sh',
      NODE: process.execPath,
      BIN,
      HOME: home.folder,
      XDG_DATA_HOME: join(home.folder, 'data'),
      NO_COLOR: '1',
    },
  });
  let shown = '';
  const watchers = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    for (const watcher of watchers) watcher();
  });
  const text = (): string => shown.replaceAll('\r\n', '\n');
  return {
    text,
    waitFor: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!text().includes(wanted)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    type: (keys) => void child.stdin.write(keys),
    ended: new Promise((resolve) => {
      child.on('close', (code) => resolve(code));
    }),
  };
}

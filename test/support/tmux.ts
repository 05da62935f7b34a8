import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import { BIN, type Home } from './cli.ts';

const DEADLINE_MS = 40_000;
const POLL_MS = 40;

/** Tests of a real terminal need it. */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

export interface Terminal {
  /** What can be seen, lines joined where they were wrapped. */
  screen(): Promise<string>;
  /** The same with its colours as escape sequences. */
  painted(): Promise<string>;
  /** Resolves with the screen as soon as it shows that. */
  waitFor(text: string | RegExp): Promise<string>;
  type(text: string): Promise<void>;
  /** A key by tmux's name: `Enter`, `C-c`, `Down`. */
  press(key: string): Promise<void>;
  /** Resolves with the exit code as soon as the program has ended. */
  ended(): Promise<number>;
}

export interface TerminalOptions {
  readonly home: Home;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
}

/** The shell around the program outlives Ctrl-C and tells how the program ended; tmux itself forgets it at times. */
const SHELL = `trap : INT; "$@"; echo "[ended with $?]"`;
const END = /\[ended with (\d+)\]\s*$/;

const sockets: string[] = [];

// A server of tmux for each terminal, so that none sees another's environment.
afterAll(async () => {
  await Promise.all(sockets.map((socket) => run('tmux', ['-S', socket, 'kill-server']).catch(() => {})));
});

/** Runs the program in a terminal of its own; its last screen stays when it has ended. */
export async function openTerminal(
  args: readonly string[],
  { home, env = {}, columns = 140 }: TerminalOptions,
): Promise<Terminal> {
  const socket = join(home.folder, `tmux-${sockets.length}`);
  const settings = join(home.folder, 'tmux.conf');
  writeFileSync(
    settings,
    'set -g remain-on-exit on\nset -g remain-on-exit-format ""\nset -g history-limit 5000\n',
  );
  const tmux = async (...command: string[]): Promise<string> =>
    (await run('tmux', ['-S', socket, '-f', settings, ...command], environment)).stdout;
  const environment = {
    env: {
      PATH: process.env['PATH'],
      SHELL: '/bin/sh',
      LC_ALL: 'C.UTF-8',
      HOME: home.folder,
      XDG_DATA_HOME: join(home.folder, 'data'),
    },
  };
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const size = ['-x', String(columns), '-y', '45'];
  sockets.push(socket);
  const command = ['sh', '-c', SHELL, 'sh', 'env', ...variables, process.execPath, BIN, ...args];
  await tmux('new-session', '-d', ...size, '-c', home.folder, '--', ...command);

  const screen = async (): Promise<string> =>
    (await tmux('capture-pane', '-p', '-J', '-S', '-')).replace(END, '');
  const until = async <T>(look: () => Promise<T | null>, what: string): Promise<T> => {
    for (const deadline = Date.now() + DEADLINE_MS; ; await sleep(POLL_MS)) {
      const found = await look();
      if (found !== null) return found;
      if (Date.now() > deadline)
        throw new Error(`${what} did not come; the terminal shows:\n${await screen()}`);
    }
  };
  return {
    screen,
    painted: () => tmux('capture-pane', '-p', '-e', '-S', '-'),
    waitFor: (text) =>
      until(async () => {
        const shown = await screen();
        return (typeof text === 'string' ? shown.includes(text) : text.test(shown)) ? shown : null;
      }, String(text)),
    type: async (text) => void (await tmux('send-keys', '-l', text)),
    press: async (key) => void (await tmux('send-keys', key)),
    ended: () =>
      until(async () => {
        const code = END.exec(await tmux('capture-pane', '-p', '-S', '-'))?.[1];
        return code === undefined ? null : Number(code);
      }, 'the end'),
  };
}

const run = promisify(execFile);

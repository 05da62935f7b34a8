// Compiles src/ to dist/ from nothing, so that a deleted source file leaves nothing behind. The new dist/ takes the old one's
// place only when it is complete: programs that run from it meanwhile do not notice. With --if-needed, only where something changed.
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage } from './build-page.mjs';
import { buildTunnel } from './build-tunnel.mjs';
import { isBuilt } from './is-built.mjs';
import { noticesOf } from './notices.mjs';

if (process.argv.includes('--if-needed') && isBuilt()) process.exit();

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const fresh = join(root, `dist.${process.pid}`);

const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh], {
  cwd: root,
  stdio: 'inherit',
});
if (status === 0) {
  const bundled = [
    ...(await buildPage(join(fresh, 'inspector', 'assets'))),
    ...(await buildTunnel(join(fresh, 'tunnel'))),
  ];
  writeFileSync(join(fresh, 'THIRD-PARTY.txt'), noticesOf(bundled));
  takePlace();
} else rmSync(fresh, { recursive: true, force: true });
process.exitCode = status ?? 1;

/** Where two builds end at a time, one of them stays. */
function takePlace() {
  const [dist, old] = [join(root, 'dist'), `${fresh}.old`];
  try {
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(fresh, dist);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(error.code)) throw error;
  }
  for (const folder of [old, fresh]) rmSync(folder, { recursive: true, force: true });
}

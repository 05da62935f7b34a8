/**
 * Installs the providers' SDKs into test/interop, where they are missing or older than the lock file.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../test/interop/', import.meta.url);
const lock = readFileSync(new URL('package-lock.json', folder), 'utf8');
/** The lock file that node_modules was installed from. */
const stamp = new URL('node_modules/.installed-lock.json', folder);

function installedLock() {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return null;
  }
}

if (installedLock() !== lock) {
  const { status } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', fileURLToPath(folder)],
    { stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, lock);
}

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Where a Chromium is; null where there is none. */
export function findChromium(): string | null {
  return PLACES.find((path) => path !== '' && existsSync(path)) ?? null;
}

/** Installs Debian's Chromium once before the tests, where there is none and it may be installed. */
export default function setup(): void {
  if (findChromium() !== null || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  const command =
    'apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core';
  spawnSync('sh', ['-c', command], {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

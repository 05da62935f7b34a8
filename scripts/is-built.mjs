import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const INPUTS = [
  'src',
  'scripts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
  'package-lock.json',
];

/** Whether dist/ is there and newer than all that it is made of. */
export function isBuilt() {
  const built = changedAt(join(root, 'dist', 'cli.js'));
  return built > 0 && INPUTS.every((name) => changedAt(join(root, name)) <= built);
}

/** When a file, or the newest in a folder, was written; 0 where there is none. In milliseconds since the Unix epoch. */
function changedAt(path) {
  try {
    const stat = statSync(path);
    if (!stat.isDirectory()) return stat.mtimeMs;
    // What was deleted shows in its folder alone.
    return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => changedAt(join(path, name))));
  } catch {
    return 0;
  }
}

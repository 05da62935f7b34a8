import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

const MOST_IN_PACKAGE = 3_000_000;
const MOST_INSTALLED = 45_000_000;

/**
 * Holds an install to what it may weigh: the lengths of all files of all packages. What a compiler has left in better-sqlite3
 * counts too, its hard links each by itself. The figures are printed, as they grow before they are too large.
 */
export function expectSmall(project: string): void {
  const modules = join(project, 'node_modules');
  const packages = readdirSync(modules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, bytes: sizeOf(join(modules, name)) }))
    .sort((a, b) => b.bytes - a.bytes);
  const total = packages.reduce((sum, { bytes }) => sum + bytes, 0);
  const own = packages.find(({ name }) => name === 'webhook-cli')!.bytes;
  const largest = packages.slice(0, 4).map(({ name, bytes }) => `${name} ${megabytes(bytes)}`);
  console.log(`package ${megabytes(own)}, installed ${megabytes(total)}: ${largest.join(', ')}`);
  expect(own).toBeLessThan(MOST_IN_PACKAGE);
  expect(total).toBeLessThan(MOST_INSTALLED);
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(2)} MB`;
}

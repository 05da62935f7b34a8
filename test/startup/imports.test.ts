import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { init, parse } from 'es-module-lexer';
import { beforeAll, describe, expect, test } from 'vitest';
import { BIN } from '../support/cli.ts';

/** Packages that cost time to load, or that only one file may know. */
const GUARDED = [
  'better-sqlite3',
  'undici',
  'localtunnel',
  '@inquirer/prompts',
  'chalk',
  'cli-table3',
  'jsonc-parser',
  'commander',
];
const MOST_FILES = 14;

const root = fileURLToPath(new URL('../../', import.meta.url));
const src = join(root, 'src');
const dist = join(root, 'dist');

interface Import {
  readonly specifier: string;
  readonly isLazy: boolean;
}

beforeAll(async () => {
  await init;
});

function importsOf(file: string): Import[] {
  const [imports] = parse(readFileSync(file, 'utf8'), file);
  return imports.flatMap((found): Import[] => {
    if (found.type === 'static' || found.type === 'reexport-star') {
      return found.typeOnly ? [] : [{ specifier: found.specifier, isLazy: false }];
    }
    return found.type === 'dynamic' && found.specifier !== undefined
      ? [{ specifier: found.specifier, isLazy: true }]
      : [];
  });
}

/** What a module loads before its first line runs. */
function closure(entry: string): { files: string[]; packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const { specifier, isLazy } of importsOf(file)) {
      if (isLazy) continue;
      if (specifier.startsWith('.')) visit(fileURLToPath(new URL(specifier, pathToFileURL(file))));
      else if (!specifier.startsWith('node:')) packages.add(specifier);
    }
  };
  visit(entry);
  return { files: Array.from(files, (file) => relative(dist, file)), packages: [...packages] };
}

function sourceFiles(): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join(src, file));
}

function isOf(name: string, { specifier }: Import): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}

describe('starting the program', () => {
  test('loads commander and a few small files', () => {
    const { files, packages } = closure(join(dist, 'cli.js'));
    expect(packages).toEqual(['commander']);
    expect(files).toContain('cli/main.js');
    expect(files.length).toBeLessThanOrEqual(MOST_FILES);
  });

  test('loads no command', () => {
    const { files } = closure(join(dist, 'cli.js'));
    expect(files.filter((file) => file.startsWith('cli/commands/'))).toEqual([]);
  });

  test.each(['--version', '--help'])('for %s loads nothing else', (option) => {
    const hooks = `import { writeSync } from 'node:fs';
      export const load = (url, context, next) => (writeSync(2, 'loaded ' + url + '\\n'), next(url, context));`;
    const register = `import { register } from 'node:module';
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));`;
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(register)}`, BIN, option],
      { encoding: 'utf8', env: { PATH: process.env['PATH'] } },
    );
    expect(status).toBe(0);
    const loaded = Array.from(stderr.matchAll(/^loaded file:\/\/(.*)$/gm), ([, path]) =>
      relative(root, path!),
    );
    const expected = closure(join(dist, 'cli.js')).files.map((file) => join('dist', file));
    const own = loaded.filter((file) => !file.startsWith('node_modules'));
    expect(own.sort()).toEqual(['bin/webhook-cli.js', ...expected].sort());
    expect(loaded.filter((file) => /node_modules(?!\/commander\/)/.test(file))).toEqual([]);
  });
});

describe.each(GUARDED)('%s', (name) => {
  test('has one importer', () => {
    const importers = sourceFiles().filter((file) => importsOf(file).some((found) => isOf(name, found)));
    expect(importers.map((file) => relative(root, file))).toHaveLength(1);
  });

  test('is loaded where it is used, and not before', () => {
    // Every start needs commander.
    if (name === 'commander') return;
    const eager = sourceFiles().filter((file) =>
      importsOf(file).some((found) => !found.isLazy && isOf(name, found)),
    );
    expect(eager).toEqual([]);
  });
});

test('the guarded packages are dependencies', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: object;
  };
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(GUARDED));
});

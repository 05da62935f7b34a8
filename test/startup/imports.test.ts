import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
  'yaml',
];
const MOST_FILES = 6;

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
  const text = readFileSync(file, 'utf8');
  const required = Array.from(text.matchAll(/\brequire\('([^']+)'\)/g), ([, specifier]) => ({
    specifier: specifier!,
    isLazy: true,
  }));
  const [imports] = parse(text, file);
  const imported = imports.flatMap((found): Import[] => {
    if (found.type === 'static' || found.type === 'reexport-star') {
      return found.typeOnly ? [] : [{ specifier: found.specifier, isLazy: false }];
    }
    return found.type === 'dynamic' && found.specifier !== undefined
      ? [{ specifier: found.specifier, isLazy: true }]
      : [];
  });
  return [...imported, ...required];
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

/** The files that a run of the program really loads, as Node's own coverage tells, in an order of no meaning. */
function loadedBy(option: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-test-'));
  try {
    const { status } = spawnSync(process.execPath, [BIN, option], {
      env: { PATH: process.env['PATH'], NODE_V8_COVERAGE: folder },
    });
    expect(status).toBe(0);
    const [report] = readdirSync(folder);
    const { result } = JSON.parse(readFileSync(join(folder, report!), 'utf8')) as {
      result: { url: string }[];
    };
    return result
      .filter(({ url }) => url.startsWith('file:'))
      .map(({ url }) => relative(root, fileURLToPath(url)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('starting the program', () => {
  const expected = (): string[] => closure(join(dist, 'cli.js')).files.map((file) => join('dist', file));

  test('loads no package and a few small files', () => {
    const { files, packages } = closure(join(dist, 'cli.js'));
    expect(packages).toEqual([]);
    expect(files).toContain('cli/main.js');
    expect(files.length).toBeLessThanOrEqual(MOST_FILES);
  });

  test('loads no command', () => {
    const { files } = closure(join(dist, 'cli.js'));
    expect(files.filter((file) => file.startsWith('cli/commands/'))).toEqual([]);
  });

  test('for --version loads nothing else', () => {
    expect(loadedBy('--version').sort()).toEqual(['bin/webhook-cli.js', ...expected()].sort());
  });

  test('for --help loads commander and nothing else', () => {
    const loaded = loadedBy('--help');
    const isCommander = (file: string): boolean => file.startsWith('node_modules/commander/');
    expect(loaded.filter((file) => !isCommander(file)).sort()).toEqual(
      ['bin/webhook-cli.js', ...expected()].sort(),
    );
    expect(loaded.filter(isCommander)).toContain('node_modules/commander/index.js');
  });
});

describe.each(GUARDED)('%s', (name) => {
  test('has one importer', () => {
    const importers = sourceFiles().filter((file) => importsOf(file).some((found) => isOf(name, found)));
    expect(importers.map((file) => relative(root, file))).toHaveLength(1);
  });

  test('is loaded where it is used, and not before', () => {
    const eager = sourceFiles().filter((file) =>
      importsOf(file).some((found) => !found.isLazy && isOf(name, found)),
    );
    expect(eager).toEqual([]);
  });
});

test('the guarded packages are dependencies, unless bundled', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: object;
  };
  expect(GUARDED.filter((name) => !(name in dependencies))).toEqual(['localtunnel']);
});

import { access } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { RunUserCode } from './config-program.ts';
import { readWhole } from './read-whole.ts';

/** Looked for in the working directory, in this order. */
export const CONFIG_NAMES = ['json', 'js', 'mjs', 'ts', 'mts'].map((type) => `webhook.config.${type}`);
const PROGRAMS = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']);

/** Whether a file is a program that exports its content, and no JSON. */
export function isProgram(path: string): boolean {
  return PROGRAMS.has(extname(path));
}

/**
 * The configuration's path: the named file, else the one in the working directory; null where there is none.
 * @throws {UsageError} `ERR_CONFIG` where there are several.
 */
export async function findConfig(file: string | undefined, cwd: string): Promise<string | null> {
  if (file !== undefined) return resolve(cwd, file);
  const paths = CONFIG_NAMES.map((name) => resolve(cwd, name));
  const there = await Promise.all(paths.map(exists));
  const found = CONFIG_NAMES.filter((_, index) => there[index]);
  if (found.length > 1) {
    throw new UsageError(
      `there are ${found.join(' and ')}, and only one can count`,
      'remove all but one, or name one with --config',
      'ERR_CONFIG',
    );
  }
  return found[0] === undefined ? null : resolve(cwd, found[0]);
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    // One that is there and cannot be looked at is found out by reading it.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/**
 * What a file holds as JSON, or exports.
 * @param what for the message: `the configuration`.
 * @throws {UsageError} `ERR_CONFIG`
 */
export async function readValue(
  path: string,
  what: string,
  hint: string,
  runUserCode: RunUserCode,
): Promise<unknown> {
  if (isProgram(path)) {
    const { loadProgram } = await import('./config-program.ts');
    return loadProgram(path, what, hint, runUserCode);
  }
  let text: string;
  try {
    text = (await readWhole(path, path)).toString();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${what} ${path}`, hint, 'ERR_CONFIG');
  }
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
  } catch (error) {
    const problem = `not valid JSON (${withoutExcerpt((error as Error).message)})`;
    throw new UsageError(`${path}: ${problem}`, undefined, 'ERR_CONFIG');
  }
}

/** The parser quotes the text around the mistake, which may be a secret. */
function withoutExcerpt(message: string): string {
  return message.replace(/, (\.\.\.)?".*$/s, '');
}

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { nearestNames } from '../model/nearest.ts';

/** `webhook.config.json`: what a project would otherwise repeat on every command line. */
export interface Config {
  /** In the file, relative to it; here, absolute. */
  readonly db?: string;
  /** How much is kept, as `--keep` has it. */
  readonly keep?: readonly string[];
  /** Provider id to its secret, or to several during a rotation. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
}

export const CONFIG_NAME = 'webhook.config.json';
const KEYS = ['db', 'keep', 'secrets'];

/**
 * Reads the configuration: the named file, else `webhook.config.json` of the working directory where there is one.
 * @throws {UsageError} `ERR_CONFIG`
 */
export async function loadConfig(file: string | undefined, cwd: string): Promise<Config> {
  const path = resolve(cwd, file ?? CONFIG_NAME);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (file === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return { secrets: {} };
    throw new UsageError(
      `cannot read the configuration ${path}`,
      'check the path given to --config',
      'ERR_CONFIG',
    );
  }
  return parseConfig(text, path);
}

function parseConfig(text: string, path: string): Config {
  const fail = (problem: string, hint?: string): UsageError =>
    new UsageError(`${path}: ${problem}`, hint, 'ERR_CONFIG');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw fail(`not valid JSON (${withoutExcerpt((error as Error).message)})`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw fail('must hold an object');
  for (const key of Object.keys(parsed)) {
    if (KEYS.includes(key)) continue;
    const [near] = nearestNames(key, KEYS);
    throw fail(
      `unknown key "${key}"`,
      near === undefined ? `known keys: ${KEYS.join(', ')}` : `did you mean ${near}?`,
    );
  }
  const { db, keep, secrets = {} } = parsed as { db?: unknown; keep?: unknown; secrets?: unknown };
  if (db !== undefined && typeof db !== 'string') throw fail('"db" must be a path');
  if (keep !== undefined && !isTexts(keep)) {
    throw fail('"keep" must be text or a list of texts', 'write it like "7d", "1GB" or ["7d", "1GB"]');
  }
  if (typeof secrets !== 'object' || secrets === null || Array.isArray(secrets)) {
    throw fail('"secrets" must be an object', 'write it like {"secrets": {"iverton": "whsec_..."}}');
  }
  const entries = Object.entries(secrets).map(([id, value]): [string, string[]] => {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (!list.every((secret) => typeof secret === 'string'))
      throw fail(`"secrets.${id}" must be text or a list of texts`);
    return [id, list as string[]];
  });
  return {
    ...(db === undefined ? {} : { db: resolve(dirname(path), db) }),
    ...(keep === undefined ? {} : { keep: [keep].flat() }),
    secrets: Object.fromEntries(entries),
  };
}

function isTexts(value: unknown): value is string | string[] {
  return [value].flat().every((text) => typeof text === 'string') && [value].flat().length > 0;
}

/** The parser quotes the text around the mistake, which may be a secret. */
function withoutExcerpt(message: string): string {
  return message.replace(/, (\.\.\.)?".*$/s, '');
}

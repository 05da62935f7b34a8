import { dirname, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { nearestNames } from '../model/nearest.ts';
import { findConfig, readValue } from './config-file.ts';
import type { RunUserCode } from './config-program.ts';

/** `webhook.config.json` or its like: what a project would otherwise repeat on every command line. */
export interface Config {
  /** In the file, relative to it; here, absolute. */
  readonly db?: string;
  /** How much is kept, as `--keep` has it. */
  readonly keep?: readonly string[];
  /** Provider id to its secret, or to several during a rotation. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  /** What handshakes have to bring, as `--verify-token` has it. */
  readonly verifyToken?: string;
  /** The providers of its own, as they are written there, and the file. */
  readonly own?: { readonly file: string; readonly entries: readonly unknown[] };
}

export const CONFIG_KEYS = ['$schema', 'db', 'keep', 'secrets', 'verifyToken', 'providers'];

/**
 * Reads the configuration: the named file, else `webhook.config.json` (or `.js`, `.mjs`, `.ts`, `.mts`) of the working directory
 * where there is one.
 * @throws {UsageError} `ERR_CONFIG`
 */
export async function loadConfig(
  file: string | undefined,
  cwd: string,
  runUserCode: RunUserCode,
): Promise<Config> {
  const path = await findConfig(file, cwd);
  if (path === null) return { secrets: {} };
  const hint = 'check the path given to --config';
  return readConfig(await readValue(path, 'the configuration', hint, runUserCode), path);
}

function readConfig(value: unknown, path: string): Config {
  const fail = (problem: string, hint?: string): UsageError =>
    new UsageError(`${path}: ${problem}`, hint, 'ERR_CONFIG');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fail('must hold an object');
  for (const key of Object.keys(value)) {
    if (CONFIG_KEYS.includes(key)) continue;
    const [near] = nearestNames(key, CONFIG_KEYS);
    throw fail(
      `unknown key "${key}"`,
      near === undefined ? `known keys: ${CONFIG_KEYS.slice(1).join(', ')}` : `did you mean ${near}?`,
    );
  }
  const { db, keep, secrets = {}, verifyToken, providers } = value as Readonly<Record<string, unknown>>;
  if (db !== undefined && typeof db !== 'string') throw fail('"db" must be a path');
  if (keep !== undefined && !isTexts(keep)) {
    throw fail('"keep" must be text or a list of texts', 'write it like "7d", "1GB" or ["7d", "1GB"]');
  }
  if (typeof secrets !== 'object' || secrets === null || Array.isArray(secrets)) {
    throw fail('"secrets" must be an object', 'write it like {"secrets": {"iverton": "whsec_..."}}');
  }
  if (verifyToken !== undefined && typeof verifyToken !== 'string') throw fail('"verifyToken" must be text');
  if (providers !== undefined && !Array.isArray(providers)) {
    throw fail('"providers" must be a list', 'write it like {"providers": ["./acme.provider.json"]}');
  }
  const entries = Object.entries(secrets).map(([id, secret]): [string, string[]] => {
    const list: unknown[] = Array.isArray(secret) ? secret : [secret];
    if (!list.every((one) => typeof one === 'string'))
      throw fail(`"secrets.${id}" must be text or a list of texts`);
    return [id, list as string[]];
  });
  return {
    ...(db === undefined ? {} : { db: resolve(dirname(path), db) }),
    ...(keep === undefined ? {} : { keep: [keep].flat() }),
    secrets: Object.fromEntries(entries),
    ...(verifyToken === undefined ? {} : { verifyToken }),
    ...(providers === undefined ? {} : { own: { file: path, entries: providers } }),
  };
}

function isTexts(value: unknown): value is string | string[] {
  return [value].flat().every((text) => typeof text === 'string') && [value].flat().length > 0;
}

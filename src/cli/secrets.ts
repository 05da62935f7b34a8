import { closeSync, openSync, readSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { nearestNames } from '../model/nearest.ts';
import { printable } from '../model/printable.ts';
import type { Providers } from '../providers/index.ts';
import type { Secret } from '../signing/scheme.ts';

type SecretOptions = Readonly<Record<string, unknown>>;

/**
 * Where secrets come from: `--secret`, then `--secret-file`, then `WEBHOOK_SECRET_<PROVIDER>`, then `WEBHOOK_SECRET`, then the
 * configuration. The first that holds any decides. All are taken verbatim.
 * @throws {UsageError} for a file that cannot be read, or an empty secret.
 */
export function createSecrets(
  options: SecretOptions,
  env: Readonly<Record<string, string | undefined>>,
  configured: Readonly<Record<string, readonly string[]>>,
  note: (text: string) => void,
): (providerId: string) => readonly Secret[] {
  const given = givenSecrets(options);
  for (const secret of given) {
    const text = typeof secret === 'string' ? secret : Buffer.from(secret).toString('latin1');
    // PEM ends in a line break, which is no part of the key.
    if (text !== text.trim() && !text.includes('-----BEGIN')) {
      note('warning: the secret has white space around it, which is taken as part of it');
    }
  }
  return (providerId) => {
    if (given.length > 0) return given;
    const fromEnv = env[secretVariable(providerId)] || env['WEBHOOK_SECRET'];
    if (fromEnv) return [fromEnv];
    return configured[providerId] ?? [];
  };
}

/** Tells of configured secrets that no provider will ask for: the id may be misspelt. */
export function noteStrangers(
  configured: Readonly<Record<string, readonly string[]>>,
  providers: Pick<Providers, 'all' | 'has'>,
  note: (text: string) => void,
): void {
  for (const id of Object.keys(configured).filter((one) => !providers.has(one))) {
    const [near] = nearestNames(
      id,
      providers.all.map((provider) => provider.id),
    );
    note(
      `note: no provider is called "${printable(id)}", as "secrets" in the configuration has it${near === undefined ? '' : `; did you mean ${near}?`}`,
    );
  }
}

/** The environment variable that holds a provider's secret. */
export function secretVariable(providerId: string): string {
  return `WEBHOOK_SECRET_${providerId.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

/**
 * The secrets of `--secret`, else those of `--secret-file`.
 * @throws {UsageError} for a file that cannot be read, or an empty secret.
 */
export function givenSecrets(options: SecretOptions): readonly Secret[] {
  const given = (options['secret'] as string[] | undefined) ?? [];
  const fromFiles = ((options['secretFile'] as string[] | undefined) ?? []).map(readSecretFile);
  for (const secret of [...given, ...fromFiles]) {
    if (secret.length > 0) continue;
    throw new UsageError(
      'the secret is empty',
      'an empty secret proves nothing; check the option or file',
      'ERR_EMPTY_SECRET',
    );
  }
  return given.length > 0 ? given : fromFiles;
}

const LARGEST_SECRET = 1024 * 1024;

/** Not beyond a limit: what is no file may never end. */
function readUpTo(path: string, limit: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(limit + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size <= limit; size += read) {
      read = readSync(file, bytes, size, bytes.length - size, null);
    }
    if (size > limit)
      throw new UsageError(`${path} is no secret: it is larger than 1 MB`, 'is it another file?');
    return bytes.subarray(0, size);
  } finally {
    closeSync(file);
  }
}

function readSecretFile(path: string): Secret {
  try {
    return readUpTo(path, LARGEST_SECRET);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read the secret file ${path}`, 'check the path given to --secret-file');
  }
}

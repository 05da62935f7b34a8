import { readFileSync } from 'node:fs';
import { UsageError } from '../errors.ts';
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
    if (text !== text.trim()) {
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

function readSecretFile(path: string): Secret {
  try {
    return readFileSync(path);
  } catch {
    throw new UsageError(`cannot read the secret file ${path}`, 'check the path given to --secret-file');
  }
}

import { UsageError } from '../errors.ts';
import type { Secret } from '../signing/scheme.ts';
import { secretVariable } from './secrets.ts';

export interface RunSecrets {
  /** Never none. */
  readonly secretsFor: (providerId: string) => readonly [Secret, ...Secret[]];
  /** With these variables, a command finds the same secrets. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The secrets of a receiver and of the command beside it: those that a provider has, and for all others a shared one.
 * @throws {UsageError} for a secret that no environment variable can hold.
 */
export function secretsOfRun(
  own: (providerId: string) => readonly Secret[],
  providerIds: readonly string[],
  shared: Secret,
  env: Readonly<Record<string, string | undefined>>,
): RunSecrets {
  const secretsFor = (id: string): readonly [Secret, ...Secret[]] => {
    const [first, ...others] = own(id);
    return first === undefined ? [shared] : [first, ...others];
  };
  const variables: Record<string, string> = { WEBHOOK_SECRET: asVariable(shared) };
  for (const id of providerIds) {
    const name = secretVariable(id);
    const secret = asVariable(secretsFor(id)[0]);
    if ((env[name] || variables['WEBHOOK_SECRET']) !== secret) variables[name] = secret;
  }
  return { secretsFor, env: variables };
}

function asVariable(secret: Secret): string {
  try {
    const text =
      typeof secret === 'string'
        ? secret
        : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(secret);
    if (!text.includes('\0')) return text;
  } catch {
    // As below.
  }
  throw new UsageError(
    'the secret is not text, so it cannot be passed to the command as WEBHOOK_SECRET',
    'give one that is text',
  );
}

import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';
import type { DiagnosisContext } from './diagnose.ts';

/** What a place knows beside one provider's secrets: all providers, and the secrets of the others by their ids. */
export function contextFor(
  provider: Provider,
  known: {
    readonly providers: readonly Provider[];
    readonly secretsFor: (providerId: string) => readonly Secret[];
  },
  now: number,
): DiagnosisContext {
  const { providers, secretsFor } = known;
  // One --secret is everybody's.
  const seen = new Set(secretsFor(provider.id).map(bytesOf));
  const otherSecrets = providers.flatMap(({ id: name }) =>
    secretsFor(name)
      .filter((secret) => !seen.has(bytesOf(secret)) && seen.add(bytesOf(secret)))
      .map((secret) => ({ name, secret })),
  );
  return { providers, secretsFor, otherSecrets, now };
}

function bytesOf(secret: Secret): string {
  return (typeof secret === 'string' ? Buffer.from(secret) : Buffer.from(secret)).toString('latin1');
}

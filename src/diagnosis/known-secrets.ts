import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';
import type { DiagnosisContext, NamedSecret } from './context.ts';

/** What a place knows beside one provider's secrets: all providers, and the secrets of the others by their ids. */
export function contextFor(
  provider: Provider,
  known: {
    readonly providers: readonly Provider[];
    readonly secretsFor: (providerId: string) => readonly Secret[];
  },
  now: number,
  urls?: readonly string[],
): DiagnosisContext {
  const { providers, secretsFor } = known;
  const others = providers.flatMap(({ id: name }) => secretsFor(name).map((secret) => ({ name, secret })));
  // One --secret is everybody's.
  return { providers, secretsFor, otherSecrets: withoutKnown(secretsFor(provider.id), others), now, urls };
}

/** Each secret once, and none of those in use. */
export function withoutKnown(
  inUse: readonly Secret[],
  others: readonly NamedSecret[],
): readonly NamedSecret[] {
  const seen = new Set(inUse.map(bytesOf));
  return others.filter(({ secret }) => !seen.has(bytesOf(secret)) && seen.add(bytesOf(secret)));
}

/** A secret is its bytes, whether it is given as text or as such. */
function bytesOf(secret: Secret): string {
  return Buffer.from(secret as string).toString('latin1');
}

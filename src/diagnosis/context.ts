import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';

/** A secret by a name that may be shown. */
export interface NamedSecret {
  readonly name: string;
  readonly secret: Secret;
}

/** What else is known where a request is diagnosed. */
export interface DiagnosisContext {
  /** Secrets of other providers and endpoints. */
  readonly otherSecrets?: readonly NamedSecret[];
  /** All providers, to tell whose request this may be. */
  readonly providers?: readonly Provider[];
  readonly secretsFor?: (providerId: string) => readonly Secret[];
  /** Milliseconds since the Unix epoch. */
  readonly now?: number;
}

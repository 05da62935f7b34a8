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
  /** When the request came, in milliseconds since the Unix epoch; left out, no signature is too old or too new. */
  readonly now?: number | undefined;
  /** The URLs that the sender may have used, for schemes that sign it; made from the request's headers where left out. */
  readonly urls?: readonly string[] | undefined;
}

import { UsageError } from '../errors.ts';
import { loadProviders } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';
import { secretList } from './options.ts';
import type { ReceivedCapture } from './received-capture.ts';
import type { Reply } from './replies.ts';

export interface ReceiverSettings {
  /** Who sends, where neither the path (`/<provider>`) nor the request tells. */
  readonly provider?: string | Provider | undefined;
  /** What signatures are checked with: of any provider that `secrets` does not name. Several during a rotation. */
  readonly secret?: Secret | readonly Secret[] | undefined;
  /** By the ids of providers. */
  readonly secrets?: Readonly<Record<string, Secret | readonly Secret[]>> | undefined;
  /** 0, which is any free one, unless given. */
  readonly port?: number | undefined;
  /** `127.0.0.1` unless given. */
  readonly host?: string | undefined;
  /** A file that keeps what comes as `webhook-cli listen` does; in memory unless given. */
  readonly database?: string | undefined;
  /** `strict` answers 401 to what does not verify; `report` unless given. */
  readonly verify?: 'report' | 'strict' | undefined;
  /**
   * As `respondWith`; 200, or what the provider takes for success instead, unless given. Until there is an answer of one's own, handshakes are answered as their providers want it.
   */
  readonly respond?: Reply<ReceivedCapture> | undefined;
  /** What handshakes have to bring, such as `hub.verify_token`; any token unless given. */
  readonly verifyToken?: string | undefined;
  /** The URL that the provider was given, where it signs that and a proxy stands between. */
  readonly publicUrl?: string | undefined;
  /** Larger bodies are answered 413, in bytes; 25 MB unless given. */
  readonly maxBodyBytes?: number | undefined;
}

/** @throws {UsageError} `ERR_NO_SECRET`, `ERR_EMPTY_SECRET`. */
export function readSecrets(
  settings: ReceiverSettings,
  provider: Provider | null,
): (providerId: string) => readonly Secret[] {
  const { verify = 'report' } = settings;
  if (verify !== 'report' && verify !== 'strict') {
    throw new UsageError(`verify takes report or strict, not "${String(verify)}"`);
  }
  const common = secretList(settings.secret);
  const named = new Map(
    Object.entries(settings.secrets ?? {}).map(([id, secrets]) => [id, secretList(secrets)]),
  );
  const secretsFor = (id: string): readonly Secret[] => named.get(id) ?? common;
  const has = provider === null ? common.length + named.size > 0 : secretsFor(provider.id).length > 0;
  if (verify === 'strict' && !has) {
    throw new UsageError('verify: strict needs a secret to verify with', 'give secret', 'ERR_NO_SECRET');
  }
  return secretsFor;
}

/** All providers that are known, and one of a user's own. */
export async function withOwn(provider: Provider | null): Promise<readonly Provider[]> {
  const known = await loadProviders();
  return provider === null ? known : [...known.filter(({ id }) => id !== provider.id), provider];
}

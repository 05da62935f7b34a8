import type { Provider, ProviderProfile } from '../providers/provider.ts';

/** `webhook.config.json`, or what `webhook.config.js` and its like export. */
export interface WebhookConfig {
  /** For editors. */
  readonly $schema?: string;
  /** The database; relative to the file. */
  readonly db?: string;
  /** How much is kept, as `--keep` has it: `7d`, `1GB`. */
  readonly keep?: string | readonly string[];
  /** Provider id to its secret, or to several during a rotation. */
  readonly secrets?: Readonly<Record<string, string | readonly string[]>>;
  /** What handshakes have to bring, such as `hub.verify_token`. */
  readonly verifyToken?: string;
  /** Providers of your own: their profiles, or the path of a JSON file that holds one. */
  readonly providers?: readonly (ProviderProfile | Provider | string)[];
}

/** A configuration with its type, for editors. */
export function defineConfig(config: WebhookConfig): WebhookConfig {
  return config;
}

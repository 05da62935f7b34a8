import type { RandomBytes } from '../model/id.ts';
import type { Provider } from '../providers/provider.ts';

/** An event rendered for sending. Its bytes stay the same whatever happens to its deliveries. */
export interface Message {
  readonly provider: Provider;
  readonly eventType: string | null;
  readonly eventId: string | null;
  readonly body: Uint8Array;
  /** The endpoint it goes to, for a provider that names it in a header, where the body does not say. */
  readonly endpointId?: string;
}

/** What forging reads of the world. */
export interface ForgeContext {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly randomBytes: RandomBytes;
}

import type { RandomBytes } from '../model/id.ts';
import type { Provider } from '../providers/provider.ts';

/** An event rendered for sending. Its bytes stay the same whatever happens to its deliveries. */
export interface Message {
  readonly provider: Provider;
  readonly eventType: string | null;
  readonly eventId: string | null;
  readonly body: Uint8Array;
  /** Whether the time that is signed in its body is the user's own, and stays as it is. */
  readonly keepsTime?: boolean;
  /** The endpoint it goes to, for a provider that names it in a header, where the body does not say. */
  readonly endpointId?: string;
  /** The delivery it is part of, where there is one: ids in headers that stay the same over its attempts come from it. */
  readonly deliveryId?: string;
  /** From 1. */
  readonly attemptNumber?: number;
  /** Why the attempt before failed: `status` for an answer, else the error's code. */
  readonly previousFailure?: string | null;
}

/** What forging reads of the world. */
export interface ForgeContext {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly randomBytes: RandomBytes;
}

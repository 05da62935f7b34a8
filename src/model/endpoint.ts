import { fitsPattern } from './pattern.ts';
import type { Header } from './request.ts';

/** `inactive` was switched off by hand, `disabled` by the provider's rule. Neither is sent anything but tests. */
export type EndpointStatus = 'active' | 'inactive' | 'disabled';

/** Where a provider delivers to, and how. Null in a setting means: as the provider does. */
export interface Endpoint {
  readonly id: string;
  readonly provider: string;
  readonly url: string;
  /** Event types or patterns: `*`, `deal.*`, `deal.won`. */
  readonly eventTypes: readonly string[];
  /** Verbatim; null sends unsigned, where the provider allows that. */
  readonly secret: string | Uint8Array | null;
  /** Sent besides the provider's own. */
  readonly headers: readonly Header[];
  /** Name of a provider's filter to the values it lets pass. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly timeoutMs: number | null;
  /** Attempts in all, the first included, with `retryDelayMs` between. */
  readonly retryCount: number | null;
  readonly retryDelayMs: number | null;
  /** Waits between attempts in milliseconds; goes before `retryCount` and `retryDelayMs`. */
  readonly delaysMs: readonly number[] | null;
  readonly status: EndpointStatus;
  /** Why it is not active; null while it is. */
  readonly disabledReason: string | null;
  /** All times in milliseconds since the Unix epoch. */
  readonly disabledAt: number | null;
  /** When a test was last acknowledged; forgotten when the provider's rule disables it. */
  readonly testedAt: number | null;
  /** What the provider's disable rule has counted here. */
  readonly failures: number;
  /** When nothing but failures began; kept only where the provider's disable rule goes by it. */
  readonly failingSince: number | null;
  /** Until when it is disabled, where that is only for a while. */
  readonly pausedUntil: number | null;
  /** How often that happened since it last acknowledged anything. */
  readonly pauses: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** An endpoint as of a moment: active again where it was disabled for a while that is over. */
export function asOf(endpoint: Endpoint, now: number): Endpoint {
  const { status, pausedUntil } = endpoint;
  if (status !== 'disabled' || pausedUntil === null || pausedUntil > now) return endpoint;
  return {
    ...endpoint,
    status: 'active',
    disabledReason: null,
    disabledAt: null,
    pausedUntil: null,
    updatedAt: pausedUntil,
  };
}

/** Whether an endpoint wants events of a type; an event without a type goes to those that want all. */
export function subscribes(eventTypes: readonly string[], eventType: string | null): boolean {
  return eventTypes.some(
    (pattern) => pattern === '*' || (eventType !== null && fitsPattern(pattern, eventType)),
  );
}

/**
 * - `pending`: waits for its next attempt; `sending`: an engine has it.
 * - `succeeded`, `failed`: acknowledged; given up.
 * - `discarded`: its endpoint was not active when the event came; `canceled`: by hand, or because its endpoint was disabled.
 */
export type DeliveryStatus = 'pending' | 'sending' | 'succeeded' | 'failed' | 'discarded' | 'canceled';

export const DELIVERY_STATUSES: readonly DeliveryStatus[] = [
  'pending',
  'sending',
  'succeeded',
  'failed',
  'discarded',
  'canceled',
];

/** Kept as the reason of a delivery that a person canceled. */
export const CANCELED_BY_HAND = 'canceled by hand';

/** Why the next attempt of a delivery is made. */
export type DeliveryTrigger = 'scheduled' | 'manual' | 'test';

/** One message to one endpoint. */
export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly provider: string;
  readonly eventType: string | null;
  readonly endpointId: string;
  readonly status: DeliveryStatus;
  readonly trigger: DeliveryTrigger;
  /** All times in milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** When the next attempt is due; null where there is none. */
  readonly nextAttemptAt: number | null;
  readonly finishedAt: number | null;
  /** Attempts whose outcome is known. */
  readonly attempts: number;
  /** Attempts that may have been made though no outcome is known: their process ended meanwhile. */
  readonly interruptions: number;
  /** Why it was discarded, canceled or given up. */
  readonly reason: string | null;
}

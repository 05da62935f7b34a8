import { isoSeconds } from '../model/clock.ts';
import type { DeliveryStatus } from '../model/delivery.ts';
import type { LogEntry } from './provider-type.ts';

/** What providers that document a log call a delivery's status, and what waits or never went in the same manner. */
export const LOG_STATUS: Readonly<Record<DeliveryStatus, string>> = {
  succeeded: 'success',
  failed: 'failed',
  pending: 'pending',
  sending: 'pending',
  discarded: 'skipped',
  canceled: 'canceled',
};

/** A delivery log for providers that document no form of theirs: status, code, time, both bodies. */
export function plainLog(_endpointId: string, entries: readonly LogEntry[]): unknown {
  return {
    deliveries: entries.map((entry) => ({
      id: entry.deliveryId,
      event_id: entry.eventId,
      event_type: entry.eventType,
      status: LOG_STATUS[entry.status],
      response_code: entry.responseStatus,
      response_time_ms: entry.responseTimeMs,
      timestamp: isoSeconds(entry.at),
      attempts: entry.attempts,
      error: entry.error?.message ?? null,
      request_body: entry.requestBody,
      response_body: entry.responseBody,
    })),
  };
}

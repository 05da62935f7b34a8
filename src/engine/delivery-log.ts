import type { Delivery } from '../model/delivery.ts';
import { asUtf8, decodeContent } from '../model/text.ts';
import type { LogEntry } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';

/** Deliveries as a provider's log has them: each with what came of its last attempt. */
export async function logEntries(store: Store, deliveries: readonly Delivery[]): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (const delivery of deliveries) {
    const last = (await store.attempts.ofDelivery(delivery.id)).at(-1);
    const body = await store.deliveries.body(delivery.id);
    const response = last?.response ?? null;
    entries.push({
      deliveryId: delivery.id,
      eventId: delivery.eventId,
      eventType: delivery.eventType,
      status: delivery.status,
      attempts: delivery.attempts,
      at: last?.startedAt ?? delivery.createdAt,
      responseStatus: response?.status ?? null,
      responseTimeMs: last === undefined ? null : Math.round(last.durationMs),
      error: last?.error ?? null,
      requestBody: body === null ? null : asUtf8(body),
      responseBody: response === null ? null : asUtf8(decodeContent(response.headers, response.body)),
    });
  }
  return entries;
}

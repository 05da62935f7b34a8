import { valueAt } from '../model/json-path.ts';
import type { EndpointFilter } from '../providers/provider.ts';

/** An event as filters see it. */
interface FilteredEvent {
  readonly eventType: string | null;
  readonly json: unknown;
}

type Recall = (filter: string, key: string) => string | null;

/** What keeps an event from an endpoint: a filter, and the value the event has for it; null where it has none. */
export interface Refusal {
  readonly filter: string;
  readonly value: string | null;
}

/**
 * Tells of one event why it does not pass an endpoint's filters, or null where it does. An empty or unset filter lets everything
 * pass; of several all must, and in one a single value is enough. What the event holds is looked up once, not for each endpoint.
 */
export function createGate(
  filters: readonly EndpointFilter[],
  event: FilteredEvent,
  recall: Recall,
): (wanted: Readonly<Record<string, readonly string[]>>) => Refusal | null {
  const found = new Map<string, string | null>();
  const valueOf = (filter: EndpointFilter): string | null => {
    const known = found.get(filter.name);
    if (known !== undefined) return known;
    const value = filterValue(filter, event) ?? remembered(filter, event, recall);
    found.set(filter.name, value);
    return value;
  };
  return (wanted) => {
    for (const filter of filters) {
      const values = wanted[filter.name];
      if (values === undefined || values.length === 0) continue;
      const value = valueOf(filter);
      if (value === null || !values.includes(value)) return { filter: filter.name, value };
    }
    return null;
  };
}

/** What an event tells for later ones: the value of each remembering filter, under what both will have in common. */
export function toRemember(
  filters: readonly EndpointFilter[],
  event: FilteredEvent,
): readonly { filter: string; key: string; value: string }[] {
  return filters.flatMap((filter) => {
    const value = filterValue(filter, event);
    const key = filter.rememberedBy === undefined ? null : textAt(event.json, filter.rememberedBy);
    return value === null || key === null ? [] : [{ filter: filter.name, key, value }];
  });
}

function filterValue({ places }: EndpointFilter, { eventType, json }: FilteredEvent): string | null {
  for (const { body, eventTypes } of places) {
    if (eventTypes !== undefined && (eventType === null || !eventTypes.includes(eventType))) continue;
    const value = textAt(json, body);
    if (value !== null) return value;
  }
  return null;
}

function remembered(filter: EndpointFilter, { json }: FilteredEvent, recall: Recall): string | null {
  const key = filter.rememberedBy === undefined ? null : textAt(json, filter.rememberedBy);
  return key === null ? null : recall(filter.name, key);
}

function textAt(json: unknown, path: string): string | null {
  const value = valueAt(json, path);
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
}

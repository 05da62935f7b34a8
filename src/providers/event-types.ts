import type { EventType } from './envelope.ts';

/** A catalog's event types by their names, each with what happened. */
export function eventTypes(
  payload: EventType['payload'],
  meanings: Readonly<Record<string, string>>,
): EventType[] {
  return Object.entries(meanings).map(([name, description]) => ({ name, description, payload }));
}

export interface EventGroup {
  /** The part before the dot; empty for names without one. */
  readonly name: string;
  readonly events: readonly { readonly name: string; readonly description: string }[];
}

export function groupEvents(
  events: readonly { readonly name: string; readonly description: string }[],
): readonly EventGroup[] {
  const groups = new Map<string, EventGroup['events'][number][]>();
  for (const event of events) {
    const dot = event.name.indexOf('.');
    const group = dot === -1 ? '' : event.name.slice(0, dot);
    groups.set(group, [...(groups.get(group) ?? []), event]);
  }
  return Array.from(groups, ([name, members]) => ({ name, events: members }));
}

export function isAll(chosen: readonly string[]): boolean {
  return chosen.includes('*');
}

/** Chosen patterns that are no event of the catalog, such as `deal.*`. */
export function patternsBeyond(
  chosen: readonly string[],
  events: readonly { readonly name: string }[],
): readonly string[] {
  return chosen.filter((name) => name !== '*' && !events.some((event) => event.name === name));
}

/** With the names or without them, in the order they came. */
export function toggled(chosen: readonly string[], names: readonly string[], on: boolean): readonly string[] {
  const rest = chosen.filter((name) => !names.includes(name));
  return on ? [...rest, ...names] : rest;
}

export function howMany(chosen: readonly string[], group: EventGroup): 'all' | 'some' | 'none' {
  const count = group.events.filter(({ name }) => chosen.includes(name)).length;
  return count === 0 ? 'none' : count === group.events.length ? 'all' : 'some';
}

/** `all events`, `deal.won, deal.lost`, `deal.won, deal.lost and 7 more`. */
export function eventsText(chosen: readonly string[], most = 2): string {
  if (isAll(chosen)) return 'all events';
  if (chosen.length === 0) return 'no events';
  const rest = chosen.length - most;
  return chosen.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

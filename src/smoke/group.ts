import type { SmokeCheck } from './smoke.ts';

/** How many event types a title names. */
const MOST_NAMED = 3;

/** For reading: checks of R01 that say the same are one, and so are rules that were skipped for one reason. Pure. */
export function groupChecks(checks: readonly SmokeCheck[]): readonly SmokeCheck[] {
  const total = checks.filter(({ eventType }) => eventType !== undefined).length;
  const groups = new Map<string, SmokeCheck[]>();
  for (const [index, check] of checks.entries()) {
    const { eventType, status, message } = check;
    const isDelivery = eventType !== undefined;
    const canMerge = isDelivery || status === 'skipped';
    const key = canMerge ? JSON.stringify([isDelivery, status, message, hintOf(check)]) : String(index);
    groups.set(key, [...(groups.get(key) ?? []), check]);
  }
  return Array.from(groups.values(), (group) =>
    group.length === 1
      ? group[0]!
      : group[0]!.eventType === undefined
        ? mergeSkipped(group)
        : mergeDeliveries(group, total),
  );
}

function mergeSkipped(group: readonly SmokeCheck[]): SmokeCheck {
  const [first, ...others] = group as [SmokeCheck, ...SmokeCheck[]];
  return { ...first, title: `and ${others.map(({ id }) => id).join(', ')}`, durationMs: 0 };
}

/** A hint may name the event type, which tells nothing where all have one. */
function hintOf({ hint, eventType }: SmokeCheck): string | null {
  return hint === null || eventType === undefined ? hint : hint.replace(` ${eventType}`, '');
}

function mergeDeliveries(group: readonly SmokeCheck[], total: number): SmokeCheck {
  const [first] = group as [SmokeCheck];
  const { id, status, message } = first;
  const names = group.map(({ eventType }) => eventType!);
  const named = names.slice(0, MOST_NAMED).join(', ');
  const subject =
    group.length === total
      ? `each of ${total} event types`
      : status === 'passed'
        ? `${group.length} of ${total} event types`
        : names.length <= MOST_NAMED
          ? named
          : `${named} and ${names.length - MOST_NAMED} more`;
  const durationMs = group.reduce((sum, check) => sum + check.durationMs, 0);
  return { id, title: `acknowledges ${subject}`, status, message, hint: hintOf(first), durationMs };
}

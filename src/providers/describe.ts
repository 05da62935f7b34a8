import { formatDuration } from '../model/duration.ts';
import type { DisableRule, RetrySchedule } from './provider.ts';

/** `1 m, 5 m, 30 m`. */
export function describeSchedule({ delaysSeconds }: RetrySchedule): string {
  return delaysSeconds.length === 0
    ? 'none'
    : delaysSeconds.map((delay) => formatDuration(delay * 1_000)).join(', ');
}

/** `after 5 failed retries in a row`. */
export function describeDisabling(rule: DisableRule | null): string {
  if (rule === null) return 'never';
  return `after ${rule.threshold} failed ${plural(rule.unit)}${rule.consecutive ? ' in a row' : ''}`;
}

/** The plural of what a disable rule counts. */
export function plural(unit: DisableRule['unit']): string {
  return unit === 'retry' ? 'retries' : unit === 'delivery' ? 'deliveries' : `${unit}s`;
}

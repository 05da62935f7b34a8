import { formatDuration } from '../../../model/duration.ts';

/** `in 36 m`, `now`, `2 m ago` (overdue). */
export function dueText(at: number, now: number): string {
  const ms = at - now;
  if (Math.abs(ms) < 1_000) return 'now';
  const text = formatDuration(Math.floor(Math.abs(ms) / 1_000) * 1_000);
  return ms > 0 ? `in ${text}` : `${text} ago`;
}

import { UsageError } from '../errors.ts';
import { parseDuration } from './duration.ts';

/** A date (`2026-11-21`, `2026-11-21T10:30:00Z`) or how long ago (`2h`), in milliseconds since the Unix epoch. */
export function parseTime(text: string, option: string, now: number): number {
  if (/^\d+(\.\d+)?(ms|s|m|h|d|w)$/.test(text)) return now - parseDuration(text, option);
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new UsageError(
      `"${text}" is not a time (${option})`,
      'write 10m, 2h or 7d for how long ago, or 2026-11-21T10:30:00Z',
    );
  }
  return time;
}

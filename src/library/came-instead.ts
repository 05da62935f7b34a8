import type { Capture } from '../model/capture.ts';
import { printable } from '../model/printable.ts';

/** Longer lists are cut. */
const MOST_LINES = 20;

/** What came, one line each, with why it did not pass; the same thing several times is one line. */
export function cameInstead<C extends Capture>(
  captures: readonly C[],
  why: (capture: C) => string | null,
): string[] {
  const counts = new Map<string, number>();
  for (const capture of captures) {
    const reason = why(capture);
    const line = reason === null ? captureName(capture) : `${captureName(capture)}: ${reason}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const lines = Array.from(counts, ([line, count]) => `  ${line}${count === 1 ? '' : ` (${count} times)`}`);
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `  and ${lines.length - MOST_LINES} more`];
}

/** `iverton deal.won`, `POST /hooks`. */
function captureName({ provider, eventType, method, path }: Capture): string {
  const what = eventType ?? `${method} ${path}`;
  return printable(provider === null ? what : `${provider} ${what}`).slice(0, 200);
}

import { countChecks, type Check, type CheckStatus } from '../../model/check.ts';
import { formatDuration } from '../../model/duration.ts';
import { printable } from '../../model/printable.ts';
import type { Palette, Term } from './term.ts';

const MARKS: Readonly<Record<CheckStatus, readonly [mark: string, colour: keyof Palette]>> = {
  passed: ['✓', 'green'],
  failed: ['✗', 'red'],
  warned: ['!', 'yellow'],
  skipped: ['-', 'dim'],
};

/** One line a check, and below it what was seen and what to do, where there is something. */
export function checkList(checks: readonly Check[], { paint }: Term): string {
  const width = Math.max(0, ...checks.map(({ id }) => id.length));
  return checks
    .map(({ id, title, status, message, hint, durationMs }) => {
      const [mark, colour] = MARKS[status];
      const time = durationMs === 0 ? '' : `  ${paint.dim(formatDuration(durationMs))}`;
      const indent = ' '.repeat(width + 5);
      const below = [
        ...(message === '' ? [] : [printable(message)]),
        ...(hint === null ? [] : [`hint: ${printable(hint)}`]),
      ].map((line) => `\n${indent}${paint[status === 'passed' ? 'dim' : colour](line)}`);
      return `${paint[colour](mark)}  ${paint.dim(id.padEnd(width))}  ${title}${time}${below.join('')}`;
    })
    .join('\n');
}

/** `9 passed, 1 failed`; what there is none of is left out, but for what passed and failed. */
export function checkSummary(checks: readonly Check[]): string {
  const { passed, failed, warned, skipped } = countChecks(checks);
  return [
    `${passed} passed`,
    `${failed} failed`,
    ...(warned === 0 ? [] : [`${warned} with a warning`]),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
  ].join(', ');
}

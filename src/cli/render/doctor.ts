import type { Check } from '../../model/check.ts';
import { checkList, checkSummary } from './checks.ts';
import type { Term } from './term.ts';

/** What was checked, and how it went. */
export interface Examination {
  /** The app's URL, or `this machine`. */
  readonly of: string;
  readonly checks: readonly Check[];
}

export function renderDoctor({ of, checks }: Examination, term: Term): string {
  const { paint } = term;
  const failed = checks.some(({ status }) => status === 'failed');
  const summary = checkSummary(checks);
  return [paint.bold(of), '', checkList(checks, term), '', failed ? paint.red(summary) : summary].join('\n');
}

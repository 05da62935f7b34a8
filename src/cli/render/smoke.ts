import { countChecks } from '../../model/check.ts';
import { groupChecks } from '../../smoke/group.ts';
import type { SmokeCheck } from '../../smoke/smoke.ts';
import { checkList, checkSummary } from './checks.ts';
import type { Term } from './term.ts';

export interface SmokeReport {
  readonly providerName: string;
  readonly url: string;
  readonly checks: readonly SmokeCheck[];
  readonly isStrict: boolean;
}

/** For people: what was tried on what, the checks with those that say the same as one, and the sum. */
export function smokeText({ providerName, url, checks, isStrict }: SmokeReport, term: Term): string {
  const { paint } = term;
  const { origin, pathname } = new URL(url);
  const { failed, warned } = countChecks(checks);
  const colour = isBad(checks, isStrict) ? paint.red : warned > 0 ? paint.yellow : paint.green;
  const strictly = isStrict && failed === 0 && warned > 0 ? '; --strict takes a warning for a failure' : '';
  return [
    // What else a URL holds may be a secret.
    `${paint.bold(providerName)} to ${origin}${pathname}`,
    '',
    checkList(groupChecks(checks), term),
    '',
    colour(`${checkSummary(checks)}${strictly}`),
  ].join('\n');
}

export function isBad(checks: readonly SmokeCheck[], isStrict: boolean): boolean {
  const { failed, warned } = countChecks(checks);
  return failed > 0 || (isStrict && warned > 0);
}

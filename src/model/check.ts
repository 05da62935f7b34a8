/** What came of one check of an app or of this machine. */
export type CheckStatus = 'passed' | 'failed' | 'warned' | 'skipped';

/** What one check came to. */
export interface Finding {
  readonly status: CheckStatus;
  /** What was seen, in one sentence; empty where a check that passed has nothing to add. */
  readonly message: string;
  /** What to do about it; null where nothing needs doing. */
  readonly hint: string | null;
}

export interface Check extends Finding {
  /** Stable, for programs: a rule such as `R03`, or a name such as `certificate`. */
  readonly id: string;
  /** What is checked, such as `refuses a body with one byte flipped`. */
  readonly title: string;
  readonly durationMs: number;
}

export function passed(message = ''): Finding {
  return { status: 'passed', message, hint: null };
}

export function failed(message: string, hint: string | null): Finding {
  return { status: 'failed', message, hint };
}

export function warned(message: string, hint: string | null): Finding {
  return { status: 'warned', message, hint };
}

export function skipped(message: string, hint: string | null = null): Finding {
  return { status: 'skipped', message, hint };
}

/** Counts by status. */
export function countChecks(checks: readonly Check[]): Readonly<Record<CheckStatus, number>> {
  const count = { passed: 0, failed: 0, warned: 0, skipped: 0 };
  for (const { status } of checks) count[status] += 1;
  return count;
}

import { skipped, type Check, type Finding } from '../model/check.ts';
import type { Clock } from '../model/clock.ts';

export interface Step {
  readonly id: string;
  readonly title: string;
  /** Checks without which this one makes no sense: it is skipped where one of them failed. */
  readonly needs?: readonly string[];
  readonly run: () => Finding | Promise<Finding>;
}

/** Makes the checks one after the other, until the signal aborts. */
export async function examine(
  steps: readonly Step[],
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  /** What cannot be built upon, to the check that failed in the first place. */
  const blockedBy = new Map<string, string>();
  for (const { id, title, needs = [], run } of steps) {
    if (signal.aborted) break;
    const blocker = needs.map((need) => blockedBy.get(need)).find((found) => found !== undefined);
    if (blocker !== undefined) {
      blockedBy.set(id, blocker);
      checks.push({ id, title, ...skipped(`not without: ${blocker}`), durationMs: 0 });
      continue;
    }
    const begun = clock.now();
    const finding = await run();
    if (finding.status === 'failed') blockedBy.set(id, id);
    checks.push({ id, title, ...finding, durationMs: Math.max(0, clock.now() - begun) });
  }
  return checks;
}

import { WebhookError } from '../../errors.ts';

const REPORT_IT = 'run it again with --debug and report what it prints';

interface Explanation {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** An error as the JSON contract has it. What was not thrown on purpose is a bug. */
export function explain(error: unknown): Explanation {
  if (error instanceof WebhookError) {
    return { code: error.code, message: error.message, hint: error.hint ?? null };
  }
  return { code: 'ERR_BUG', message: (error as Error | null)?.message ?? String(error), hint: null };
}

/** For people, with its line break. `what` tells what came of it, where that is not the end of the command. */
export function errorText(error: unknown, debug: boolean, what?: string): string {
  const { message, hint } = explain(error);
  const about = [what, isBug(error) ? 'this is a bug in webhook-cli' : undefined, message];
  const advice = isBug(error) && !debug ? REPORT_IT : hint;
  const lines = [
    `error: ${about.filter((part) => part !== undefined).join(': ')}`,
    ...(advice === null ? [] : [`hint: ${advice}`]),
    ...(debug ? [(error as Error | null)?.stack ?? String(error)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** For programs: one line. */
export function errorJson(error: unknown, what?: string): string {
  const { code, message, hint } = explain(error);
  const about = what === undefined ? message : `${what}: ${message}`;
  return `${JSON.stringify({ error: { code, message: about, hint: isBug(error) ? REPORT_IT : hint } })}\n`;
}

function isBug(error: unknown): boolean {
  return !(error instanceof WebhookError);
}

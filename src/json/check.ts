import type { Check } from '../model/check.ts';

/** A check as the JSON contract has it. */
export function checkJson({ id, title, status, message, hint, durationMs }: Check): unknown {
  return { id, title, status, message, hint, durationMs };
}

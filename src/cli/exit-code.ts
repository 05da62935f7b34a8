import { UsageError, WebhookError } from '../errors.ts';

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  /** It worked, and the answer is no. */
  no: 3,
  bug: 70,
  /** As shells have it, of a command to run. */
  notExecutable: 126,
  notFound: 127,
  sigint: 130,
  sigterm: 143,
} as const;

/** The code of an error that says: a person left a question unanswered. */
export const CANCELLED = 'ERR_CANCELLED';

const USAGE_CODES = new Set(['ERR_UNKNOWN_PROVIDER', 'ERR_UNKNOWN_EVENT_TYPE', 'ERR_EMPTY_SECRET']);

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (!(error instanceof WebhookError)) return EXIT.bug;
  if (error.code === CANCELLED) return EXIT.sigint;
  if (error.code === 'ERR_COMMAND_NOT_FOUND') return EXIT.notFound;
  if (error.code === 'ERR_COMMAND_NOT_EXECUTABLE') return EXIT.notExecutable;
  return USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failed;
}

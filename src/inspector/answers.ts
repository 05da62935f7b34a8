import { NotFoundError, StoreError, WebhookError } from '../errors.ts';
import type { JsonAnswer } from '../http/respond.ts';
import type { ErrorAnswer } from './contract.ts';

/** What is refused may stand in the message, and be as long as a body. */
const LONGEST_MESSAGE = 1_000;

/** Nothing but the page's own files may run, load or be connected to; nobody may frame it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Sent with every answer. */
export const SAFETY: Readonly<Record<string, string>> = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

export function refusal(status: number, code: string, message: string, hint?: string): JsonAnswer {
  const error = { code, message: message.slice(0, LONGEST_MESSAGE), ...(hint === undefined ? {} : { hint }) };
  return { status, body: { error } satisfies ErrorAnswer };
}

/** The answer to whatever went wrong. What was not thrown on purpose tells nothing of the inside. */
export function errorAnswer(error: unknown): JsonAnswer {
  if (!(error instanceof WebhookError)) {
    return refusal(500, 'ERR_BUG', 'this is a bug in webhook-cli', 'see what the terminal says');
  }
  const { message, hint } = forPage(error);
  return refusal(statusOf(error), error.code, message, hint);
}

/** What names options of the command line helps nobody on a page. */
function forPage({ message, hint }: WebhookError): {
  readonly message: string;
  readonly hint: string | undefined;
} {
  return {
    message: message.replace(/ \(--[a-z-]+\)/g, '').replace(/--(?=[a-z])/g, ''),
    hint: hint === undefined || /(^|\s)--[a-z]/.test(hint) ? undefined : hint,
  };
}

function statusOf(error: WebhookError): number {
  if (error instanceof NotFoundError) return 404;
  if (error instanceof StoreError) return 503;
  return error.code === 'ERR_TEST_WANTED' || error.code === 'ERR_ENDPOINT_NOT_ACTIVE' ? 409 : 400;
}

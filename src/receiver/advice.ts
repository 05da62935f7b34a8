import type { Verdict } from '../model/verdict.ts';
import { csrfGuardOf, frameworkOf, type AppAnswer } from './frameworks.ts';

/** How much of an app's error page is shown, in characters. */
const SHOWN_CHARACTERS = 500;

/** Statuses with which apps answer a bad signature. */
const OF_SIGNATURES: ReadonlySet<number> = new Set([400, 401, 403, 422]);

/** What to tell the developer when the app refuses a webhook; nothing where it accepts. The verdict is the one reached here. */
export function advise(answer: AppAnswer, target: URL, verdict: Verdict | null): string[] {
  const { status, body } = answer;
  if (status < 300) return [];
  const said = Array.from(body.trim()).slice(0, SHOWN_CHARACTERS).join('');
  const quote = said === '' ? [] : [`the app said: ${said}`];
  if (status >= 500) return ['the app failed while handling this webhook', ...quote];
  if (status >= 400) return [adviceFor(answer, target, verdict), ...quote];
  return [`the app redirects (${status}); providers do not follow: forward to the final URL`];
}

function adviceFor(answer: AppAnswer, target: URL, verdict: Verdict | null): string {
  const { status } = answer;
  const guard = status === 419 || OF_SIGNATURES.has(status) ? csrfGuardOf(answer) : null;
  if (guard !== null) {
    return `the app refuses (${status}) for lack of a CSRF token, before it looks at a signature; in ${guard.name}, ${guard.fix}`;
  }
  if (OF_SIGNATURES.has(status) && verdict?.reason === 'valid') return adviseOnRight(answer, verdict);
  if (OF_SIGNATURES.has(status) && verdict?.ok === false) {
    return `the app answers ${status}, and the signature does not verify here either: both agree, so the reason given here counts`;
  }
  if (status === 401 || status === 403) {
    return `the app refuses (${status}): is the route behind a login or CSRF check, or its signature check fed another secret or a parsed body?`;
  }
  if (status === 404)
    return `the app has no such route (404): does ${target.pathname} exist, and does it take this method?`;
  if (status === 400 || status === 422) {
    return `the app finds the request bad (${status}): often the signature is checked over a parsed body instead of the raw bytes`;
  }
  if (status === 405) return 'the app does not take this method on that route (405)';
  if (status === 413) return "the body is larger than the app's parser allows (413)";
  if (status === 415) return "the app's parser does not take this Content-Type (415)";
  if (status === 429) return 'the app limits the rate (429): the provider would retry later';
  return `the app refuses (${status})`;
}

/** The app refuses what verifies here, byte for byte the same. */
function adviseOnRight(answer: AppAnswer, { header, secretIndex = 0 }: Verdict): string {
  const { status } = answer;
  const secret = secretIndex === 0 ? 'the same secret' : `the same secret (number ${secretIndex + 1} here)`;
  const login = status === 401 || status === 403 ? ', and is no login before it' : '';
  const framework = frameworkOf(answer);
  const fix = framework === null ? '' : ` In ${framework.name}, ${framework.fix}`;
  return `the signature is right here, and the app answers ${status}: does it verify the raw body (not a parsed one) with ${secret}, from ${header}${login}?${fix}`;
}

/** The answer to a sender when the app cannot be reached, and the reason in words. */
export function adviseUnreachable(
  error: unknown,
  target: URL,
  timeoutMs: number,
): { status: 502 | 504; remark: string } {
  const code = errorCode(error);
  const place = target.origin;
  if (code === 'ETIMEDOUT') {
    return { status: 504, remark: `the app at ${place} gave no answer within ${timeoutMs / 1_000} s` };
  }
  const remark =
    code === 'ECONNREFUSED'
      ? `nothing listens at ${place}: is the app running, and on that port?`
      : code === 'ENOTFOUND' || code === 'EAI_AGAIN'
        ? `the host of ${place} is not known: check the --forward URL`
        : code === 'ECONNRESET' || code === 'EPIPE'
          ? `the app at ${place} closed the connection without an answer`
          : `the app at ${place} could not be reached: ${error instanceof Error ? error.message : code}`;
  return { status: 502, remark };
}

/** Node wraps the refusals of several addresses (127.0.0.1 and ::1) into one error. */
function errorCode(error: unknown): string {
  const own = (error as { code?: unknown }).code;
  if (typeof own === 'string') return own;
  const [first] = (error as { errors?: unknown[] }).errors ?? [];
  return String((first as { code?: unknown } | undefined)?.code ?? '');
}

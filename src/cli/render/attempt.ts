import type { Attempt } from '../../model/attempt.ts';
import { formatDuration } from '../../model/duration.ts';
import { printable, printableLines } from '../../model/printable.ts';
import { asText, decodeContent } from '../../model/text.ts';
import { ANY_2XX, describeSuccess, isSuccess, type StatusRange } from '../../providers/provider.ts';
import { statusText } from './capture.ts';
import { type Term } from './term.ts';

const SHOWN_CHARACTERS = 500;

/** One line for an attempt: what was sent, what came back; and the answer's body where it says something. */
export function attemptLine(
  attempt: Attempt,
  term: Term,
  options: {
    readonly showBody: boolean;
    readonly width?: number;
    readonly subject?: string;
    readonly hideDuration?: boolean;
  },
): string {
  const { paint } = term;
  const { response, error } = attempt;
  const what = (options.subject ?? subject(attempt)).padEnd(options.width ?? 0);
  const line = [
    attempt.ok ? paint.green('✓') : paint.red('✗'),
    paint.bold(what),
    response === null
      ? paint.red(`no answer: ${printable(error?.message ?? '')}`)
      : statusText(response.status, paint),
    ...(options.hideDuration === true ? [] : [paint.dim(formatDuration(attempt.durationMs))]),
  ].join('  ');
  const body = response === null ? '' : (asText(decodeContent(response.headers, response.body)) ?? '').trim();
  if (body === '' || (!options.showBody && attempt.ok)) return line;
  const shown = body.length > SHOWN_CHARACTERS ? `${body.slice(0, SHOWN_CHARACTERS)}…` : body;
  return `${line}\n${printableLines(shown).replace(/^/gm, '  ')}`;
}

/** What was sent, in a few words. */
export function subject({ eventType, messageId, request }: Attempt): string {
  const parts = [eventType, messageId].filter((part) => part !== null);
  return printable(parts.length === 0 ? `${request.method} ${request.url}` : parts.join('  '));
}

/** Why answers that look like success are none, where there are such. */
export function strictness(
  providerName: string,
  success: readonly StatusRange[],
  attempts: Iterable<Attempt>,
): string | null {
  for (const { ok, response } of attempts) {
    if (!ok && response !== null && isSuccess(ANY_2XX, response.status)) {
      return `${providerName} acknowledges on ${describeSuccess(success)} only`;
    }
  }
  return null;
}

/** Several attempts with a sum below. */
export function attemptList(attempts: readonly Attempt[], term: Term): string {
  const width = attempts.reduce((widest, attempt) => Math.max(widest, subject(attempt).length), 0);
  const lines = attempts.map((attempt) =>
    attemptLine(attempt, term, { showBody: attempts.length === 1, width }),
  );
  if (attempts.length > 1) {
    const failed = attempts.filter(({ ok }) => !ok).length;
    const sum = `${attempts.length - failed} of ${attempts.length} acknowledged`;
    lines.push(failed === 0 ? term.paint.green(sum) : term.paint.red(sum));
  }
  return lines.join('\n');
}

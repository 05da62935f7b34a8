import type { Attempt } from '../../model/attempt.ts';
import { formatDuration } from '../../model/duration.ts';
import { headerValue, type OutgoingRequest } from '../../model/request.ts';
import { asText, asUtf8, decodeContent } from '../../model/text.ts';
import { ANY_2XX, describeSuccess, isSuccess, type StatusRange } from '../../providers/provider.ts';
import { statusText } from './capture.ts';
import { printable, printableLines, type Term } from './term.ts';

const SHOWN_CHARACTERS = 500;
/** Systems refuse longer arguments; Linux from 128 KiB on. */
const LONGEST_ARGUMENT_BYTES = 100_000;

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

/** A request as it goes over the wire, but for the framing that the client adds. */
export function httpText(request: OutgoingRequest): Uint8Array {
  const url = new URL(request.url);
  const head = [
    `${request.method} ${url.pathname}${url.search} HTTP/1.1`,
    ...(headerValue(request.headers, 'host') === undefined ? [`Host: ${url.host}`] : []),
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${request.body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), request.body]);
}

/** A curl command that sends the exact bytes from a shell. */
export function curlCommand(request: OutgoingRequest): string {
  const text = asUtf8(request.body);
  const quoted =
    text !== null &&
    !text.startsWith('@') &&
    request.body.length <= LONGEST_ARGUMENT_BYTES &&
    isHarmless(text);
  const parts = [
    `curl -X ${request.method}${/[[\]{}]/.test(request.url) ? ' --globoff' : ''} ${shellQuote(request.url)}`,
    ...request.headers.map(([name, value]) => `-H ${quoteHeader(name, value)}`),
    // curl would name a type of its own where there is none.
    ...(headerValue(request.headers, 'content-type') === undefined ? [`-H 'Content-Type:'`] : []),
    ...(request.body.length === 0 ? [] : [`--data-binary ${quoted ? shellQuote(text) : '@-'}`]),
  ];
  const command = parts.join(' \\\n  ');
  if (quoted || request.body.length === 0) return command;
  return `printf %s ${Buffer.from(request.body).toString('base64')} | base64 -d | ${command}`;
}

/** Whether text can stand in a command as it is: nothing in it moves the cursor, and pasting changes nothing. */
function isHarmless(text: string): boolean {
  return printableLines(text) === text.replaceAll('\t', ' ');
}

/** curl would take a header without a value for the wish to send none; with a semicolon it sends it empty. */
function quoteHeader(name: string, value: string): string {
  if (value === '') return shellQuote(`${name};`);
  const text = asUtf8(Buffer.from(value, 'latin1'));
  if (text !== null && isHarmless(text)) return shellQuote(`${name}: ${text}`);
  const escaped = `${name}: ${value}`.replace(
    /[^ -~]|['\\]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `$'${escaped}'`;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

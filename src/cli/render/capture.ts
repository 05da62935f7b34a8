import type { Diagnosis } from '../../diagnosis/cause.ts';
import { iso } from '../../json/values.ts';
import type { Capture, CaptureSummary } from '../../model/capture.ts';
import { formatDuration } from '../../model/duration.ts';
import { printable, printableLines } from '../../model/printable.ts';
import { formatSize } from '../../model/size.ts';
import { asText, decodeContent } from '../../model/text.ts';
import type { Verdict } from '../../model/verdict.ts';
import { hexDump } from './hex.ts';
import { type Palette, type Term } from './term.ts';

/** How much of a body `captures show` prints on a terminal, in characters. */
const SHOWN_CHARACTERS = 20_000;
const SHOWN_HEX_BYTES = 512;

/** One line for a capture as it arrives, and what there is to say about it below. */
export function captureLine(
  capture: Capture,
  remarks: readonly string[],
  term: Term,
  [cause]: readonly Diagnosis[] = [],
): string {
  const { paint } = term;
  const what = [capture.provider, capture.eventType, capture.eventId]
    .filter((part) => part !== null)
    .map(printable);
  const line = [
    paint.dim(timeOf(capture.receivedAt, term)),
    printable(`${capture.method} ${shorten(capture.path, 48)}`),
    ...(what.length > 0 ? [paint.bold(what.join(' '))] : []),
    verdictMark(capture.verdict, paint),
    ...(capture.duplicateOf === null ? [] : [paint.yellow('duplicate')]),
    statusText(capture.response?.status ?? null, paint),
    paint.dim(formatDuration(capture.response?.durationMs ?? 0)),
    paint.dim(capture.id),
  ].join('  ');
  const below = [
    ...(capture.verdict !== null && !capture.verdict.ok ? [cause?.fix ?? capture.verdict.message] : []),
    ...(capture.verdict?.warnings ?? []),
    ...remarks,
  ];
  return [line, ...below.map((text) => paint.yellow(indent(printableLines(text))))].join('\n');
}

export function captureTable(captures: readonly CaptureSummary[], term: Term): string {
  return term.table(
    ['ID', 'RECEIVED', 'PROVIDER', 'TYPE', 'VERDICT', 'STATUS', 'METHOD', 'PATH', 'SIZE'],
    captures.map((capture) => [
      capture.id,
      term.isTTY ? age(capture.receivedAt, term.now) : iso(capture.receivedAt),
      capture.provider ?? '-',
      printable(capture.eventType ?? '-') + (capture.duplicateOf === null ? '' : ' (duplicate)'),
      term.isTTY ? verdictMark(capture.verdict, term.paint) : verdictWord(capture.verdict),
      capture.response === null ? '-' : statusText(capture.response.status, term.paint),
      printable(capture.method),
      printable(shorten(capture.path, 60)),
      term.isTTY ? formatSize(capture.bodySize) : String(capture.bodySize),
    ]),
    ['SIZE', 'METHOD', 'PATH', 'STATUS', 'PROVIDER'],
  );
}

/** Everything about one capture, for reading. */
export function captureDetails(capture: Capture, term: Term, [cause]: readonly Diagnosis[] = []): string {
  const { paint } = term;
  const { verdict, response } = capture;
  const facts: [string, string | null][] = [
    ['received', `${iso(capture.receivedAt)}${term.isTTY ? ` (${age(capture.receivedAt, term.now)})` : ''}`],
    ['from', capture.remoteAddress],
    ['provider', capture.provider],
    ['type', capture.eventType === null ? null : printable(capture.eventType)],
    ['event', capture.eventId === null ? null : printable(capture.eventId)],
    ['repeats', capture.duplicateOf],
    ['verdict', `${verdictMark(verdict, paint)}${verdict === null ? '' : `: ${printable(verdict.message)}`}`],
    ...(verdict?.warnings ?? []).map((warning): [string, string] => ['', printable(warning)]),
    ['why', cause === undefined ? null : `${printable(cause.fix)} ${paint.dim(`(${cause.cause})`)}`],
    [
      'answered',
      response === null
        ? 'not recorded'
        : `${statusText(response.status, paint)} after ${formatDuration(response.durationMs)}`,
    ],
  ];
  return [
    paint.bold(capture.id),
    ...facts
      .filter((fact): fact is [string, string] => fact[1] !== null)
      .map(([name, value]) => `${paint.dim(name.padEnd(9))} ${value}`),
    '',
    printable(`${capture.method} ${capture.path}`),
    ...capture.headers.map(([name, value]) => `${paint.cyan(printable(name))}: ${printable(value)}`),
    '',
    bodyView(capture, term),
  ].join('\n');
}

function verdictMark(verdict: Verdict | null, paint: Palette): string {
  if (verdict === null) return paint.dim('not verified');
  if (!verdict.ok) return paint.red(`✗ ${verdict.reason}`);
  return verdict.reason === 'unsigned' ? paint.green('✓ unsigned') : paint.green('✓ signature ok');
}

export function statusText(status: number | null, paint: Palette): string {
  if (status === null) return paint.yellow('dropped');
  return status < 300 ? paint.green(String(status)) : paint.red(String(status));
}

/** `3 m ago`. */
export function age(then: number, now: number): string {
  return now - then < 1_000
    ? 'just now'
    : `${formatDuration(now - then)
        .split(' ')
        .slice(0, 2)
        .join(' ')} ago`;
}

function verdictWord(verdict: Verdict | null): string {
  return verdict?.reason ?? 'none';
}

/** A body for reading: JSON laid out, other text as it is, bytes in hex. */
export function bodyView({ body, headers }: Pick<Capture, 'body' | 'headers'>, term: Term): string {
  if (body.length === 0) return term.paint.dim('(no body)');
  const text = asText(decodeContent(headers, body));
  if (text === null) return hexDump(body.subarray(0, SHOWN_HEX_BYTES), body.length);
  const shown = printableLines(prettyJson(text) ?? text);
  if (!term.isTTY || shown.length <= SHOWN_CHARACTERS) return shown;
  return `${shown.slice(0, SHOWN_CHARACTERS)}\n${term.paint.dim(`… ${formatSize(body.length)} in all; --raw writes the exact bytes`)}`;
}

function prettyJson(text: string): string | null {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

function timeOf(ms: number, term: Term): string {
  if (!term.isTTY) return iso(ms);
  const local = new Date(ms);
  return [local.getHours(), local.getMinutes(), local.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `          ${line}`)
    .join('\n');
}

import { iso } from '../../json/values.ts';
import type { Attempt } from '../../model/attempt.ts';
import type { Delivery } from '../../model/delivery.ts';
import { formatDuration } from '../../model/duration.ts';
import { printable } from '../../model/printable.ts';
import { attemptLine } from './attempt.ts';
import { age, bodyView } from './capture.ts';
import { type Palette, type Term } from './term.ts';

/** One line for each delivery: what came of its last attempt, and what comes next. */
export function deliveryLines(
  deliveries: readonly Delivery[],
  attempts: ReadonlyMap<string, Attempt>,
  term: Term,
): string {
  return deliveries
    .map((delivery) => {
      const attempt = attempts.get(delivery.id);
      if (attempt === undefined) return plainLine(delivery, term);
      const line = attemptLine(attempt, term, { showBody: false }).split('\n')[0]!;
      return [line, term.paint.dim(printable(attempt.request.url)), whatNext(delivery, attempt, term)]
        .filter((part) => part !== '')
        .join('  ');
    })
    .join('\n');
}

function plainLine(delivery: Delivery, { paint }: Term): string {
  const what = [delivery.eventType, delivery.eventId].filter((part) => part !== null).map(printable);
  const why = delivery.reason === null ? [] : [paint.dim(printable(delivery.reason))];
  return ['-', paint.bold(what.join('  ')), statusMark(delivery, paint), delivery.endpointId, ...why].join(
    '  ',
  );
}

function whatNext(delivery: Delivery, attempt: Attempt, { paint }: Term): string {
  if (delivery.status === 'succeeded')
    return attempt.number === 1 ? '' : paint.dim(`attempt ${attempt.number}`);
  if (delivery.nextAttemptAt === null) {
    return paint.red(`${delivery.status} after ${attempt.number} attempt${attempt.number === 1 ? '' : 's'}`);
  }
  const wait = delivery.nextAttemptAt - attempt.startedAt;
  return paint.yellow(`next attempt ${wait < 1_000 ? 'at once' : `after ${formatDuration(wait)}`}`);
}

function statusMark({ status }: Delivery, paint: Palette): string {
  if (status === 'succeeded') return paint.green(status);
  if (status === 'failed') return paint.red(status);
  return status === 'pending' || status === 'sending' ? paint.yellow(status) : paint.dim(status);
}

export function deliveryTable(deliveries: readonly Delivery[], term: Term): string {
  return term.table(
    ['ID', 'CREATED', 'PROVIDER', 'TYPE', 'EVENT', 'ENDPOINT', 'STATUS', 'ATTEMPTS', 'NEXT'],
    deliveries.map((delivery) => [
      delivery.id,
      term.isTTY ? age(delivery.createdAt, term.now) : iso(delivery.createdAt),
      delivery.provider,
      printable(delivery.eventType ?? '-'),
      printable(delivery.eventId),
      delivery.endpointId,
      statusMark(delivery, term.paint),
      String(delivery.attempts),
      next(delivery, term),
    ]),
    ['EVENT', 'PROVIDER', 'ENDPOINT', 'ATTEMPTS'],
  );
}

/** Everything about one delivery, for reading. */
export function deliveryDetails(
  delivery: Delivery,
  attempts: readonly Attempt[],
  body: Uint8Array,
  term: Term,
): string {
  const { paint } = term;
  const facts: [string, string | null][] = [
    ['event', printable([delivery.provider, delivery.eventType, delivery.eventId].filter(Boolean).join(' '))],
    ['endpoint', delivery.endpointId],
    [
      'status',
      statusMark(delivery, paint) + (delivery.reason === null ? '' : `: ${printable(delivery.reason)}`),
    ],
    ['created', `${iso(delivery.createdAt)}${term.isTTY ? ` (${age(delivery.createdAt, term.now)})` : ''}`],
    ['next', delivery.nextAttemptAt === null ? null : next(delivery, term)],
    [
      'cut short',
      delivery.interruptions === 0
        ? null
        : `${delivery.interruptions} attempt${delivery.interruptions === 1 ? '' : 's'}: the engine ended meanwhile, and they may have arrived`,
    ],
  ];
  return [
    paint.bold(delivery.id),
    ...facts
      .filter((fact): fact is [string, string] => fact[1] !== null)
      .map(([name, value]) => `${paint.dim(name.padEnd(9))} ${value}`),
    '',
    timeline(attempts, term),
    '',
    bodyView({ body, headers: [] }, term),
  ].join('\n');
}

/** Attempts with their offsets from the first, and what the app said. */
export function timeline(
  attempts: readonly Attempt[],
  term: Term,
  { isSent = true }: { readonly isSent?: boolean } = {},
): string {
  if (attempts.length === 0) return term.paint.dim('no attempt yet');
  const start = attempts[0]!.startedAt;
  const offsets = attempts.map(({ startedAt }) => offset(startedAt - start));
  const width = Math.max(...offsets.map(({ length }) => length));
  return attempts
    .map((attempt, index) => {
      const line = attemptLine({ ...attempt, eventType: null, messageId: null }, term, {
        showBody: false,
        subject: `#${attempt.number}`,
        hideDuration: !isSent && attempt.error?.code !== 'timeout',
      });
      const how = attempt.trigger === 'scheduled' ? '' : term.paint.dim(`  ${attempt.trigger}`);
      const [first, ...rest] = line.split('\n');
      return [
        `${offsets[index]!.padStart(width)}  ${first}${how}`,
        ...rest.map((text) => `${' '.repeat(width)}  ${text}`),
      ].join('\n');
    })
    .join('\n');
}

/** `0`, `+36 m`, `+26 h 36 m`. */
export function offset(ms: number): string {
  return ms === 0 ? '0' : `+${formatDuration(ms)}`;
}

function next({ nextAttemptAt }: Delivery, term: Term): string {
  if (nextAttemptAt === null) return '-';
  if (!term.isTTY) return iso(nextAttemptAt);
  return nextAttemptAt <= term.now ? 'now' : `in ${formatDuration(nextAttemptAt - term.now)}`;
}

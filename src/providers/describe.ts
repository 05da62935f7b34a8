import { formatDuration } from '../model/duration.ts';
import {
  describeSuccess,
  type CountingRule,
  type DisableRule,
  type Pause,
  type RetryHints,
  type RetrySchedule,
  type StatusRange,
} from './habits.ts';

/** Longer schedules are told by their beginning and their end. */
const MOST_TOLD = 10;

/** `1 m, 5 m, 30 m`; of a long one `1 m, 2 m, 4 m, … 4 h`. */
function describeWaits(delaysMs: readonly number[]): string {
  if (delaysMs.length <= MOST_TOLD) return delaysMs.map(formatDuration).join(', ');
  const isSame = delaysMs.every((delay) => delay === delaysMs[0]);
  if (isSame) return `${formatDuration(delaysMs[0]!)} each`;
  return `${delaysMs.slice(0, 3).map(formatDuration).join(', ')}, … ${formatDuration(delaysMs.at(-1)!)}`;
}

/** `1 m, 5 m, 30 m`; of a long one `60 retries over 3 d: 1 m, 2 m, 4 m, … 4 h`. */
export function describeSchedule({ delaysSeconds }: Pick<RetrySchedule, 'delaysSeconds'>): string {
  if (delaysSeconds.length === 0) return 'none';
  const delaysMs = delaysSeconds.map((delay) => delay * 1_000);
  const waits = describeWaits(delaysMs);
  return delaysMs.length <= MOST_TOLD ? waits : `${inAll(delaysMs)}: ${waits}`;
}

/** `3, after 1 m, 5 m, 30 m`; of a long one as `describeSchedule` has it. */
export function describeRetries(delaysMs: readonly number[]): string {
  if (delaysMs.length === 0) return 'none';
  const waits = describeWaits(delaysMs);
  return delaysMs.length <= MOST_TOLD ? `${delaysMs.length}, after ${waits}` : `${inAll(delaysMs)}: ${waits}`;
}

/** `describeRetries` with what else a provider has to say of them: `3, after 1 m, 5 m, 30 m; only after 5xx`. */
export function describeRetry(retry: RetrySchedule): string {
  const { delaysSeconds, retryStatuses, finalStatuses = [], goneStatuses = [], failures, hints } = retry;
  const waits = describeRetries(delaysSeconds.map((delay) => delay * 1_000));
  const gone = goneStatuses.length === 0 ? null : `${goneStatuses.join(' or ')} disables the endpoint`;
  if (delaysSeconds.length === 0) return parts([waits, gone]);
  const header = retry.noRetryHeader;
  return parts([
    waits,
    retryStatuses === undefined
      ? null
      : retryStatuses.length === 0
        ? 'not after an answer'
        : `only after ${describeStatuses(retryStatuses)}`,
    finalStatuses.length === 0 ? null : `not after ${describeStatuses(finalStatuses)}`,
    failures === 'connection' ? 'without an answer only where no connection came about' : null,
    failures === 'none' ? 'not without an answer' : null,
    header === undefined ? null : `not after an answer with ${header.name}: ${header.value}`,
    hints === undefined ? null : describeHints(hints),
    gone,
  ]);
}

function describeHints({ statuses, atMostSeconds }: RetryHints): string {
  const which = statuses === 'any' ? '' : ` with ${statuses.join(', ')}`;
  return `as late as Retry-After asks for${which}, up to ${formatDuration(atMostSeconds * 1_000)}`;
}

function describeStatuses(statuses: readonly (number | StatusRange)[]): string {
  return describeSuccess(statuses.map((entry) => (typeof entry === 'number' ? [entry, entry] : entry)));
}

function parts(texts: readonly (string | null)[]): string {
  return texts.filter((text) => text !== null).join('; ');
}

function inAll(delaysMs: readonly number[]): string {
  return `${delaysMs.length} retries over ${formatDuration(delaysMs.reduce((sum, delay) => sum + delay, 0))}`;
}

/** `after 5 failed retries in a row`, `after 5 d of nothing but failures`. */
export function describeDisabling(rule: DisableRule | null): string {
  if (rule === null) return 'never';
  if (rule.unit === 'time') return `after ${formatDuration(rule.seconds * 1_000)} of nothing but failures`;
  const counted =
    rule.threshold === 1 ? `a failed ${rule.unit}` : `${rule.threshold} failed ${plural(rule.unit)}`;
  const row = rule.consecutive && rule.threshold > 1 ? ' in a row' : '';
  return `after ${counted}${row}${rule.pause === undefined ? '' : describePause(rule.pause)}`;
}

/** The plural of what a disable rule counts. */
export function plural(unit: CountingRule['unit']): string {
  return unit === 'retry' ? 'retries' : unit === 'delivery' ? 'deliveries' : `${unit}s`;
}

function describePause({ firstSeconds, atMostSeconds, factor, permanentStatuses = [] }: Pause): string {
  const growth = factor > 1 ? `, longer each time up to ${formatDuration(atMostSeconds * 1_000)}` : '';
  const permanent =
    permanentStatuses.length === 0
      ? ''
      : `; for good where the answer was ${describeStatuses(permanentStatuses)}`;
  return `, for ${formatDuration(firstSeconds * 1_000)}${growth}${permanent}`;
}

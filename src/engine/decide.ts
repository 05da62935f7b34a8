import type { Attempt } from '../model/attempt.ts';
import type { DeliveryTrigger } from '../model/delivery.ts';
import { isoSeconds } from '../model/clock.ts';
import { headerValue } from '../model/request.ts';
import { isAmong, type CountingRule, type Pause } from '../providers/habits.ts';
import type { Policy } from './policy.ts';

/** What is known of a delivery and its endpoint when an attempt has ended. */
export interface Situation {
  readonly trigger: DeliveryTrigger;
  /** Attempts of the schedule made so far, this one included where it belongs to the schedule. */
  readonly step: number;
  /** Where a manual attempt came between the attempts of a schedule: when the next one of those is due. */
  readonly resumeAt: number | null;
  /** What the disable rule has counted: in this delivery, and at the endpoint. */
  readonly failures: { readonly delivery: number; readonly endpoint: number };
  /** Whether the endpoint acknowledged anything since a failure of this delivery was last counted. */
  readonly succeededSince: boolean;
  /** When nothing but failures began at the endpoint, in milliseconds since the Unix epoch; null where nothing says so. */
  readonly failingSince: number | null;
  /** How often the endpoint was disabled for a while since it last acknowledged anything. */
  readonly pauses: number;
}

export interface Decision {
  readonly status: 'pending' | 'succeeded' | 'failed';
  /** When the next attempt is due, in milliseconds since the Unix epoch; null unless `pending`. */
  readonly nextAttemptAt: number | null;
  /** Why it is given up before its schedule ends, or null. */
  readonly reason: string | null;
  readonly failures: Situation['failures'];
  readonly failingSince: number | null;
  /** Why the endpoint is to be disabled, or null. */
  readonly disable: string | null;
  /** Until when it is, where that is only for a while. */
  readonly pausedUntil: number | null;
}

type Ended = Pick<Attempt, 'ok' | 'response' | 'error'>;
type Outcome = Pick<Decision, 'failures' | 'failingSince' | 'disable' | 'pausedUntil'>;

/** Attempts that came to no connection. One that ran out of time is none of them: it may have been heard. */
const UNCONNECTED: ReadonlySet<string | undefined> = new Set(['dns', 'refused', 'tls']);

/**
 * What follows from an attempt: the whole brain of the engine.
 * @param endedAt when the attempt ended, in milliseconds since the Unix epoch: waits are counted from there.
 * @param random from 0 up to 1, for policies with jitter.
 */
export function decide(
  policy: Policy,
  situation: Situation,
  attempt: Ended,
  endedAt: number,
  random: () => number,
): Decision {
  const { trigger, failures, failingSince } = situation;
  const unchanged = { failures, failingSince, disable: null, pausedUntil: null };
  const over = { ...unchanged, nextAttemptAt: null, reason: null };
  if (trigger === 'test') return { ...over, status: attempt.ok ? 'succeeded' : 'failed' };
  if (attempt.ok) {
    const { disable: rule } = policy;
    const isReset = rule !== null && rule.unit !== 'time' && rule.consecutive;
    const endpoint = isReset ? 0 : failures.endpoint;
    return { ...over, status: 'succeeded', failures: { ...failures, endpoint }, failingSince: null };
  }
  const status = attempt.response?.status;
  if (status !== undefined && policy.goneStatuses.includes(status)) {
    const why = `the endpoint answered ${status}`;
    return { ...over, status: 'failed', reason: why, disable: why };
  }
  const refusal = isScheduledOn(policy, situation) ? whyNotRetried(policy, attempt) : null;
  const next = refusal === null ? nextAttempt(policy, situation, attempt, endedAt, random) : null;
  const outcome =
    trigger === 'scheduled' ? count(policy, situation, attempt, endedAt, next === null) : unchanged;
  return {
    // An endpoint that is being disabled gets nothing more.
    status: next === null || outcome.disable !== null ? 'failed' : 'pending',
    nextAttemptAt: outcome.disable === null ? next : null,
    reason:
      next !== null && outcome.disable !== null ? `the endpoint was disabled: ${outcome.disable}` : refusal,
    ...outcome,
  };
}

/** Whether the schedule has another attempt. */
function isScheduledOn({ delaysMs }: Policy, { trigger, step, resumeAt }: Situation): boolean {
  return trigger === 'manual' ? resumeAt !== null : delaysMs[step - 1] !== undefined;
}

/** Why a provider does not try again after such an outcome; null where it does. */
function whyNotRetried(policy: Policy, { response, error }: Ended): string | null {
  const { finalStatuses, retryStatuses, retryFailures, noRetryHeader } = policy;
  if (response === null) {
    if (retryFailures === 'all') return null;
    if (retryFailures === 'none') return 'not tried again: there was no answer, which is final';
    return UNCONNECTED.has(error?.code)
      ? null
      : 'not tried again: it was connected and there was no answer, which is final';
  }
  const { status, headers } = response;
  if (isAmong(finalStatuses, status) || (retryStatuses !== null && !isAmong(retryStatuses, status))) {
    return `not tried again: an answer of ${status} is final`;
  }
  if (noRetryHeader === null) return null;
  const { name, value } = noRetryHeader;
  return headerValue(headers, name)?.trim() === value
    ? `not tried again: the answer has ${name}: ${value}`
    : null;
}

function nextAttempt(
  policy: Policy,
  { trigger, step, resumeAt }: Situation,
  attempt: Ended,
  endedAt: number,
  random: () => number,
): number | null {
  const { response } = attempt;
  if (trigger === 'manual') return resumeAt === null ? null : Math.max(resumeAt, endedAt);
  const wait = policy.delaysMs[step - 1];
  if (wait === undefined) return null;
  const hinted = response === null ? null : hintedWait(policy, response, endedAt);
  return endedAt + Math.max(wait + Math.floor(wait * policy.jitter * random()), hinted ?? 0);
}

/** Milliseconds that `Retry-After` asks for, as seconds or as a date (RFC 9110, section 10.2.3). */
function hintedWait(
  { hints }: Policy,
  { status, headers }: NonNullable<Ended['response']>,
  endedAt: number,
): number | null {
  if (hints === null || !(hints.statuses === 'any' || hints.statuses.includes(status))) return null;
  const text = headerValue(headers, 'retry-after')?.trim();
  if (text === undefined) return null;
  const wait = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - endedAt;
  return Number.isNaN(wait) ? null : Math.min(Math.max(0, wait), hints.atMostSeconds * 1_000);
}

/** Only what the schedule does counts: a person who tries by hand disables nothing. */
function count(
  { disable: rule }: Policy,
  situation: Situation,
  attempt: Ended,
  endedAt: number,
  isLast: boolean,
): Outcome {
  const { failures, failingSince, pauses } = situation;
  const unchanged = { failures, failingSince, disable: null, pausedUntil: null };
  if (rule === null) return unchanged;
  if (rule.unit === 'time') {
    const since = failingSince ?? endedAt;
    const isMet = endedAt - since >= rule.seconds * 1_000;
    const disable = isMet ? `nothing but failures since ${isoSeconds(since)}` : null;
    return { ...unchanged, failingSince: since, disable };
  }
  const counted = countOne(rule, situation, isLast);
  if (!counted.isMet) return { ...unchanged, failures: counted.failures };
  const why = describe(rule, counted.number);
  const pausedUntil = pauseEnd(rule.pause, pauses, attempt, endedAt);
  const disable = pausedUntil === null ? why : `${why}; paused until ${isoSeconds(pausedUntil)}`;
  return { ...unchanged, failures: counted.failures, disable, pausedUntil };
}

function countOne(
  rule: CountingRule,
  { step, failures, succeededSince }: Situation,
  isLast: boolean,
): { readonly failures: Situation['failures']; readonly number: number; readonly isMet: boolean } {
  const inDelivery = rule.unit === 'retry';
  const counts = rule.unit === 'retry' ? step > 1 : rule.unit === 'delivery' ? isLast : true;
  const start = rule.consecutive && succeededSince ? 0 : failures.delivery;
  const before = inDelivery ? start : failures.endpoint;
  const number = counts ? before + 1 : before;
  return {
    failures: inDelivery ? { ...failures, delivery: number } : { ...failures, endpoint: number },
    number,
    isMet: counts && number >= rule.threshold,
  };
}

/** When an endpoint that is being disabled comes back by itself, in milliseconds since the Unix epoch; null where it does not. */
function pauseEnd(
  pause: Pause | undefined,
  pauses: number,
  { response }: Ended,
  endedAt: number,
): number | null {
  if (pause === undefined) return null;
  if (response !== null && isAmong(pause.permanentStatuses ?? [], response.status)) return null;
  const seconds = Math.min(pause.firstSeconds * pause.factor ** pauses, pause.atMostSeconds);
  return endedAt + Math.round(seconds * 1_000);
}

function describe({ unit, consecutive }: CountingRule, number: number): string {
  const plural = { retry: 'retries', attempt: 'attempts', delivery: 'deliveries' }[unit];
  return `${number} failed ${number === 1 ? unit : plural}${consecutive && number > 1 ? ' in a row' : ''}`;
}

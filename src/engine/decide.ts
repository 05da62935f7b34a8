import type { Attempt } from '../model/attempt.ts';
import type { DeliveryTrigger } from '../model/delivery.ts';
import { headerValue } from '../model/request.ts';
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
}

export interface Decision {
  readonly status: 'pending' | 'succeeded' | 'failed';
  /** When the next attempt is due, in milliseconds since the Unix epoch; null unless `pending`. */
  readonly nextAttemptAt: number | null;
  readonly failures: { readonly delivery: number; readonly endpoint: number };
  /** Why the endpoint is to be disabled, or null. */
  readonly disable: string | null;
}

type Ended = Pick<Attempt, 'ok' | 'response'>;

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
  const { trigger, failures } = situation;
  const ended = { nextAttemptAt: null, disable: null };
  if (trigger === 'test') return { ...ended, status: attempt.ok ? 'succeeded' : 'failed', failures };
  if (attempt.ok) {
    const endpoint = policy.disable?.consecutive === true ? 0 : failures.endpoint;
    return { ...ended, status: 'succeeded', failures: { delivery: failures.delivery, endpoint } };
  }
  const status = attempt.response?.status;
  if (status !== undefined && policy.goneStatuses.includes(status)) {
    return { ...ended, status: 'failed', failures, disable: `the endpoint answered ${status}` };
  }
  const next = nextAttempt(policy, situation, attempt, endedAt, random);
  const counted = count(policy, situation, next === null);
  return {
    // An endpoint that is being disabled gets nothing more.
    status: next === null || counted.disable !== null ? 'failed' : 'pending',
    nextAttemptAt: counted.disable === null ? next : null,
    ...counted,
  };
}

function nextAttempt(
  policy: Policy,
  { trigger, step, resumeAt }: Situation,
  { response }: Ended,
  endedAt: number,
  random: () => number,
): number | null {
  if (response !== null && policy.finalStatuses.includes(response.status)) return null;
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
  { trigger, step, failures, succeededSince }: Situation,
  isLast: boolean,
): { failures: Decision['failures']; disable: string | null } {
  if (rule === null || trigger !== 'scheduled') return { failures, disable: null };
  const inDelivery = rule.unit === 'retry';
  const counts = rule.unit === 'retry' ? step > 1 : rule.unit === 'delivery' ? isLast : true;
  const start = rule.consecutive && succeededSince ? 0 : failures.delivery;
  const before = inDelivery ? start : failures.endpoint;
  const now = counts ? before + 1 : before;
  return {
    failures: inDelivery ? { ...failures, delivery: now } : { ...failures, endpoint: now },
    disable: counts && now >= rule.threshold ? describe(rule.unit, now, rule.consecutive) : null,
  };
}

function describe(unit: 'retry' | 'attempt' | 'delivery', number: number, consecutive: boolean): string {
  const plural = { retry: 'retries', attempt: 'attempts', delivery: 'deliveries' }[unit];
  return `${number} failed ${number === 1 ? unit : plural}${consecutive && number > 1 ? ' in a row' : ''}`;
}

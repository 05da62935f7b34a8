import type { DeliveryTrigger } from '../model/delivery.ts';

/** Where a delivery stands in its schedule. */
export interface Standing {
  readonly trigger: DeliveryTrigger;
  /** Attempts of the schedule that have been made. */
  readonly step: number;
  /** When the next attempt is made, in milliseconds since the Unix epoch; null where there is none. */
  readonly nextAttemptAt: number | null;
}

/**
 * When the attempts still to come are due if all fail, each taking no time, in milliseconds since the Unix epoch. Jitter and what
 * answers ask for are left out. What follows one that is made by hand is known only afterwards; a test is never followed.
 * @param delaysMs the waits between the attempts of the schedule.
 */
export function scheduleAhead(
  delaysMs: readonly number[],
  { trigger, step, nextAttemptAt }: Standing,
): readonly number[] {
  if (nextAttemptAt === null) return [];
  const times = [nextAttemptAt];
  if (trigger !== 'scheduled') return times;
  for (const delay of delaysMs.slice(step)) times.push(times.at(-1)! + delay);
  return times;
}

import type { Attempt } from '../model/attempt.ts';
import type { Delivery } from '../model/delivery.ts';
import { attemptJson } from './attempt.ts';
import { bodyFields, iso, isoOrNull } from './values.ts';

/** A delivery as the JSON contract has it. */
export function deliveryJson(delivery: Delivery): object {
  const { createdAt, nextAttemptAt, finishedAt } = delivery;
  return {
    ...delivery,
    createdAt: iso(createdAt),
    nextAttemptAt: isoOrNull(nextAttemptAt),
    finishedAt: isoOrNull(finishedAt),
  };
}

export function deliveryWithAttemptsJson(
  delivery: Delivery,
  attempts: readonly Attempt[],
  body?: Uint8Array,
): object {
  return {
    ...deliveryJson(delivery),
    ...(body === undefined ? {} : { bodySize: body.length, ...bodyFields(body) }),
    attempts: attempts.map((attempt) => attemptJson(attempt, attempts[0]!.startedAt)),
  };
}

import { UsageError } from '../errors.ts';
import type { Clock } from '../model/clock.ts';
import { parseDuration } from '../model/duration.ts';
import { plainAnswer, type Answerer } from './answer.ts';

/** One scripted answer: a status after a delay, or a dropped connection after it. */
export interface RespondStep {
  /** Null drops the connection. */
  readonly status: number | null;
  readonly delayMs: number;
}

/**
 * Reads a script of answers: `200`, `500,500,200`, `delay:2s`, `drop`, `503+delay:1s`. One step a request, in the order of
 * arrival; the last one repeats.
 * @throws {UsageError}
 */
export function parseRespondScript(script: string): readonly [RespondStep, ...RespondStep[]] {
  const steps = script.split(',').map((text) => parseStep(text.trim(), script));
  return steps as [RespondStep, ...RespondStep[]];
}

export function scriptedAnswers(script: readonly [RespondStep, ...RespondStep[]], clock: Clock): Answerer {
  let next = 0;
  return async (_request, signal) => {
    const step = script[Math.min(next, script.length - 1)]!;
    next += 1;
    if (step.delayMs > 0) await clock.sleep(step.delayMs, signal);
    return step.status === null ? { kind: 'drop' } : plainAnswer(step.status);
  };
}

function parseStep(text: string, script: string): RespondStep {
  let status: number | null = 200;
  let delayMs = 0;
  for (const part of text.split('+').map((piece) => piece.trim())) {
    const delay = /^delay:(.+)$/.exec(part);
    if (delay !== null) delayMs = parseDuration(delay[1]!, `--respond ${script}`);
    else if (part === 'drop') status = null;
    else if (/^[2-5]\d\d$/.test(part)) status = Number(part);
    else {
      throw new UsageError(
        `"${part}" in --respond ${script} is not an answer`,
        'write statuses from 200 to 599, delay:2s or drop, separated by commas: 500,503+delay:2s,200',
      );
    }
  }
  return { status, delayMs };
}

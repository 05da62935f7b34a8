import type { Attempt, AttemptTrigger } from '../model/attempt.ts';
import type { Clock } from '../model/clock.ts';
import type { OutgoingRequest } from '../model/request.ts';
import { isSuccess, type StatusRange } from '../providers/provider.ts';
import type { Sender, SendOptions } from './sender.ts';

export interface AttemptContext {
  readonly number: number;
  readonly trigger: AttemptTrigger;
  readonly provider: string | null;
  readonly eventType: string | null;
  readonly messageId: string | null;
  readonly success: readonly StatusRange[];
  /** When it was due, in milliseconds since the Unix epoch; the moment it began where it is left out. */
  readonly scheduledAt?: number;
}

/** Sends one request and writes down what came of it. */
export async function makeAttempt(
  request: OutgoingRequest,
  context: AttemptContext,
  tools: {
    readonly sender: Pick<Sender, 'send'>;
    readonly clock: Clock;
    /** What durations are measured with, where `clock` stands still or runs fast. */
    readonly stopwatch?: Clock;
  },
  options: SendOptions,
): Promise<Attempt> {
  const stopwatch = tools.stopwatch ?? tools.clock;
  const startedAt = tools.clock.now();
  const begun = stopwatch.now();
  const outcome = await tools.sender.send(request, options);
  const { number, trigger, provider, eventType, messageId, success } = context;
  return {
    number,
    trigger,
    provider,
    eventType,
    messageId,
    scheduledAt: context.scheduledAt ?? startedAt,
    startedAt,
    durationMs: Math.max(0, stopwatch.now() - begun),
    ok: outcome.kind === 'response' && isSuccess(success, outcome.response.status),
    request: {
      method: request.method,
      url: request.url,
      headers: request.headers,
      bodySize: request.body.length,
    },
    response: outcome.kind === 'response' ? outcome.response : null,
    error: outcome.kind === 'failure' ? outcome.error : null,
  };
}

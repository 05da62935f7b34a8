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
}

/** Sends one request and writes down what came of it. */
export async function makeAttempt(
  request: OutgoingRequest,
  context: AttemptContext,
  tools: { readonly sender: Sender; readonly clock: Clock },
  options: SendOptions,
): Promise<Attempt> {
  const startedAt = tools.clock.now();
  const outcome = await tools.sender.send(request, options);
  const { number, trigger, provider, eventType, messageId, success } = context;
  return {
    number,
    trigger,
    provider,
    eventType,
    messageId,
    scheduledAt: startedAt,
    startedAt,
    durationMs: Math.max(0, tools.clock.now() - startedAt),
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

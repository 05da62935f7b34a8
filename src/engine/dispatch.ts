import { WebhookError } from '../errors.ts';
import { renderRequest, type RequestOptions } from '../forge/forge.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Clock } from '../model/clock.ts';
import type { RandomBytes } from '../model/id.ts';
import type { OutgoingRequest } from '../model/request.ts';
import { builtIn, type Providers } from '../providers/index.ts';
import type { Claim } from '../store/store.ts';
import { makeAttempt } from './attempt.ts';
import type { EngineClock } from './clock.ts';
import { describeFailure } from './failure.ts';
import { NO_POLICY, policyOf, type Policy } from './policy.ts';
import type { Sender } from './sender.ts';

export interface DispatchTools {
  readonly sender: Sender;
  readonly clock: EngineClock;
  /** What durations are measured with. */
  readonly real: Clock;
  readonly randomBytes: RandomBytes;
  readonly maxResponseBytes: number;
  readonly signal: AbortSignal;
  /** Whose deliveries can be made; those that are built in unless given. */
  readonly providers?: Pick<Providers, 'get'> | undefined;
  readonly rendering?: Rendering | undefined;
  /** Goes before the provider's and the endpoint's own. */
  readonly policy?: Partial<Policy> | undefined;
}

/** How requests differ from what the provider sends, to try a consumer out. */
export type Rendering = Pick<
  RequestOptions,
  'form' | 'signature' | 'breakage' | 'extraHeaders' | 'keepsTime'
>;

export interface Dispatched {
  readonly attempt: Attempt;
  /** When it ended, in milliseconds since the Unix epoch on the engine's clock: waits are counted from there. */
  readonly endedAt: number;
  readonly policy: Policy;
}

/**
 * Makes the next attempt of a delivery: signs the message's bytes as of now, sends them, and writes down what came of it. What
 * cannot be sent at all is a failed attempt too: a delivery never hangs, and this never fails.
 */
export async function dispatch(claim: Claim, tools: DispatchTools): Promise<Dispatched> {
  const { clock, real, maxResponseBytes, signal } = tools;
  const { endpoint, eventId, eventType } = claim;
  const { request, policy, sender } = await prepare(claim, tools).catch((error: unknown) =>
    unsendable(claim, error as Error),
  );
  const attempt = await makeAttempt(
    request,
    {
      number: claim.attempts + 1,
      trigger: claim.trigger,
      provider: endpoint.provider,
      eventType,
      messageId: eventId,
      success: policy.success,
      scheduledAt: claim.dueAt,
    },
    { sender: unfailing(sender), clock, stopwatch: real },
    { timeoutMs: policy.timeoutMs, maxResponseBytes, signal },
  );
  if (clock.advanceTo === undefined) return { attempt, endedAt: clock.now(), policy };
  // Time stands still while requests are under way, but a time-out takes the time it takes.
  if (attempt.error?.code !== 'timeout') return { attempt, endedAt: attempt.startedAt, policy };
  return {
    attempt: { ...attempt, durationMs: policy.timeoutMs },
    endedAt: attempt.startedAt + policy.timeoutMs,
    policy,
  };
}

interface Prepared {
  readonly request: OutgoingRequest;
  readonly policy: Policy;
  readonly sender: Pick<Sender, 'send'>;
}

async function prepare(claim: Claim, tools: DispatchTools): Promise<Prepared> {
  const { clock, sender, randomBytes, rendering, providers = builtIn } = tools;
  const { endpoint, body, sentId, eventType, deliveryId, attempts, lastFailure } = claim;
  const provider = providers.get(endpoint.provider);
  const request = renderRequest(
    {
      provider,
      eventType,
      eventId: sentId,
      body,
      endpointId: endpoint.id,
      deliveryId,
      attemptNumber: attempts + 1,
      previousFailure: lastFailure,
    },
    { ...rendering, url: endpoint.url, secret: endpoint.secret, headers: endpoint.headers },
    { now: clock.now(), randomBytes },
  );
  return { request, policy: { ...policyOf(provider, endpoint), ...tools.policy }, sender };
}

/** Whatever a sender throws, though it should not, is a failed attempt like any other. */
function unfailing(sender: Pick<Sender, 'send'>): Pick<Sender, 'send'> {
  return {
    send: async (...request) => {
      try {
        return await sender.send(...request);
      } catch (error) {
        return { kind: 'failure', error: describeFailure(error) };
      }
    },
  };
}

function unsendable({ endpoint, body }: Claim, cause: Error): Prepared {
  const error =
    cause instanceof WebhookError
      ? ({ code: 'network', message: cause.message } as const)
      : describeFailure(cause);
  return {
    request: { method: 'POST', url: endpoint.url, headers: [], body },
    policy: NO_POLICY,
    sender: { send: async () => ({ kind: 'failure', error }) },
  };
}

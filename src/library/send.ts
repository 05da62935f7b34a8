import { makeAttempt } from '../engine/attempt.ts';
import { virtualClock, type EngineClock } from '../engine/clock.ts';
import { deliverAlone } from '../engine/deliver-alone.ts';
import type { Sender } from '../engine/sender.ts';
import { createUndiciSender } from '../engine/undici-sender.ts';
import { UsageError } from '../errors.ts';
import { renderMessage, renderRequest } from '../forge/forge.ts';
import { renderReplay } from '../forge/replay.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Capture } from '../model/capture.ts';
import { systemClock } from '../model/clock.ts';
import { ANY_2XX, type Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';
import { openStore } from '../store/open.ts';
import { planForging, secretFor, type ForgeOptions } from './forge.ts';
import { headerList, knownProvider, overridesOf, targetUrl, toProvider } from './options.ts';
import type { HeadersOption, Target } from './options.ts';

interface RequestTarget {
  /** A URL, a port on this machine, or something that has a `url`, such as a receiver. */
  readonly to: Target;
  /** How long the whole exchange may take, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Ends it early, as an attempt with the error `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

export interface SendEventOptions extends Omit<ForgeOptions, 'url'>, RequestTarget {
  /** Again after failures, as the provider does, until it is acknowledged or given up. */
  readonly retry?: boolean | undefined;
  /** What retries follow; a virtual clock unless given, on which 26 hours pass at once. */
  readonly clock?: EngineClock | undefined;
}

/**
 * Sends an event of a provider, signed, and resolves with the attempt: `ok` where the provider would count it as acknowledged. With
 * `retry` it is the last attempt, whose `number` says how many there were. What networks do is an `error` of the attempt and is not
 * thrown. Times out as the provider does, unless `timeoutMs` is given.
 * @throws as `forge` does.
 */
export async function send(
  provider: string | Provider,
  eventType: string | undefined,
  options: SendEventOptions,
): Promise<Attempt> {
  const { to, retry, clock, signal } = options;
  if (clock !== undefined && retry !== true) throw new UsageError('clock is for retries', 'give retry: true');
  const url = targetUrl(to, 'to').href;
  const plan = await planForging(provider, { ...options, url });
  const { context, payload, rendering } = plan;
  const timeoutMs = options.timeoutMs ?? plan.provider.timeoutMs.value;

  // What cannot be made at all is said at once, and is not an attempt that failed.
  const message = await renderMessage(plan.provider, eventType, payload, context);
  const request = renderRequest(message, rendering, context);
  if (retry === true) {
    return withSender(async (sender) => {
      const store = await openStore({ path: ':memory:' });
      try {
        const { url, secret, headers = [], ...rest } = rendering;
        const { attempts } = await deliverAlone(plan.provider, eventType, {
          store,
          sender,
          clock: clock ?? virtualClock(context.now),
          randomBytes: context.randomBytes,
          payload,
          endpoint: { url, secret, headers, timeoutMs },
          rendering: rest,
          policy: { timeoutMs },
          ...(signal === undefined ? {} : { signal }),
        });
        const last = attempts.at(-1);
        if (last !== undefined) return last;
        throw signal?.reason ?? new Error('no attempt was made');
      } finally {
        await store.close();
      }
    });
  }
  return withSender((sender) =>
    makeAttempt(
      request,
      {
        number: 1,
        trigger: 'manual',
        provider: plan.provider.id,
        eventType: message.eventType,
        messageId: message.eventId,
        success: plan.provider.success.value,
      },
      { sender, clock: systemClock },
      { timeoutMs, ...(signal === undefined ? {} : { signal }) },
    ),
  );
}

export interface ReplayOptions extends RequestTarget {
  /** Signs it anew, with a fresh timestamp; needs `secret`. */
  readonly resign?: boolean | undefined;
  readonly secret?: Secret | undefined;
  /** Whose request it is, where the capture does not say or the provider is one of your own. */
  readonly provider?: string | Provider | undefined;
  /** Values of the JSON body by their paths: every other byte stays. */
  readonly set?: Readonly<Record<string, unknown>> | undefined;
  /** Sent besides the captured ones, and instead of those of the same name. */
  readonly headers?: HeadersOption | undefined;
}

const REPLAY_TIMEOUT_MS = 30_000;

/**
 * Sends a capture again, the same bytes and headers but for what is asked to change, and resolves with the attempt. 30000 ms are
 * enough for it unless `timeoutMs` says otherwise.
 * @throws {UsageError} `ERR_NO_SECRET` for `resign` without a secret, and for a capture whose provider nobody knows.
 */
export async function replay(
  capture: Pick<Capture, 'method' | 'path' | 'headers' | 'body'> & Partial<Capture>,
  options: ReplayOptions,
): Promise<Attempt> {
  const url = targetUrl(options.to, 'to').href;
  const { provider: named, signal, timeoutMs = REPLAY_TIMEOUT_MS } = options;
  const provider = await (named === undefined ? knownProvider(capture.provider ?? null) : toProvider(named));
  const request = await renderReplay(
    capture,
    {
      url,
      overrides: overridesOf(options.set),
      headers: headerList(options.headers),
      resign: options.resign === true ? signingOf(provider, options.secret) : null,
    },
    systemClock.now(),
  );
  return withSender((sender) =>
    makeAttempt(
      request,
      {
        number: 1,
        trigger: 'replay',
        provider: provider?.id ?? capture.provider ?? null,
        eventType: capture.eventType ?? null,
        messageId: capture.eventId ?? null,
        success: provider?.success.value ?? ANY_2XX,
      },
      { sender, clock: systemClock },
      { timeoutMs, ...(signal === undefined ? {} : { signal }) },
    ),
  );
}

function signingOf(
  provider: Provider | null,
  secret: Secret | undefined,
): { readonly provider: Provider; readonly secret: Secret } {
  if (provider === null) {
    throw new UsageError('the capture cannot be signed: nobody knows whose it is', 'give provider');
  }
  const key = secretFor(provider, secret);
  if (key !== null) return { provider, secret: key };
  throw new UsageError(`no secret for ${provider.id}`, 'give secret, or leave out resign', 'ERR_NO_SECRET');
}

/** A sender for one errand, which leaves nothing open. */
async function withSender<T>(errand: (sender: Sender) => Promise<T>): Promise<T> {
  const sender = await createUndiciSender();
  try {
    return await errand(sender);
  } finally {
    await sender.close();
  }
}

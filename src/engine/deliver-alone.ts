import { keepsTime } from '../forge/own-time.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { RandomBytes } from '../model/id.ts';
import type { Provider } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import { createEndpoint, type EndpointSettings } from './endpoints.ts';
import { createEngine, type EngineOptions } from './engine.ts';
import type { PublishOptions } from './publish.ts';

export interface AloneOptions extends Pick<
  EngineOptions,
  'sender' | 'clock' | 'real' | 'rendering' | 'policy'
> {
  /** One that holds nothing else. */
  readonly store: Store;
  readonly randomBytes: RandomBytes;
  readonly payload: PublishOptions;
  readonly endpoint: EndpointSettings;
  readonly onAttempt?: (attempt: Attempt, nextAttemptAt: number | null) => void;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

export interface DeliveredAlone {
  readonly attempts: readonly Attempt[];
  readonly delivery: Delivery;
  readonly endpoint: Endpoint;
}

/** Delivers one event to one endpoint made for it, from the first attempt to the last. */
export async function deliverAlone(
  provider: Provider,
  eventType: string | undefined,
  options: AloneOptions,
): Promise<DeliveredAlone> {
  const { store, sender, clock, real, randomBytes, rendering, policy, signal, onAttempt } = options;
  const engine = await createEngine({
    store,
    sender,
    randomBytes,
    rendering: { keepsTime: keepsTime(provider, options.payload), ...rendering },
    policy,
    ...(clock === undefined ? {} : { clock }),
    ...(real === undefined ? {} : { real }),
    onEvent: (event) => {
      if (event.type === 'attempt') onAttempt?.(event.attempt, event.nextAttemptAt);
    },
  });
  try {
    const world = { now: engine.clock.now(), randomBytes };
    const made = createEndpoint(provider, { ...options.endpoint, eventTypes: ['*'] }, world, {
      allowHeaderOverride: true,
      allowHttp: true,
      allowUnsigned: true,
    });
    await store.endpoints.add(made);
    const { deliveries } = await engine.publish(provider, eventType, options.payload);
    const aborted = new Promise<void>((resolve) => {
      if (signal?.aborted) resolve();
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([engine.idle(), aborted]);
    await engine.stop();
    const id = deliveries[0]!.id;
    return {
      attempts: await store.attempts.ofDelivery(id),
      delivery: (await store.deliveries.get(id))!,
      endpoint: (await store.endpoints.get(made.id))!,
    };
  } finally {
    await engine.stop();
  }
}

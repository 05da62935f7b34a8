import type { EngineClock } from '../engine/clock.ts';
import type { EngineEvent } from '../engine/engine.ts';
import { firstOutcomes } from '../engine/first-outcomes.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { isExcluded, openEngine } from './engine.ts';

interface BatchOptions {
  /** Names the deliveries that are made here, and those alone. */
  readonly batch: string;
  /** Real time where it is left out. */
  readonly clock?: EngineClock;
  readonly publicOnly?: boolean | undefined;
  /** False only writes the deliveries down. */
  readonly wait?: boolean;
}

export interface BatchResult {
  /** As they are at the end. */
  readonly deliveries: readonly Delivery[];
  /** The last attempt made here of each, by the delivery's id. */
  readonly attempts: ReadonlyMap<string, Attempt>;
  /** Whether an engine elsewhere is to make them. */
  readonly isEnqueued: boolean;
  /** Whether that engine is at work already. */
  readonly isTaken: boolean;
}

/** How long retries under way may take when all first outcomes are there, in milliseconds. */
const DRAIN_MS = 5_000;

/**
 * Makes the deliveries that `enqueue` writes down, until each has its first outcome; on a virtual clock its last one. Where another
 * engine has the database for itself they are left to it.
 * @param enqueue is given a function to call whenever there is new work.
 */
export async function runBatch(
  context: Context,
  store: Store,
  options: BatchOptions,
  enqueue: (wake: () => void) => Promise<readonly string[]>,
): Promise<BatchResult> {
  const { batch, clock, publicOnly, wait = true } = options;
  const attempts = new Map<string, Attempt>();
  const outcomes = firstOutcomes();
  const onEvent = (event: EngineEvent): void => {
    outcomes.onEvent(event);
    if (event.type === 'attempt') attempts.set(event.deliveryId, event.attempt);
    if (event.type === 'endpoint-disabled') context.note(`${event.endpointId} disabled: ${event.reason}`);
    if (event.type === 'problem') context.warn('tried again', event.error);
  };
  const opened = {
    batch,
    onEvent,
    publicOnly,
    ...(clock === undefined ? {} : { clock }),
  };
  const engine = wait ? await openEngine(context, store, opened).catch(leaveToOther) : null;
  try {
    const ids = await enqueue(() => engine?.wake());
    engine?.wake();
    if (engine !== null) {
      const done =
        engine.clock.kind === 'virtual' ? engine.idle() : outcomes.of(ids, store.deliveries, context.clock);
      await Promise.race([done, interrupted(context.signal)]);
      // What is cut short is sent again later: that is for those who do not want to wait.
      await engine.stop({ drainMs: context.signal.aborted ? 0 : DRAIN_MS });
    }
    const deliveries = await Promise.all(ids.map((id) => store.deliveries.get(id)));
    return {
      deliveries: deliveries.filter((delivery) => delivery !== null),
      attempts,
      isEnqueued: engine === null,
      isTaken: engine === null && wait,
    };
  } catch (error) {
    await engine?.stop();
    throw error;
  }

  function leaveToOther(error: unknown): null {
    if (!isExcluded(error)) throw error;
    context.note(`${(error as Error).message}: it makes these deliveries`);
    return null;
  }
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

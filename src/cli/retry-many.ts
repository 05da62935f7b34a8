import type { EngineEvent } from '../engine/engine.ts';
import { iso } from '../json/values.ts';
import { createId } from '../model/id.ts';
import { type DeliveryFilterText } from '../store/filter-text.ts';
import type { DeliveryCounts, DeliveryFilter, Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { isExcluded, openEngine } from './engine.ts';

export interface RetriedMany {
  readonly run: string;
  /** How many the run has taken, those before an interruption included. */
  readonly deliveries: number;
  readonly counts: DeliveryCounts;
  readonly isEnqueued: boolean;
}

/** How often progress is told, and others' work looked at, in milliseconds. */
const LOOK_MS = 1_000;

/**
 * Retries all that a filter matches. The run is remembered: the same command takes up one that was cut short, and leaves out what that
 * one had done.
 */
export async function retryMany(
  context: Context,
  store: Store,
  options: DeliveryFilterText & { readonly wait: boolean; readonly publicOnly?: boolean },
  filter: DeliveryFilter,
): Promise<RetriedMany> {
  const { deliveries } = store;
  const { endpoint, provider, type, event, since, until } = options;
  const selection = JSON.stringify({ endpoint, provider, type, event, since, until, status: filter.status });
  const now = context.clock.now();
  const run = await deliveries.beginRetryRun(
    selection,
    filter,
    createId('evt', now, context.randomBytes),
    now,
  );
  if (run.resumed) context.note(`going on with the retry that was begun ${iso(run.begunAt)}`);

  const engine = options.wait ? await open() : null;
  try {
    while (!context.signal.aborted && (await deliveries.continueRetryRun(run.id, context.clock.now())) > 0) {
      engine?.wake();
    }
    if (engine !== null) await untilMade(engine.idle());
    const counts = await deliveries.count(run.id);
    if (!context.signal.aborted) await deliveries.endRetryRun(run.id);
    await tellLeftOut();
    return { run: run.id, deliveries: sum(counts), counts, isEnqueued: engine === null };
  } finally {
    await engine?.stop();
  }

  function open() {
    const { publicOnly } = options;
    const onEvent = (event: EngineEvent): void => {
      if (event.type === 'problem') context.warn('tried again', event.error);
    };
    return openEngine(context, store, { batch: run.id, publicOnly, onEvent }).catch((error: unknown) => {
      if (!isExcluded(error)) throw error;
      context.note(`${(error as Error).message}: it makes these deliveries`);
      return null;
    });
  }

  /** What goes to endpoints that are not active is not retried, and would else seem not to be there. */
  async function tellLeftOut(): Promise<void> {
    const [left] = (await deliveries.list({ ...filter, until: filter.until ?? now }, { limit: 1 }))
      .deliveries;
    const target = left === undefined ? null : await store.endpoints.get(left.endpointId);
    if (left === undefined || target?.status === 'active') return;
    context.note(
      `some that match go to endpoints that are not active: webhook-cli endpoints enable ${left.endpointId}`,
    );
  }

  async function untilMade(idle: Promise<void>): Promise<void> {
    const isIdle = new AbortController();
    void idle.then(() => isIdle.abort());
    context.signal.addEventListener('abort', () => isIdle.abort(), { once: true });
    for (;;) {
      await context.clock.sleep(LOOK_MS, isIdle.signal);
      const counts = await deliveries.count(run.id);
      const waiting = counts.pending + counts.sending;
      if (context.signal.aborted || waiting === 0) return;
      context.note(`${sum(counts) - waiting} of ${sum(counts)} made, ${counts.failed} failed`);
      // What is left is in the hands of another process.
      if (isIdle.signal.aborted) await context.clock.sleep(LOOK_MS, context.signal);
    }
  }
}

function sum(counts: DeliveryCounts): number {
  return Object.values(counts).reduce((total, number) => total + number, 0);
}

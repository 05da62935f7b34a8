import { firstOutcomes } from '../engine/first-outcomes.ts';
import type { InspectorTools } from './tools.ts';

/**
 * Has the deliveries made that `enqueue` writes down, and waits for the first outcome of each: at most so long, and no longer than
 * the page waits for it.
 */
export async function delivered(
  { store, deliverer, clock }: Pick<InspectorTools, 'store' | 'deliverer' | 'clock'>,
  enqueue: () => Promise<readonly string[]>,
  { atMostMs, gone }: { readonly atMostMs: number; readonly gone: AbortSignal },
): Promise<void> {
  const outcomes = firstOutcomes();
  const unsubscribe = deliverer.subscribe(outcomes.onEvent);
  const end = new AbortController();
  try {
    const ids = await enqueue();
    if (ids.length === 0) return;
    (await deliverer.engine())?.wake();
    const cut = AbortSignal.any([gone, end.signal]);
    void clock.sleep(atMostMs, cut).then(() => end.abort());
    await outcomes.of(ids, store.deliveries, clock, cut);
  } finally {
    end.abort();
    unsubscribe();
  }
}

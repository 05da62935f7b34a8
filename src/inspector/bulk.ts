import { UsageError } from '../errors.ts';
import { CANCELED_BY_HAND, type Delivery, type DeliveryStatus } from '../model/delivery.ts';
import { readDeliveryFilter } from '../store/filter-text.ts';
import type { DeliveryFilter } from '../store/store.ts';
import { readFilterText } from './delivery-fields.ts';
import { readFields } from './input.ts';
import type { InspectorTools } from './tools.ts';

type Tools = Pick<InspectorTools, 'store' | 'deliverer'>;

/** What is written in one go: small, so that engines at work beside it never wait long. */
const PORTION = 500;
const RETRIED: readonly DeliveryStatus[] = ['failed', 'discarded', 'canceled'];

/** Makes due what a body describes, tests left out. Resolves with how many; those of endpoints that are not active stay. */
export async function retryMatching(tools: Tools, json: unknown): Promise<number> {
  const { store, deliverer } = tools;
  const filter = readFilter(tools, json, 'failed');
  if (!RETRIED.includes(filter.status!)) {
    throw new UsageError(
      `many are retried where they have failed, not where they are ${filter.status}`,
      `choose one of ${RETRIED.join(', ')}; or retry a delivery of its own`,
    );
  }
  return inPortions(tools, filter, async (found) => {
    const chosen = found.filter(({ trigger }) => trigger !== 'test');
    const now = deliverer.now();
    const answers = await Promise.all(
      chosen.map(({ id }) => store.deliveries.retry(id, now, deliverer.batch)),
    );
    const due = answers.filter((answer) => answer === 'due').length;
    if (due > 0) (await deliverer.engine())?.wake();
    return due;
  });
}

/** Cancels what waits of what a body describes. Resolves with how many. */
export async function cancelMatching(tools: Tools, json: unknown): Promise<number> {
  const { store, deliverer } = tools;
  const filter = readFilter(tools, json, 'pending');
  if (filter.status !== 'pending') {
    throw new UsageError(`only what waits can be canceled, not what is ${filter.status}`);
  }
  return inPortions(tools, filter, (found) =>
    store.deliveries.cancel(
      found.map(({ id }) => id),
      CANCELED_BY_HAND,
      deliverer.now(),
    ),
  );
}

function readFilter({ deliverer }: Tools, json: unknown, status: DeliveryStatus): DeliveryFilter {
  return { status, ...readDeliveryFilter(readFilterText(readFields(json)), deliverer.now()) };
}

/** Newest first, by their place in the list: what is new meanwhile comes before it, and nothing comes twice. */
async function inPortions(
  { store }: Tools,
  filter: DeliveryFilter,
  act: (found: readonly Delivery[]) => Promise<number>,
): Promise<number> {
  let sum = 0;
  let cursor: string | undefined;
  do {
    const page = await store.deliveries.list(filter, { limit: PORTION, cursor });
    sum += await act(page.deliveries);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return sum;
}

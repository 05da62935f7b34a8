import { retryRefusal } from '../../../engine/retry-refusal.ts';
import { UsageError, WebhookError } from '../../../errors.ts';
import { deliveryWithAttemptsJson } from '../../../json/delivery.ts';
import type { Delivery } from '../../../model/delivery.ts';
import { createId } from '../../../model/id.ts';
import { readDeliveryFilter, type DeliveryFilterText } from '../../../store/filter-text.ts';
import type { Store } from '../../../store/store.ts';
import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { declareDeliveryFilters, findDelivery, pickDelivery } from '../../delivery-options.ts';
import { EXIT } from '../../exit-code.ts';
import { deliveryLines } from '../../render/delivery.ts';
import { retryMany, type RetriedMany } from '../../retry-many.ts';
import { runBatch, type BatchResult } from '../../run-batch.ts';

interface RetryOptions extends DeliveryFilterText {
  readonly failed?: boolean;
  readonly wait: boolean;
  readonly publicOnly?: boolean;
}

type RetryResult = { readonly named: BatchResult } | { readonly many: RetriedMany };

export default defineCommand<RetryOptions, RetryResult>({
  declare: (command) => {
    command
      .argument('[deliveries...]', 'which; last for the newest')
      .option('--failed', 'all that failed (that pass the filters): the same as --status failed');
    declareDeliveryFilters(command);
    command
      .option('--no-wait', 'only make them due, for an engine to deliver')
      .option('--public-only', 'refuse to deliver to private addresses, whatever name leads there')
      .addHelpText(
        'after',
        `
Each is tried once; one that still waits goes on with its schedule afterwards. Cut short, the same command goes on where it was.

Examples:
  webhook-cli deliveries retry dlv_…
  webhook-cli deliveries retry --failed --since 2h --endpoint ep_…`,
      );
  },
  run: async (context, options, ids) => {
    const filter = readDeliveryFilter(
      options.failed === true ? { ...options, status: 'failed' } : options,
      context.clock.now(),
    );
    const hasFilters = Object.keys(filter).length > 0;
    if (ids.length > 0 && hasFilters) {
      throw new UsageError('either deliveries by name, or filters', 'leave one of them out');
    }
    const store = await context.store();
    if (!hasFilters) return { named: await retryNamed(context, store, options, ids) };
    if (filter.status === 'pending' || filter.status === 'sending' || filter.status === 'succeeded') {
      throw new UsageError(
        `many are retried where they have failed, not where they are ${filter.status}`,
        'give --failed, or --status discarded or canceled; or name deliveries',
      );
    }
    return { many: await retryMany(context, store, options, filter) };
  },
  render: (result, term) => {
    if ('named' in result) return deliveryLines(result.named.deliveries, result.named.attempts, term);
    const { deliveries, counts, isEnqueued } = result.many;
    if (deliveries === 0) return { err: 'no deliveries to retry match' };
    const { paint } = term;
    if (isEnqueued) return `${deliveries} made due`;
    const rest = deliveries - counts.succeeded - counts.failed;
    return [
      `${deliveries} retried`,
      paint.green(`${counts.succeeded} succeeded`),
      ...(counts.failed === 0 ? [] : [paint.red(`${counts.failed} failed again`)]),
      ...(rest === 0 ? [] : [paint.yellow(`${rest} not made: the same command goes on with them`)]),
    ].join(', ');
  },
  json: (result) => {
    if ('many' in result) {
      const { run, deliveries, counts } = result.many;
      return { run, retried: deliveries, counts };
    }
    const { deliveries, attempts } = result.named;
    return {
      deliveries: deliveries.map((delivery) => {
        const attempt = attempts.get(delivery.id);
        return deliveryWithAttemptsJson(delivery, attempt === undefined ? [] : [attempt]);
      }),
    };
  },
  exitCode: (result) => {
    const failed =
      'named' in result
        ? !result.named.isEnqueued && result.named.deliveries.some(({ status }) => status !== 'succeeded')
        : !result.many.isEnqueued && result.many.counts.succeeded < result.many.deliveries;
    return failed ? EXIT.no : EXIT.done;
  },
});

async function retryNamed(
  context: Context,
  store: Store,
  { wait, publicOnly }: RetryOptions,
  names: readonly string[],
): Promise<BatchResult> {
  const chosen =
    names.length === 0
      ? [await pickDelivery(context, store, undefined)]
      : await Promise.all(names.map((name) => findDelivery(store, name)));
  if (wait) await refuseStrangers(context, chosen);
  const batch = createId('evt', context.clock.now(), context.randomBytes);
  return runBatch(context, store, { batch, wait, publicOnly }, async (wake) => {
    for (const { id, endpointId } of chosen) {
      const answer = await store.deliveries.retry(id, context.clock.now(), batch);
      if (answer !== 'due') throw await retryRefusal(store.endpoints, answer, { id, endpointId });
      wake();
    }
    return chosen.map(({ id }) => id);
  });
}

/** Nobody here would make them, so there is nothing to wait for. */
async function refuseStrangers(context: Context, deliveries: readonly Delivery[]): Promise<void> {
  const providers = await context.providers();
  const strange = deliveries.find(({ provider }) => !providers.has(provider));
  if (strange === undefined) return;
  throw new WebhookError(
    'ERR_UNKNOWN_PROVIDER',
    `${strange.id} is of "${strange.provider}", which is no provider here`,
    {
      hint: 'retry it where its configuration is, or leave it to an engine there with --no-wait',
    },
  );
}

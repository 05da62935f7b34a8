import type { Command } from 'commander';
import { NotFoundError, UsageError } from '../errors.ts';
import { DELIVERY_STATUSES, type Delivery } from '../model/delivery.ts';
import { printable } from '../model/printable.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { age } from './render/capture.ts';

export function declareDeliveryFilters(command: Command): void {
  command
    .option('--endpoint <id>', 'to this endpoint')
    .option('--provider <id>', 'of this provider')
    .option('--type <name>', 'of this event type; * stands for any text: deal.*')
    .option('--event <id>', 'of this event')
    .option('--status <status>', DELIVERY_STATUSES.join(', '))
    .option('--since <time>', 'made from then on: 10m, 2h, 7d ago, or a date')
    .option('--until <time>', 'made before then');
}

/** The delivery of that id, or the newest for `last`. */
export async function findDelivery(store: Store, id: string): Promise<Delivery> {
  const delivery =
    id === 'last'
      ? ((await store.deliveries.list({}, { limit: 1 })).deliveries[0] ?? null)
      : await store.deliveries.get(id);
  if (delivery !== null) return delivery;
  throw id === 'last'
    ? new NotFoundError('there are no deliveries yet', 'make some with: webhook-cli emit')
    : new NotFoundError(
        `there is no delivery ${id}`,
        'see them with: webhook-cli deliveries list (or name the newest: last)',
      );
}

/** A delivery named as an argument, or chosen by a person at a terminal. */
export async function pickDelivery(
  context: Context,
  store: Store,
  id: string | undefined,
): Promise<Delivery> {
  if (id !== undefined) return findDelivery(store, id);
  if (!context.interactive) {
    throw new UsageError(
      'which delivery?',
      'name one, or last for the newest; see them with: webhook-cli deliveries list',
    );
  }
  const { deliveries } = await store.deliveries.list({}, { limit: 50 });
  if (deliveries.length === 0) return findDelivery(store, 'last');
  const now = context.clock.now();
  const choices = deliveries.map((delivery) => ({
    name: printable(
      `${delivery.provider} ${delivery.eventType ?? '-'}  ${delivery.status}  ${age(delivery.createdAt, now)}  ${delivery.id}`,
    ),
    value: delivery,
  }));
  return (await context.prompt()).select('Which delivery?', choices);
}

import { deliveryWithAttemptsJson } from '../../../json/delivery.ts';
import type { Attempt } from '../../../model/attempt.ts';
import type { Delivery } from '../../../model/delivery.ts';
import { defineCommand } from '../../command.ts';
import { pickDelivery } from '../../delivery-options.ts';
import { deliveryDetails } from '../../render/delivery.ts';

interface ShowResult {
  readonly delivery: Delivery;
  readonly attempts: readonly Attempt[];
  readonly body: Uint8Array;
  readonly raw: boolean;
}

export default defineCommand<{ readonly raw?: boolean }, ShowResult>({
  declare: (command) => {
    command
      .argument('[delivery]', 'which; last for the newest')
      .option('--raw', 'write the exact bytes of the body and nothing else');
  },
  run: async (context, { raw }, args) => {
    const store = await context.store();
    const delivery = await pickDelivery(context, store, args[0]);
    return {
      delivery,
      attempts: await store.attempts.ofDelivery(delivery.id),
      body: (await store.deliveries.body(delivery.id)) ?? new Uint8Array(),
      raw: raw === true,
    };
  },
  render: ({ delivery, attempts, body, raw }, term) =>
    raw ? body : deliveryDetails(delivery, attempts, body, term),
  json: ({ delivery, attempts, body }) => ({ delivery: deliveryWithAttemptsJson(delivery, attempts, body) }),
});

import { UsageError } from '../../../errors.ts';
import { CANCELED_BY_HAND } from '../../../model/delivery.ts';
import { readDeliveryFilter, type DeliveryFilterText } from '../../../store/filter-text.ts';
import { defineCommand } from '../../command.ts';
import { declareDeliveryFilters, findDelivery } from '../../delivery-options.ts';

interface CancelOptions extends DeliveryFilterText {
  readonly all?: boolean;
  readonly yes?: boolean;
}

const PAGE = 1_000;

export default defineCommand<CancelOptions, number>({
  declare: (command) => {
    command.argument('[deliveries...]', 'which; last for the newest');
    declareDeliveryFilters(command);
    command
      .option('--all', 'all that wait')
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        `
Examples:
  webhook-cli deliveries cancel dlv_…
  webhook-cli deliveries cancel --endpoint ep_… --yes`,
      );
  },
  run: async (context, options, ids) => {
    const { status, ...filter } = readDeliveryFilter(options, context.clock.now());
    const ways = [ids.length > 0, Object.keys(filter).length > 0, options.all === true].filter(
      Boolean,
    ).length;
    if (ways !== 1) {
      throw new UsageError(
        'which deliveries?',
        'name some, or give filters such as --endpoint, or --all; one of these',
      );
    }
    if (status !== undefined && status !== 'pending') {
      throw new UsageError(`only what waits can be canceled, not what is ${status}`, 'leave out --status');
    }
    const store = await context.store();
    const { deliveries } = store;
    const now = context.clock.now();
    if (ids.length > 0) {
      const found: string[] = [];
      for (const id of ids) found.push((await findDelivery(store, id)).id);
      return deliveries.cancel(found, CANCELED_BY_HAND, now);
    }
    if (options.yes !== true) {
      if (!context.interactive)
        throw new UsageError('this cancels every delivery that matches', 'confirm with --yes');
      if (!(await (await context.prompt()).confirm('Cancel every waiting delivery that matches?'))) return 0;
    }
    let canceled = 0;
    let cursor: string | undefined;
    do {
      const page = await deliveries.list({ ...filter, status: 'pending' }, { limit: PAGE, cursor });
      const waiting = page.deliveries.map(({ id }) => id);
      canceled += await deliveries.cancel(waiting, CANCELED_BY_HAND, now);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return canceled;
  },
  render: (canceled) => `${canceled} canceled`,
  json: (canceled) => ({ canceled }),
});

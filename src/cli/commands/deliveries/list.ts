import { logEntries } from '../../../engine/delivery-log.ts';
import { UsageError } from '../../../errors.ts';
import { deliveryJson } from '../../../json/delivery.ts';
import { readDeliveryFilter, type DeliveryFilterText } from '../../../store/filter-text.ts';
import type { DeliveryPage } from '../../../store/store.ts';
import { defineCommand } from '../../command.ts';
import { declareDeliveryFilters } from '../../delivery-options.ts';
import { pickEndpoint } from '../../endpoints.ts';
import { declarePaging, readPage, type PagingOptions } from '../../paging.ts';
import { deliveryTable } from '../../render/delivery.ts';

interface ListOptions extends DeliveryFilterText, PagingOptions {
  readonly format?: string;
}

interface ListResult extends DeliveryPage {
  /** The log in the provider's own form, where that was asked for. */
  readonly log?: unknown;
}

export default defineCommand<ListOptions, ListResult>({
  declare: (command) => {
    declareDeliveryFilters(command);
    declarePaging(command);
    command
      .option('--format <format>', "provider: the log of one --endpoint in its provider's own JSON")
      .addHelpText(
        'after',
        `
Examples:
  webhook-cli deliveries list --status failed --since 2h
  webhook-cli deliveries list --endpoint ep_… --format provider`,
      );
  },
  run: async (context, options) => {
    const filter = readDeliveryFilter(options, context.clock.now());
    const page = readPage(options);
    const store = await context.store();
    if (options.format === undefined) return store.deliveries.list(filter, page);
    if (options.format !== 'provider') {
      throw new UsageError(`--format takes provider, not "${options.format}"`);
    }
    if (filter.endpoint === undefined) {
      throw new UsageError('a provider keeps a log for each endpoint', 'name one with --endpoint');
    }
    const endpoint = await pickEndpoint(context, store, filter.endpoint);
    const provider = (await context.providers()).get(endpoint.provider);
    const found = await store.deliveries.list(filter, page);
    return {
      ...found,
      log: provider.endpoint.log.value(endpoint.id, await logEntries(store, found.deliveries)),
    };
  },
  render: ({ deliveries, nextCursor, log }, term) => {
    const more = nextCursor === null ? {} : { err: term.paint.dim(`older ones: --cursor ${nextCursor}`) };
    if (log !== undefined) return { out: JSON.stringify(log, null, 2), ...more };
    if (deliveries.length === 0) return { err: 'no deliveries match' };
    return { out: deliveryTable(deliveries, term), ...more };
  },
  json: ({ deliveries, nextCursor, log }) => log ?? { deliveries: deliveries.map(deliveryJson), nextCursor },
});

import type { CapturePage } from '../../../store/store.ts';
import { readFilter } from '../../capture-filter.ts';
import { defineCommand } from '../../command.ts';
import { declareFilters } from '../../options.ts';
import { declarePaging, readPage } from '../../paging.ts';
import { pageJson, renderPage, type ListOptions } from './page.ts';

export default defineCommand<ListOptions, CapturePage>({
  declare: (command) => {
    declareFilters(command);
    declarePaging(command);
    command.addHelpText(
      'after',
      `
Examples:
  webhook-cli captures list --provider iverton --type 'deal.*' --since 1h
  webhook-cli captures list --verdict failed --json`,
    );
  },
  run: async (context, options) => {
    const filter = await readFilter(context, options);
    return (await context.store()).captures.list(filter, readPage(options));
  },
  render: renderPage,
  json: pageJson,
});

import type { CapturePage } from '../../../store/store.ts';
import { readFilter } from '../../capture-filter.ts';
import { defineCommand } from '../../command.ts';
import { declareFilters } from '../../options.ts';
import { declarePaging, readPage } from '../../paging.ts';
import { pageJson, renderPage, type ListOptions } from './page.ts';

export default defineCommand<ListOptions, CapturePage>({
  declare: (command) => {
    command.argument('<words...>', 'all of them must occur');
    declareFilters(command);
    declarePaging(command);
    command.addHelpText(
      'after',
      `
Looks at whole words in the headers and in the first 64 KiB of the body, decompressed.

Examples:
  webhook-cli captures search acme renewal
  webhook-cli captures search john@example.com --provider iverton`,
    );
  },
  run: async (context, options, words) => {
    const filter = { ...(await readFilter(context, options)), text: words.join(' ') };
    return (await context.store()).captures.list(filter, readPage(options));
  },
  render: renderPage,
  json: pageJson,
});

import { UsageError } from '../../../errors.ts';
import type { CaptureFilterText } from '../../../store/filter-text.ts';
import { readFilter } from '../../capture-filter.ts';
import { defineCommand } from '../../command.ts';
import { declareFilters, hasFilters } from '../../options.ts';
import { findCapture } from '../../pick.ts';

interface DeleteOptions extends CaptureFilterText {
  readonly all?: boolean;
  readonly yes?: boolean;
}

export default defineCommand<DeleteOptions, number>({
  declare: (command) => {
    command.argument('[captures...]', 'which; last for the newest');
    declareFilters(command);
    command
      .option('--all', 'every capture there is')
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        `
Examples:
  webhook-cli captures delete cap_…
  webhook-cli captures delete --until 7d --yes`,
      );
  },
  run: async (context, options, ids) => {
    const filter = await readFilter(context, options);
    const ways = [ids.length > 0, hasFilters(filter), options.all === true].filter(Boolean).length;
    if (ways !== 1) {
      throw new UsageError(
        'which captures?',
        'name some, or give filters such as --until 7d, or --all; one of these',
      );
    }
    const store = await context.store();
    const { captures } = store;
    if (ids.length > 0) {
      // All are looked up before the first is deleted: a misspelt one deletes nothing.
      const found: string[] = [];
      for (const id of ids) found.push((await findCapture(store, id)).id);
      return captures.delete(found);
    }
    if (options.yes !== true) {
      if (!context.interactive) throw new UsageError('this deletes captures for good', 'confirm with --yes');
      const sure = await (await context.prompt()).confirm('Delete every capture that matches, for good?');
      if (!sure) return 0;
    }
    return captures.deleteMatching(filter);
  },
  render: (deleted) => `${deleted} deleted`,
  json: (deleted) => ({ deleted }),
});

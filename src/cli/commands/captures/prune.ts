import { UsageError } from '../../../errors.ts';
import { formatSize } from '../../../model/size.ts';
import { defineCommand } from '../../command.ts';
import { giveAllBack, pruneAll } from '../../keep-pruned.ts';
import { declareRetention, readRetention, type RetentionOptions } from '../../retention.ts';

interface PruneOptions extends RetentionOptions {
  readonly yes?: boolean;
}

interface PruneResult {
  readonly captures: number;
  readonly deliveries: number;
  /** Of the database file, before and after. */
  readonly sizeBytes: { readonly before: number; readonly after: number };
}

export default defineCommand<PruneOptions, PruneResult>({
  declare: (command) => {
    declareRetention(command);
    command.option('--yes', 'do not ask').addHelpText(
      'after',
      `
Deletes the oldest captures, and the oldest events whose deliveries have all ended, and makes the file smaller. An age is like
30s, 15m, 12h, 7d or 4w; a number is one of captures, and of events; a size is that of the file, in MB, GB or TB.
With several, whichever is reached first.

Examples:
  webhook-cli captures prune --keep 7d
  webhook-cli captures prune --keep 100000,1GB --yes
  webhook-cli listen --keep 7d`,
    );
  },
  run: async (context, options) => {
    const { rule, isChosen } = await readRetention(context, options);
    if (rule === null) {
      throw new UsageError(
        isChosen ? 'everything is kept: there is nothing to prune' : 'how much is to be kept?',
        'say so with --keep: an age such as 7d, a number such as 100000, a size such as 1GB, or several',
      );
    }
    if (options.yes !== true && !context.interactive) {
      throw new UsageError('this deletes captures and deliveries for good', 'confirm with --yes');
    }
    const store = await context.store();
    const before = await store.retention.size();
    if (options.yes !== true) {
      const sure = await (
        await context.prompt()
      ).confirm('Delete everything that is not to be kept, for good?');
      if (!sure) return { captures: 0, deliveries: 0, sizeBytes: { before, after: before } };
    }
    const deleted = await pruneAll(store, rule, context);
    await giveAllBack(store, context);
    if (!context.signal.aborted && deleted.captures > 0) await store.captures.indexText();
    return { ...deleted, sizeBytes: { before, after: await store.retention.size() } };
  },
  render: ({ captures, deliveries, sizeBytes: { before, after } }) => {
    const size =
      after < before ? `${formatSize(before)} before, ${formatSize(after)} now` : formatSize(after);
    return `${count(captures, 'capture')} and ${count(deliveries, 'delivery', 'deliveries')} deleted; the database: ${size}`;
  },
  json: (result) => result,
});

function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}

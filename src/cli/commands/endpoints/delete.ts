import { UsageError } from '../../../errors.ts';
import { defineCommand } from '../../command.ts';
import { pickEndpoint } from '../../endpoints.ts';

export default defineCommand<object, readonly string[]>({
  declare: (command) => {
    command.argument('[endpoints...]', 'which');
  },
  run: async (context, _options, ids) => {
    if (ids.length === 0)
      throw new UsageError('which endpoints?', 'name them; see: webhook-cli endpoints list');
    const store = await context.store();
    // All are looked up before the first is deleted: a misspelt one deletes nothing.
    for (const id of ids) await pickEndpoint(context, store, id);
    for (const id of ids) await store.endpoints.delete(id, context.clock.now());
    return ids;
  },
  render: (ids) => `${ids.length} deleted`,
  json: (ids) => ({ deleted: ids.length }),
});

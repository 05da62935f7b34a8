import { defineStream } from '../command.ts';
import type { Context } from '../context.ts';
import { ownDeliverer } from '../deliverers.ts';
import { declareInspector, openInspector, type InspectorCommandOptions } from '../inspector.ts';
import { declareSecrets } from '../options.ts';
import { aborted } from '../signals.ts';

interface Ready {
  readonly type: 'ready';
  readonly url: string;
  readonly tunnelUrl: null;
  /** The same with the token. */
  readonly ui: string;
  readonly database: string;
}

export default defineStream<InspectorCommandOptions, Ready>({
  declare: (command) => {
    declareSecrets(command);
    declareInspector(command);
    command.addHelpText(
      'after',
      `
Shows what is in the database on a page, and goes on showing what comes: beside listen and serve, or without them.
It listens on this machine alone, and only who has the link gets to see anything.

Examples:
  webhook-cli ui
  webhook-cli listen --ui
  webhook-cli serve --ui --clock manual`,
    );
  },
  stream: ui,
  render: ({ ui, database }, { paint }) => ({
    err: `Open ${paint.bold(ui)}   (Ctrl-C here stops)\n  ${paint.dim('history')}  ${database}\n`,
  }),
  json: (ready) => ready,
});

async function* ui(context: Context, options: InspectorCommandOptions): AsyncGenerator<Ready> {
  const store = await context.store();
  const deliverer = ownDeliverer(context, store);
  const inspector = await openInspector(context, store, options, deliverer, () => ({
    receiver: null,
    apis: null,
  }));
  yield {
    type: 'ready',
    url: inspector.url,
    tunnelUrl: null,
    ui: inspector.link,
    database: await context.databasePath(),
  };
  await aborted(context.signal);
  await inspector.stop();
  await deliverer.stop();
}

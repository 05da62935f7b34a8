import type { Emulator } from '../../emulator/emulator.ts';
import type { ManualClock } from '../../engine/clock.ts';
import type { EngineEvent } from '../../engine/engine.ts';
import { UsageError } from '../../errors.ts';
import type { Inspector } from '../../inspector/inspector.ts';
import { parseDuration } from '../../model/duration.ts';
import { loadProvider, loadProviders } from '../../providers/index.ts';
import { createChannel } from '../channel.ts';
import { defineStream } from '../command.ts';
import type { Context } from '../context.ts';
import { createListeners, wholeDeliverer } from '../deliverers.ts';
import { declareEngine, openEngine, readClock, type EngineCommandOptions } from '../engine.ts';
import { declareInspector, openInspector, type InspectorCommandOptions } from '../inspector.ts';
import { parseInteger } from '../options.ts';
import { renderServe, serveJson, type ServeItem } from '../render/serve.ts';

interface ServeOptions extends EngineCommandOptions, InspectorCommandOptions {
  readonly ui?: boolean;
  readonly provider?: string[];
  readonly port: string;
  readonly host: string;
  readonly apiKey?: string;
}

/** How long Ctrl-C waits for requests under way, in milliseconds. */
const DRAIN_MS = 5_000;
const KEY_BYTES = 20;

export default defineStream<ServeOptions, ServeItem>({
  declare: (command) => {
    command
      .option('--provider <ids...>', 'whose API to serve: one or several; all of them where it is left out')
      .option('--port <number>', 'port to listen on; 0 takes any free one', '4500')
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option('--api-key <key>', 'the bearer token to ask for (else WEBHOOK_API_KEY, else a new one)');
    command.option('--ui', 'show endpoints and deliveries on a page in the browser too');
    declareInspector(command);
    declareEngine(command, 'real, virtual, manual (steps on Enter, or on 5m and the like), x60');
    command.addHelpText(
      'after',
      `
Stands in for providers: serves their management APIs, under /<provider> or, with one provider, at the root; POST /_emit/<event-type>
there publishes an event. Makes the deliveries that wait in the database, and what emit writes there meanwhile, until stopped.

Examples:
  webhook-cli serve
  webhook-cli serve --provider filedgr --api-key YOUR_ACCESS_TOKEN
  webhook-cli serve --clock x60
  webhook-cli serve --ui --clock manual`,
    );
  },
  stream: serve,
  render: renderServe,
  json: serveJson,
});

async function* serve(context: Context, options: ServeOptions): AsyncGenerator<ServeItem> {
  const port = parseInteger(options.port, '--port', 0, 65_535);
  const providers =
    options.provider === undefined
      ? await loadProviders()
      : await Promise.all([...new Set(options.provider)].map((id) => loadProvider(id)));
  const { apiKey, isGenerated } = chooseKey(context, options);
  const store = await context.store();
  const clock = await readClock(context, options.clock, store, ['real', 'virtual', 'manual', 'scaled']);
  const channel = createChannel<ServeItem>();
  const count = { attempts: 0, acknowledged: 0 };
  let emulator: Emulator | undefined;
  let inspector: Inspector | undefined;
  const listeners = createListeners();
  let url = '';
  let apis: readonly { readonly provider: string; readonly url: string }[] = [];
  const engine = await openEngine(context, store, {
    clock,
    publicOnly: options.publicOnly,
    onEvent: (event: EngineEvent) => {
      emulator?.onEngineEvent(event);
      listeners.tell(event);
      if (event.type === 'attempt') {
        count.attempts += 1;
        if (event.attempt.ok) count.acknowledged += 1;
      }
      if (event.type === 'problem') context.warn('tried again', event.error);
      else if (!context.globals.quiet) channel.push({ type: 'event', event });
    },
  });
  try {
    const { startEmulator } = await import('../../emulator/emulator.ts');
    emulator = await startEmulator({
      providers,
      host: options.host,
      port,
      apiKey,
      store,
      engine,
      clock: context.clock,
      randomBytes: context.randomBytes,
    });
    url = emulator.url;
    apis = providers.map(({ id }) => ({
      provider: id,
      url: providers.length === 1 ? url : `${url}/${id}`,
    }));
    if (options.ui === true) {
      const deliverer = wholeDeliverer(context, engine, listeners.subscribe);
      inspector = await openInspector(context, store, options, deliverer, () => ({ receiver: null, apis }));
    }
  } catch (error) {
    await engine.stop();
    await emulator?.destroy();
    throw error;
  }
  yield {
    type: 'ready',
    url,
    tunnelUrl: null,
    ui: inspector?.link ?? null,
    apis,
    example: providers[0]!.events[0]!.name,
    apiKey: isGenerated ? apiKey : null,
    clock: clock.kind,
    now: clock.now(),
    database: await context.databasePath(),
  };
  if (clock.kind === 'manual') void step(clock as ManualClock);
  context.signal.addEventListener('abort', () => void end(emulator!), { once: true });
  if (context.signal.aborted) void end(emulator);
  yield* channel.items;
  if (!context.globals.quiet) yield { type: 'summary', ...count };

  async function end(server: Emulator): Promise<void> {
    const limit = new AbortController();
    await inspector?.stop();
    const closed = Promise.all([engine.stop({ drainMs: DRAIN_MS }), server.close()]).then(() =>
      limit.abort(),
    );
    await Promise.race([closed, context.clock.sleep(DRAIN_MS, limit.signal)]);
    await server.destroy();
    await closed;
    channel.end();
  }

  /** Moves a manual clock by what is typed: a duration, or an empty line for the next due time. */
  async function step(manual: ManualClock): Promise<void> {
    for await (const line of context.stdinLines()) {
      const text = line.trim();
      await engine.idle();
      const due = engine.nextDueAt();
      if (text !== '') {
        try {
          manual.advanceBy(parseDuration(text, 'the clock'));
        } catch (error) {
          context.note((error as Error).message);
          continue;
        }
      } else if (due === null) {
        context.note('nothing waits');
        continue;
      } else manual.advanceTo(due);
      channel.push({ type: 'time', now: manual.now() });
      engine.wake();
    }
  }
}

/** The key that requests have to bring: given, or one for this run. */
function chooseKey(
  { env, randomBytes }: Context,
  options: ServeOptions,
): { readonly apiKey: string; readonly isGenerated: boolean } {
  const given = options.apiKey ?? (env['WEBHOOK_API_KEY'] || undefined);
  if (given === undefined) {
    return { apiKey: Buffer.from(randomBytes(KEY_BYTES)).toString('hex'), isGenerated: true };
  }
  if (/^\S+$/.test(given)) return { apiKey: given, isGenerated: false };
  throw new UsageError('the API key is empty or holds white space', 'give another with --api-key');
}

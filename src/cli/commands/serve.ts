import { advance, advanceTo, type AdvanceOptions } from '../../engine/advance.ts';
import type { EngineEvent } from '../../engine/engine.ts';
import type { Inspector } from '../../inspector/inspector.ts';
import { parseDuration } from '../../model/duration.ts';
import { createChannel } from '../channel.ts';
import { defineStream } from '../command.ts';
import type { Context } from '../context.ts';
import { createListeners, wholeDeliverer } from '../deliverers.ts';
import { noteStrangers } from '../endpoints.ts';
import { declareEngine, readClock, type EngineCommandOptions } from '../engine.ts';
import { declareInspector, openInspector, type InspectorCommandOptions } from '../inspector.ts';
import { parseInteger } from '../options.ts';
import { declareRetention, readRetention, startRetention, type RetentionOptions } from '../retention.ts';
import { renderServe, serveJson, type ServeItem } from '../render/serve.ts';
import { chooseKey, startServing } from '../serving.ts';

interface ServeOptions extends EngineCommandOptions, InspectorCommandOptions, RetentionOptions {
  readonly ui?: boolean;
  readonly provider?: string[];
  readonly port: string;
  readonly host: string;
  readonly apiKey?: string;
}

export default defineStream<ServeOptions, ServeItem>({
  declare: (command) => {
    command
      .option('--provider <ids...>', 'whose API to serve: one or several; all of them where it is left out')
      .option('--port <number>', 'port to listen on; 0 takes any free one', '4500')
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option('--api-key <key>', 'the bearer token to ask for (else WEBHOOK_API_KEY, else a new one)');
    command.option('--ui', 'show endpoints and deliveries on a page in the browser too');
    declareInspector(command);
    declareRetention(command);
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
  webhook-cli serve --keep 7d
  webhook-cli serve --ui --clock manual`,
    );
  },
  stream: serve,
  render: renderServe,
  json: serveJson,
});

async function* serve(context: Context, options: ServeOptions): AsyncGenerator<ServeItem, undefined> {
  const port = parseInteger(options.port, '--port', 0, 65_535);
  const known = await context.providers();
  const providers =
    options.provider === undefined ? known.all : [...new Set(options.provider)].map(known.get);
  const retention = await readRetention(context, options);
  const { apiKey, isGenerated } = chooseKey(context, options.apiKey);
  const store = await context.store();
  const clock = await readClock(context, options.clock, store, ['real', 'virtual', 'manual', 'scaled']);
  await noteStrangers(context, store);
  const channel = createChannel<ServeItem>();
  const count = { attempts: 0, acknowledged: 0 };
  let inspector: Inspector | undefined;
  const listeners = createListeners();
  const serving = await startServing(context, store, {
    providers,
    host: options.host,
    port,
    apiKey,
    clock,
    publicOnly: options.publicOnly,
    onEvent: (event: EngineEvent) => {
      listeners.tell(event);
      if (event.type === 'attempt') {
        count.attempts += 1;
        if (event.attempt.ok) count.acknowledged += 1;
      }
      if (event.type === 'problem') context.warn('tried again', event.error);
      else if (!context.globals.quiet) channel.push({ type: 'event', event });
    },
  });
  const { engine, url, apis } = serving;
  try {
    if (options.ui === true) {
      const deliverer = wholeDeliverer(context, engine, listeners.subscribe);
      inspector = await openInspector(context, store, options, deliverer, () => ({ receiver: null, apis }));
    }
  } catch (error) {
    await serving.abandon();
    throw error;
  }
  const first = providers.find(({ id }) => id === apis[0]?.provider) ?? providers[0]!;
  yield {
    type: 'ready',
    url,
    tunnelUrl: null,
    ui: inspector?.link ?? null,
    apis,
    example: first.events[0]!.name,
    provider: first.id,
    name: first.name,
    apiKey: isGenerated ? apiKey : null,
    clock: clock.kind,
    now: clock.now(),
    database: await context.databasePath(),
  };
  startRetention(context, store, retention, context.signal);
  if (clock.kind === 'manual') void step();
  context.signal.addEventListener('abort', () => void end(), { once: true });
  if (context.signal.aborted) void end();
  yield* channel.items;
  if (!context.globals.quiet) yield { type: 'summary', ...count };

  async function end(): Promise<void> {
    await inspector?.stop();
    await serving.stop();
    channel.end();
  }

  /** Moves a manual clock by what is typed: a duration, or an empty line for the next due time. */
  async function step(): Promise<void> {
    const options: AdvanceOptions = {
      signal: context.signal,
      onStep: (now) => channel.push({ type: 'time', now }),
    };
    for await (const line of context.stdinLines()) {
      const text = line.trim();
      try {
        if (text === '') await stepToNext(options);
        else await advance(engine, clock.now() + parseDuration(text, 'the clock'), options);
      } catch (error) {
        context.note((error as Error).message);
      }
    }
  }

  async function stepToNext(options: AdvanceOptions): Promise<void> {
    await engine.idle();
    const due = engine.nextDueAt();
    if (due === null) context.note('nothing waits');
    else await advanceTo(engine, due, options);
  }
}

import { UsageError } from '../../errors.ts';
import { createTally } from '../../expect/expectation.ts';
import type { Provider } from '../../providers/provider.ts';
import { mayBeUnsigned } from '../../providers/signatures.ts';
import { acknowledgementOf } from '../../receiver/answer.ts';
import { startReceiver, type ReceiverEvent } from '../../receiver/receiver.ts';
import { createChannel } from '../channel.ts';
import { defineStream } from '../command.ts';
import type { Context } from '../context.ts';
import { ownDeliverer } from '../deliverers.ts';
import { EXIT } from '../exit-code.ts';
import { declareExpectations, readExpectations, type ExpectationOptions } from '../expecting.ts';
import { declareInspector, openInspector, type InspectorCommandOptions } from '../inspector.ts';
import { keepIndexed } from '../keep-indexed.ts';
import { declareSecrets } from '../options.ts';
import {
  closeReceiver,
  createAnswer,
  declareReceiving,
  readReceiving,
  type ReceivingOptions,
} from '../receiving.ts';
import { handedOver, listenJson, renderListen, type ListenItem } from '../render/listen.ts';
import {
  declareRetention,
  readRetention,
  refuseTooLittleRoom,
  startRetention,
  type RetentionOptions,
} from '../retention.ts';
import { aborted } from '../signals.ts';
import { prepareTunnel, type TunnelOptions } from '../tunnel.ts';
import { createWaitingBodies } from '../waiting-bodies.ts';

interface ListenOptions
  extends ReceivingOptions, TunnelOptions, InspectorCommandOptions, ExpectationOptions, RetentionOptions {
  readonly ui?: boolean;
  readonly showSecrets?: boolean;
}

export default defineStream<ListenOptions, ListenItem>({
  declare: (command) => {
    command
      .option('--port <number>', 'port to listen on; 0 takes any free one', '4400')
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option('--provider <id>', 'who sends, where neither the path (/<provider>) nor the request tells');
    declareSecrets(command);
    declareReceiving(command);
    declareRetention(command);
    command
      .option('--tunnel [kind]', 'make it reachable from outside: localtunnel')
      .option('--tunnel-host <url>', "localtunnel: a server of one's own")
      .option('--subdomain <name>', 'localtunnel: ask for this name')
      .option(
        '--tunnel-command <command>',
        'any program that prints a public URL; {port} stands for the port',
      )
      .option('--show-secrets', 'print secrets that handshakes hand over in full')
      .option('--ui', 'show what arrives on a page in the browser too');
    declareInspector(command);
    declareExpectations(command, {
      about: 'with --expect: how long it may take (default: until Ctrl-C)',
    });
    command.addHelpText(
      'after',
      `
With --expect it ends by itself: with 0 as soon as all of it has come, with 3 at the timeout.

Examples:
  webhook-cli listen --provider iverton --secret whsec_x
  webhook-cli listen --forward http://localhost:3000/webhooks
  webhook-cli listen --respond 500,500,200
  webhook-cli listen --ui
  webhook-cli listen --keep 7d,1GB
  webhook-cli listen --expect 'iverton:deal.won x2' --timeout 30s
  webhook-cli listen --tunnel-command 'ssh -R 80:localhost:{port} localhost.run'`,
    );
  },
  stream: (context, options) => listen(context, options),
  render: renderListen,
  json: listenJson,
});

async function* listen(context: Context, options: ListenOptions): AsyncGenerator<ListenItem, number> {
  const { quiet } = context.globals;
  const expected = await readExpected(context, options);
  const enough = new AbortController();
  const signal = AbortSignal.any([context.signal, enough.signal]);
  const settings = await readReceiving(context, options);
  const retention = await readRetention(context, options);
  refuseTooLittleRoom(retention.rule, settings.maxDb);
  const openTunnel = await prepareTunnel(options, context);
  const store = await context.store({ maxSizeBytes: settings.maxDb });
  const channel = createChannel<ListenItem>();
  const bodies = createWaitingBodies(store.captures, context.globals.json);
  const count = { captured: 0, refused: 0, verified: 0, failed: 0 };
  let hasExplained = false;
  const { answer, close: closeAnswer } = await createAnswer(context, options);
  let tunnelUrl: string | null = null;
  const server = await startReceiver({
    ...settings,
    publicUrl: () => settings.publicUrl() ?? tunnelUrl ?? undefined,
    captures: store.captures,
    answer,
    clock: context.clock,
    randomBytes: context.randomBytes,
    onEvent: (event) => {
      if (event.type === 'capture') {
        count.captured += 1;
        if (event.capture.verdict?.ok === true) count.verified += 1;
        if (event.capture.verdict?.ok === false) count.failed += 1;
        expected?.tally.add(event.capture);
        if (expected?.tally.isMet() === true) enough.abort();
      } else if (event.type === 'refused') count.refused += event.refused.count ?? 1;
      else if (event.type === 'error' && !event.kept) count.refused += 1;
      if (!quiet) tell(event);
      // Nobody else would tell that captures are being lost.
      else if (event.type === 'error' && !event.kept) {
        context.warn(`not stored, answered ${event.status}`, event.error);
      }
    },
  });
  const deliverer = options.ui === true ? ownDeliverer(context, store) : null;
  const inspector =
    deliverer === null
      ? null
      : await openInspector(context, store, options, deliverer, () => ({
          receiver: { url: server.url, tunnelUrl, forward: options.forward ?? null },
          apis: null,
        })).catch(async (error: unknown) => {
          await server.destroy();
          throw error;
        });
  const drained = new AbortController();
  let ready = false;
  const tunnel = openTunnel?.(server.port, { signal, drained: drained.signal }, (event) => {
    if (event.type === 'open') tunnelUrl = event.url;
    // The first URL is part of `ready`.
    if (!quiet && (ready || event.type !== 'open')) channel.push({ type: 'tunnel', event });
  });
  void keepIndexed(store.captures, { clock: context.clock, signal }, (error) => {
    if (!quiet) context.warn('what arrives cannot be searched yet', error);
  });
  startRetention(context, store, retention, signal);
  void drainOnSignal();

  tunnelUrl = (await tunnel?.first) ?? null;
  ready = true;
  yield {
    type: 'ready',
    url: server.url,
    tunnelUrl,
    ui: inspector?.link ?? null,
    about: {
      provider: settings.provider?.id ?? null,
      answer: options.forward ?? options.respond ?? String(acknowledgementOf(settings.provider)),
      database: await context.databasePath(),
      verifies: settings.hasSecrets,
      unusable: settings.unusable,
      example: exampleOf(settings.provider ?? tryable(settings)),
      quiet,
    },
  };
  if (expected !== null && expected.timeoutMs !== null) {
    void context.clock.sleep(expected.timeoutMs, signal).then(() => enough.abort());
  }
  for await (const item of channel.items) {
    if (item.type !== 'capture') yield item;
    else {
      const capture = await bodies.take(item.capture);
      if (capture !== null) yield { ...item, capture };
    }
  }
  if (!quiet) yield { type: 'summary', ...count };
  if (expected === null) return EXIT.done;
  const report = expected.tally.report();
  yield { type: 'expectation', report };
  return report.isMet ? EXIT.done : EXIT.no;

  /** What arrived; and once, where to learn more of what was wrong with it. */
  function tell(event: ReceiverEvent): void {
    if (event.type === 'secret') channel.push(handedOver(event, options.showSecrets === true));
    else channel.push(event.type === 'capture' ? { ...event, capture: bodies.put(event.capture) } : event);
    if (hasExplained || event.type !== 'capture' || event.diagnosis.length === 0) return;
    hasExplained = true;
    channel.push({ type: 'explain', captureId: event.capture.id });
  }

  async function drainOnSignal(): Promise<void> {
    await aborted(signal);
    await closeReceiver(context, server);
    await inspector?.stop();
    await deliverer?.stop();
    drained.abort();
    await tunnel?.closed;
    closeAnswer();
    channel.end();
  }
}

/** What is to come before it ends; null where it goes on until it is stopped. */
async function readExpected(context: Context, options: ListenOptions) {
  const alone = (['where', 'jmespath', 'schema', 'timeout'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (options.expect === undefined && alone !== undefined) {
    throw new UsageError(`--${alone} needs --expect`, "such as --expect 'iverton:deal.won x2'");
  }
  if (options.expect === undefined) return null;
  const { expectations, test, timeoutMs } = await readExpectations(context, options);
  return { tally: createTally(expectations, test), timeoutMs };
}

/** One whose events can be sent as they are: with a secret of its own, or without any. */
function tryable({ providers, secretsFor }: Awaited<ReturnType<typeof readReceiving>>): Provider {
  const own = providers.find(({ id }) => secretsFor(id).length > 0);
  return own ?? providers.find(mayBeUnsigned) ?? providers[0]!;
}

function exampleOf({ id, events }: Provider): string {
  return `${id} ${events[0]!.name}`;
}

import { UsageError } from '../../errors.ts';
import { parseDuration } from '../../model/duration.ts';
import { parseSize } from '../../model/size.ts';
import { parseTarget } from '../../model/target.ts';
import { loadProvider, loadProviders } from '../../providers/index.ts';
import type { Provider } from '../../providers/provider.ts';
import { plainAnswer, type Answerer } from '../../receiver/answer.ts';
import { startReceiver } from '../../receiver/receiver.ts';
import { createChannel } from '../channel.ts';
import { defineStream } from '../command.ts';
import type { Context } from '../context.ts';
import { ownDeliverer } from '../deliverers.ts';
import { declareInspector, openInspector, type InspectorCommandOptions } from '../inspector.ts';
import { keepIndexed } from '../keep-indexed.ts';
import { declareSecrets, parseInteger } from '../options.ts';
import { listenJson, renderListen, type ListenItem } from '../render/listen.ts';
import { aborted } from '../signals.ts';
import { prepareTunnel, type TunnelOptions } from '../tunnel.ts';

interface ListenOptions extends TunnelOptions, InspectorCommandOptions {
  readonly ui?: boolean;
  readonly port: string;
  readonly host: string;
  readonly provider?: string;
  readonly forward?: string;
  readonly forwardTimeout: string;
  readonly respond?: string;
  readonly verify: string;
  readonly enforceIp?: boolean;
  readonly maxBody: string;
  readonly maxDb?: string;
  readonly requestTimeout: string;
}

/** How long Ctrl-C waits for answers under way. */
const DRAIN_MS = 5_000;

export default defineStream<ListenOptions, ListenItem>({
  declare: (command) => {
    command
      .option('--port <number>', 'port to listen on; 0 takes any free one', '4400')
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option('--provider <id>', 'who sends, where neither the path (/<provider>) nor the request tells');
    declareSecrets(command);
    command
      .option('--forward <url>', 'pass every request on to your app, and its answer back')
      .option('--forward-timeout <duration>', 'how long the app may take', '30s')
      .option('--respond <script>', 'answer by a script: 200, 500,500,200, delay:2s, drop, 503+delay:1s')
      .option('--verify <mode>', 'report a bad signature, or answer it with 401: report, strict', 'report')
      .option('--enforce-ip', "answer 403 to addresses outside the provider's published ranges")
      .option('--max-body <size>', 'answer 413 to larger bodies', '25MB')
      .option('--max-db <size>', 'refuse captures with 503 rather than let the database grow beyond this')
      .option('--request-timeout <duration>', 'how long a sender may take for one request', '300s')
      .option('--tunnel [kind]', 'make it reachable from outside: localtunnel')
      .option('--tunnel-host <url>', "localtunnel: a server of one's own")
      .option('--subdomain <name>', 'localtunnel: ask for this name')
      .option(
        '--tunnel-command <command>',
        'any program that prints a public URL; {port} stands for the port',
      )
      .option('--ui', 'show what arrives on a page in the browser too');
    declareInspector(command);
    command.addHelpText(
      'after',
      `
Examples:
  webhook-cli listen --provider iverton --secret whsec_x
  webhook-cli listen --forward http://localhost:3000/webhooks
  webhook-cli listen --respond 500,500,200
  webhook-cli listen --ui
  webhook-cli listen --tunnel-command 'ssh -R 80:localhost:{port} localhost.run'`,
    );
  },
  stream: (context, options) => listen(context, options),
  render: renderListen,
  json: listenJson,
});

async function* listen(context: Context, options: ListenOptions): AsyncGenerator<ListenItem> {
  const { quiet } = context.globals;
  const settings = await readSettings(context, options);
  const openTunnel = await prepareTunnel(options, context);
  const store = await context.store({ maxSizeBytes: settings.maxDb });
  const channel = createChannel<ListenItem>();
  const count = { captured: 0, refused: 0, verified: 0, failed: 0 };
  const { answer, close: closeAnswer } = await createAnswer(context, options);
  const server = await startReceiver({
    ...settings,
    captures: store.captures,
    answer,
    clock: context.clock,
    randomBytes: context.randomBytes,
    onEvent: (event) => {
      if (event.type === 'capture') {
        count.captured += 1;
        if (event.capture.verdict?.ok === true) count.verified += 1;
        if (event.capture.verdict?.ok === false) count.failed += 1;
      } else if (event.type === 'refused' || !event.kept) count.refused += 1;
      if (!quiet) channel.push(event);
      // Nobody else would tell that captures are being lost.
      else if (event.type === 'error' && !event.kept) {
        context.warn(`not stored, answered ${event.status}`, event.error);
      }
    },
  });
  let tunnelUrl: string | null = null;
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
  const tunnel = openTunnel?.(server.port, { signal: context.signal, drained: drained.signal }, (event) => {
    // The first URL is part of `ready`.
    if (!quiet && (ready || event.type !== 'open')) channel.push({ type: 'tunnel', event });
  });
  void keepIndexed(store.captures, context, (error) => {
    if (!quiet) context.warn('what arrives cannot be searched yet', error);
  });
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
      answer: options.forward ?? options.respond ?? '200',
      database: await context.databasePath(),
      verifies: settings.hasSecrets,
      example: exampleOf(settings.provider ?? settings.providers.at(-1)!),
      quiet,
    },
  };
  yield* channel.items;
  if (!quiet) yield { type: 'summary', ...count };

  async function drainOnSignal(): Promise<void> {
    await aborted(context.signal);
    const limit = new AbortController();
    const closed = server.close().then(() => limit.abort());
    await Promise.race([closed, context.clock.sleep(DRAIN_MS, limit.signal)]);
    await server.destroy();
    await inspector?.stop();
    await deliverer?.stop();
    drained.abort();
    await tunnel?.closed;
    closeAnswer();
    channel.end();
  }
}

async function readSettings(context: Context, options: ListenOptions) {
  const providers = await loadProviders();
  const provider = options.provider === undefined ? null : await loadProvider(options.provider);
  const secretsFor = await context.secretsFor();
  const hasSecrets = (provider === null ? providers : [provider]).some(({ id }) => secretsFor(id).length > 0);
  if (options.verify !== 'report' && options.verify !== 'strict') {
    throw new UsageError(`--verify takes report or strict, not "${options.verify}"`);
  }
  const strict = options.verify === 'strict';
  if (strict && !hasSecrets) {
    throw new UsageError(
      '--verify strict needs a secret to verify with',
      'give one with --secret',
      'ERR_NO_SECRET',
    );
  }
  return {
    providers,
    provider,
    secretsFor,
    hasSecrets,
    strict,
    host: options.host,
    port: parseInteger(options.port, '--port', 0, 65_535),
    enforceIp: options.enforceIp === true,
    maxBodyBytes: parseSize(options.maxBody, '--max-body'),
    maxDb: options.maxDb === undefined ? undefined : parseSize(options.maxDb, '--max-db'),
    requestTimeoutMs: parseDuration(options.requestTimeout, '--request-timeout'),
  };
}

async function createAnswer(
  context: Context,
  options: ListenOptions,
): Promise<{ answer: Answerer; close: () => void }> {
  if (options.forward !== undefined && options.respond !== undefined) {
    throw new UsageError(
      '--forward and --respond exclude each other',
      'the answer is either the app’s or the script’s',
    );
  }
  if (options.forward !== undefined) {
    const { forwardTo } = await import('../../receiver/forward.ts');
    const forward = forwardTo({
      target: parseTarget(options.forward, '--forward'),
      timeoutMs: parseDuration(options.forwardTimeout, '--forward-timeout'),
    });
    return { answer: forward, close: forward.close };
  }
  if (options.respond !== undefined) {
    const { parseRespondScript, scriptedAnswers } = await import('../../receiver/respond.ts');
    return { answer: scriptedAnswers(parseRespondScript(options.respond), context.clock), close: () => {} };
  }
  return { answer: async () => plainAnswer(200), close: () => {} };
}

function exampleOf({ id, events }: Provider): string {
  return `${id} ${events[0]!.name}`;
}

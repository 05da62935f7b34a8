import type { Command } from 'commander';
import { join, resolve } from 'node:path';
import { generateSecret, receiverKey } from '../../engine/endpoint-secret.ts';
import { UsageError } from '../../errors.ts';
import { createTally } from '../../expect/expectation.ts';
import { startReceiver } from '../../receiver/receiver.ts';
import type { Secret } from '../../signing/scheme.ts';
import type { Store } from '../../store/store.ts';
import { exitCodeOfProgram } from '../child.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import {
  declareExpectations,
  readExpectations,
  type ExpectationOptions,
  type Expectations,
} from '../expecting.ts';
import { declareSecrets } from '../options.ts';
import {
  closeReceiver,
  createAnswer,
  declareReceiving,
  readReceiving,
  type ReceivingOptions,
} from '../receiving.ts';
import { renderRun, runJson, type RunResult } from '../render/run.ts';
import { createRecorder } from '../run-record.ts';
import { secretsOfRun, type RunSecrets } from '../run-secrets.ts';
import { givenSecrets } from '../secrets.ts';
import type { Serving } from '../serving.ts';

interface RunOptions extends ReceivingOptions, ExpectationOptions {
  readonly serve?: boolean;
  readonly clock?: string;
}

const SECRET_BYTES = 24;
const PUBLIC_KEY = 'WEBHOOK_PUBLIC_KEY';

export default defineCommand<RunOptions, RunResult>({
  declare: (command) => {
    command
      .argument('[command...]')
      .usage('[options] -- <command> [args...]')
      .hook('preAction', (_, self) => refuseUnclear(self))
      .option('--port <number>', 'port to receive on; 0 takes any free one', '0')
      .option('--host <address>', 'address to receive on', '127.0.0.1')
      .option('--provider <id>', 'who sends, where neither the path (/<provider>) nor the request tells');
    declareSecrets(command);
    declareReceiving(command);
    command
      .option(
        '--serve',
        'stand in for the provider too, or for all: its management API, and what it delivers',
      )
      .option('--clock <clock>', 'what its deliveries follow, with --serve: real, virtual, x60');
    declareExpectations(command, {
      timeout: '0s',
      about: 'how long it may take after the command has ended',
    });
    command.addHelpText(
      'after',
      `
Runs a command, such as a test suite, beside a receiver of its own, and ends with its exit code. The command finds in its environment:
  WEBHOOK_URL        where the receiver listens
  WEBHOOK_SECRET     what it verifies with: your secret, or a new one of this run (WEBHOOK_SECRET_<PROVIDER> where one differs)
  WEBHOOK_PUBLIC_KEY where --provider signs with a private key: the public one, for your app; WEBHOOK_SECRET is the private one
  WEBHOOK_DB         the database: webhook-cli wait, captures and the like look into it by themselves
  WEBHOOK_API_URL    with --serve: the management API of --provider, or what all of them are under (/<provider>)
  WEBHOOK_API_KEY    with --serve: its bearer token
The database is a new one, removed at the end, unless --db or WEBHOOK_DB names one; that of the configuration is left alone.

Exit codes: the command's own; 128 and the number of the signal it died of; 127 where it is not found, 126 where it cannot be
executed; 3 where it ended with 0 and something is missing of what --expect says.

Examples:
  webhook-cli run -- npm test
  webhook-cli run --provider iverton --expect 'iverton:deal.won x2' --timeout 10s -- npm test
  webhook-cli run --forward http://localhost:3000/webhooks -- pytest -x
  webhook-cli run --serve --provider taskplatform --clock virtual -- npm test
  webhook-cli run -- sh -c 'webhook-cli send iverton deal.won --to "$WEBHOOK_URL"'`,
    );
  },
  run: async (context, options, args) => run(context, options, args as [string, ...string[]]),
  render: renderRun,
  json: runJson,
  exitCode: ({ program, record }) =>
    exitCodeOfProgram(program) || (record.report?.isMet === false ? EXIT.no : EXIT.done),
  exitCodeStands: ({ isInterrupted }) => !isInterrupted,
});

async function run(context: Context, options: RunOptions, argv: [string, ...string[]]): Promise<RunResult> {
  const { clock, globals, signal } = context;
  const { expectations, test, timeoutMs } = await readWanted(context, options);
  if (options.clock !== undefined && options.serve !== true) {
    throw new UsageError('--clock is for deliveries', 'give --serve too');
  }
  const secrets = await readSecrets(context, options);
  const settings = await readReceiving({ ...context, secretsFor: async () => secrets.secretsFor }, options);
  const database = await chooseDatabase(context);
  const store = await context.store({ path: database, maxSizeBytes: settings.maxDb });
  const { answer, close: closeAnswer } = await createAnswer(context, options);
  const recorder = createRecorder(
    expectations.length === 0 ? null : createTally(expectations, test),
    globals.json ? 'all' : 'bad',
  );
  const complete = new AbortController();
  const server = await startReceiver({
    ...settings,
    captures: store.captures,
    answer,
    clock,
    randomBytes: context.randomBytes,
    onEvent: (event) => {
      recorder.add(event);
      if (recorder.isComplete()) complete.abort();
      if (event.type === 'error') {
        context.warn(event.kept ? 'stored, but its answer is not recorded' : 'not stored', event.error);
      }
    },
  });
  let serving: Serving | null = null;
  let program: RunResult['program'];
  try {
    const env = { ...context.env, ...secrets.env, WEBHOOK_URL: server.url, WEBHOOK_DB: database };
    if (options.serve === true) {
      const { apiKey, ...started } = await serve(context, options, settings, store);
      serving = started.serving;
      Object.assign(env, { WEBHOOK_API_URL: serving.url, WEBHOOK_API_KEY: apiKey });
    }
    if (globals.debug) context.note(`webhook-cli: receiving at ${server.url}, database ${database}`);
    const startedAt = clock.now();
    const end = await context.runProgram(argv, { env, stdout: globals.json ? 'err' : 'out' });
    program = { ...end, durationMs: clock.now() - startedAt };
    if (end.exitCode === 0 && !recorder.isComplete()) {
      await clock.sleep(timeoutMs ?? 0, AbortSignal.any([signal, complete.signal]));
    }
  } finally {
    await serving?.stop();
    await closeReceiver(context, server);
    closeAnswer();
  }
  const isInterrupted = signal.aborted && program.exitCode === 0 && !recorder.isComplete();
  return { program, record: recorder.record(), isInterrupted };
}

/** Conditions alone are asked of any capture. */
async function readWanted(context: Context, options: RunOptions): Promise<Expectations> {
  const read = await readExpectations(context, options);
  if (read.expectations.length > 0 || read.test === undefined) return read;
  return { ...read, expectations: [{ provider: null, type: '*', count: 1 }] };
}

/** Only here, because an engine is a lot to load. */
async function serve(
  context: Context,
  options: RunOptions,
  settings: Pick<Awaited<ReturnType<typeof readReceiving>>, 'provider' | 'providers'>,
  store: Store,
): Promise<{ serving: Serving; apiKey: string }> {
  const [{ readClock }, { chooseKey, startServing }] = await Promise.all([
    import('../engine.ts'),
    import('../serving.ts'),
  ]);
  const { apiKey } = chooseKey(context);
  const serving = await startServing(context, store, {
    providers: settings.provider === null ? settings.providers : [settings.provider],
    host: options.host,
    port: 0,
    apiKey,
    clock: await readClock(context, options.clock ?? 'real', store, ['real', 'virtual', 'scaled']),
    onEvent: (event) => {
      if (event.type === 'problem') context.warn('tried again', event.error);
    },
  });
  return { serving, apiKey };
}

/** What is given is found by the command too; what is not is made for this run, as the provider would make it. */
async function readSecrets(context: Context, options: RunOptions): Promise<RunSecrets> {
  const own = await context.secretsFor();
  const providers = await context.providers();
  const provider = options.provider === undefined ? null : providers.get(options.provider);
  const known =
    provider === null
      ? (givenSecrets({ ...options })[0] ?? (context.env['WEBHOOK_SECRET'] || undefined))
      : own(provider.id)[0];
  const made = (): Secret =>
    provider === null
      ? `whsec_${Buffer.from(context.randomBytes(SECRET_BYTES)).toString('base64url')}`
      : generateSecret(provider, context.randomBytes);
  const shared = known ?? made();
  const { secretsFor, env } = secretsOfRun(own, providers.ids, shared, context.env);
  const publicKey = provider === null ? null : receiverKey(provider, shared);
  return { secretsFor, env: publicKey === null ? env : { ...env, [PUBLIC_KEY]: publicKey } };
}

/** The one that is named, or one that ends with this command. That of the configuration may hold another day's captures. */
async function chooseDatabase({ namedDatabase, cwd, temporaryFolder }: Context): Promise<string> {
  return namedDatabase === null ? join(await temporaryFolder(), 'webhook.db') : resolve(cwd, namedDatabase);
}

/** Whose option would `run npm test --port 1` have? With `--` before the command nobody has to guess. */
function refuseUnclear(self: Command): void {
  const { rawArgs } = self.parent as unknown as { readonly rawArgs: readonly string[] };
  const isBehind = rawArgs.at(-self.args.length - 1) === '--';
  if (self.args.length === 0) {
    throw new UsageError('which command?', 'put it behind --, as in: webhook-cli run -- npm test');
  }
  if (!isBehind) {
    throw new UsageError(
      'the command to run has to stand behind --',
      `as in: webhook-cli run -- ${self.args.join(' ')}`,
    );
  }
}

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { drawInBulk } from '../engine/random.ts';
import type { Sender } from '../engine/sender.ts';
import type { UndiciSenderOptions } from '../engine/undici-sender.ts';
import { UsageError, WebhookError } from '../errors.ts';
import { systemClock, type Clock } from '../model/clock.ts';
import type { RandomBytes } from '../model/id.ts';
import type { Providers } from '../providers/index.ts';
import type { Secret } from '../signing/scheme.ts';
import type { DatabaseFacts } from '../store/examine.ts';
import type { StoreOptions } from '../store/options.ts';
import type { Store } from '../store/store.ts';
import { openInBrowser } from './browser.ts';
import type { ProgramEnd, ProgramOptions } from './child.ts';
import type { CommandNode } from './completion/node.ts';
import { loadConfig, type Config } from './config.ts';
import type { RunUserCode } from './config-program.ts';
import { CANCELLED } from './exit-code.ts';
import type { Host } from './io.ts';
import type { Prompt } from './prompt.ts';
import { errorJson, errorText, explain } from './render/error.ts';
import { createSecrets, noteStrangers } from './secrets.ts';
import { aborted } from './signals.ts';

/** The options that every command has. */
interface Globals {
  readonly json: boolean;
  readonly color: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
}

/** What commands work with. Everything costly is a function: nothing is opened or loaded before it is used. */
export interface Context {
  readonly globals: Globals;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  readonly env: Host['env'];
  readonly cwd: string;
  /** Where hints and progress go; silent under --quiet and --json. */
  readonly note: (text: string) => void;
  /** Tells of an error that ends nothing, and what came of it; of each kind once. Not silent under --quiet and --json. */
  readonly warn: (what: string, error: unknown) => void;
  /** A line on stderr for a program that reads along, such as a CI system. Not silent under --quiet and --json. */
  readonly annotate: (line: string) => void;
  readonly readStdin: () => Promise<Uint8Array>;
  /** What is typed or piped, line by line as it comes, until Ctrl-C. */
  readonly stdinLines: () => AsyncIterable<string>;
  readonly stdinIsTTY: boolean;
  /** Whether questions may be asked: a terminal on both sides, and no --no-input. */
  readonly interactive: boolean;
  prompt(): Promise<Prompt>;
  openInBrowser(url: string): void;
  config(): Promise<Config>;
  readonly runUserCode: RunUserCode;
  /** The providers that are built in, and those of the configuration. */
  providers(): Promise<Providers>;
  databasePath(): Promise<string>;
  /** The database that --db or WEBHOOK_DB names; null where neither is given. */
  readonly namedDatabase: string | null;
  /** The database at `databasePath`, unless another is named. */
  store(options?: Partial<Omit<StoreOptions, 'clock'>>): Promise<Store>;
  /** A store that ends with the command and leaves nothing behind. */
  passingStore(): Promise<Store>;
  /** For looking at the driver and the database without opening a store: nothing is made or migrated. */
  examination(): Promise<{
    driver(): Promise<string>;
    database(path: string): Promise<DatabaseFacts | null>;
  }>;
  /** The program's commands with all that they declare. */
  commandTree(): Promise<CommandNode>;
  /** The path of a new folder for this user alone, which is removed when the command ends. */
  temporaryFolder(): Promise<string>;
  /** Runs a program on our standard streams to its end, which it is told of as soon as we are told to end. */
  runProgram(argv: readonly [string, ...string[]], options: ProgramOptions): Promise<ProgramEnd>;
  /** One for each set of options. */
  sender(options?: UndiciSenderOptions): Promise<Sender>;
  /** The secrets for a provider: from options, files, environment or configuration, in that order. */
  secretsFor(): Promise<(providerId: string) => readonly Secret[]>;
}

export function createContext(
  host: Host,
  options: Record<string, unknown>,
  signal: AbortSignal,
  commandTree: () => Promise<CommandNode> = () => Promise.reject(new Error('there are no commands')),
): Context & { dispose(): Promise<void> } {
  const globals: Globals = {
    json: options['json'] === true,
    color: options['color'] !== false && !host.env['NO_COLOR'] && host.env['TERM'] !== 'dumb',
    quiet: options['quiet'] === true,
    debug: options['debug'] === true,
  };
  const warned = new Set<string>();
  const opened: { close(): Promise<void> }[] = [];
  const closing = <T extends { close(): Promise<void> }>(resource: T): T => {
    opened.push(resource);
    return resource;
  };
  const runUserCode: RunUserCode = (run) => {
    host.beforeUserCode();
    return Promise.race([run(), interrupted(signal)]);
  };
  const config = once(() => loadConfig(options['config'] as string | undefined, host.cwd, runUserCode));
  const namedDatabase = (options['db'] as string | undefined) ?? (host.env['WEBHOOK_DB'] || null);
  const databasePath = once(async () => {
    return namedDatabase ?? (await config()).db ?? defaultDatabasePath(host);
  });

  const senders = new Map<string, Promise<Sender>>();
  const openSender = async (senderOptions: UndiciSenderOptions): Promise<Sender> => {
    const { createUndiciSender } = await import('../engine/undici-sender.ts');
    return closing(await createUndiciSender(senderOptions));
  };

  const context: Context = {
    globals,
    clock: systemClock,
    randomBytes: drawInBulk(randomBytes),
    signal,
    env: host.env,
    cwd: host.cwd,
    note: (text) => {
      if (!globals.quiet && !globals.json) host.err.write(`${text}\n`);
    },
    warn: (what, error) => {
      const kind = `${what}: ${explain(error).code}`;
      if (warned.has(kind)) return;
      warned.add(kind);
      host.err.write(globals.json ? errorJson(error, what) : errorText(error, globals.debug, what));
    },
    annotate: (line) => host.err.write(`${line}\n`),
    readStdin: () => host.stdin.read(),
    stdinLines: () => host.stdin.lines(signal),
    stdinIsTTY: host.stdin.isTTY,
    interactive:
      host.stdin.isTTY && host.err.isTTY && options['input'] !== false && !globals.json && !host.env['CI'],
    openInBrowser: (url) => openInBrowser(url, host.platform),
    prompt: once(async () => (await import('./prompt.ts')).createPrompt(signal)),
    config,
    runUserCode,
    providers: once(async () => {
      const { own } = await config();
      if (own === undefined) return (await import('../providers/index.ts')).builtIn;
      const { loadOwnProviders } = await import('./own-providers.ts');
      return loadOwnProviders(own, context);
    }),
    databasePath,
    namedDatabase,
    store: async (storeOptions = {}) => {
      const { openStore } = await import('../store/open.ts');
      return closing(await openStore({ path: await databasePath(), ...storeOptions }));
    },
    passingStore: async () => {
      const { openStore } = await import('../store/open.ts');
      return closing(await openStore({ path: ':memory:' }));
    },
    examination: async () => {
      const { examineDriver, examineDatabase } = await import('../store/examine.ts');
      return { driver: examineDriver, database: examineDatabase };
    },
    commandTree,
    temporaryFolder: async () => {
      const { createTemporaryFolder } = await import('./temporary-folder.ts');
      return closing(createTemporaryFolder(host, context.warn)).path;
    },
    runProgram: async (argv, programOptions) => {
      const { runProgram } = await import('./child.ts');
      return runProgram(host, argv, programOptions, signal);
    },
    sender: (senderOptions = {}) => {
      const key = JSON.stringify(senderOptions);
      const open = senders.get(key) ?? openSender(senderOptions);
      senders.set(key, open);
      return open;
    },
    secretsFor: once(async () => {
      const { secrets } = await config();
      if (Object.keys(secrets).length > 0) noteStrangers(secrets, await context.providers(), context.note);
      return createSecrets(options, host.env, secrets, context.note);
    }),
  };
  return {
    ...context,
    dispose: async () => {
      for (const resource of opened.reverse()) await resource.close();
    },
  };
}

/** Each system's own place for a program's data. */
function defaultDatabasePath({ env, platform, homeDirectory }: Host): string {
  const folder = env['XDG_DATA_HOME'] || dataFolder(platform, homeDirectory, env['LOCALAPPDATA']);
  return join(folder, 'webhook-cli', 'webhook.db');
}

function dataFolder(platform: string, home: string | undefined, localAppData: string | undefined): string {
  if (platform === 'win32' && localAppData !== undefined) return localAppData;
  if (home === undefined)
    throw new UsageError('there is no home directory to keep the database in', 'name one with --db');
  return platform === 'darwin' ? join(home, 'Library', 'Application Support') : join(home, '.local', 'share');
}

/** Rejects when the signal aborts. */
async function interrupted(signal: AbortSignal): Promise<never> {
  await aborted(signal);
  throw new WebhookError(CANCELLED, 'told to end');
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

import type { Command } from 'commander';
import { ListenError } from '../errors.ts';
import type { State } from '../inspector/contract.ts';
import type { Inspector } from '../inspector/inspector.ts';
import type { Deliverer } from '../inspector/tools.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { parseInteger } from './options.ts';
import { version } from './version.ts';

export interface InspectorCommandOptions {
  readonly uiPort?: string;
  /** False under --no-open. */
  readonly open: boolean;
}

const PORT = 4600;
const TOKEN_BYTES = 20;

export function declareInspector(command: Command): void {
  command
    .option(
      '--ui-port <number>',
      `port of the page; 0 takes any free one (default: ${PORT}, or any where that is taken)`,
    )
    .option('--no-open', 'print the link to the page, and open no browser');
}

/** Serves the page for as long as the command runs. */
export async function openInspector(
  context: Context,
  store: Store,
  options: InspectorCommandOptions,
  deliverer: Deliverer,
  about: () => Pick<State, 'receiver' | 'apis'>,
): Promise<Inspector> {
  const { startInspector } = await import('../inspector/inspector.ts');
  const database = await context.databasePath();
  const given = options.uiPort === undefined ? null : parseInteger(options.uiPort, '--ui-port', 0, 65_535);
  const settings = {
    store,
    deliverer,
    providers: (await context.providers()).all,
    secretsFor: await context.secretsFor(),
    sender: await context.sender(),
    clock: context.clock,
    randomBytes: context.randomBytes,
    token: Buffer.from(context.randomBytes(TOKEN_BYTES)).toString('hex'),
    about: () => ({ version: version(), database, ...about() }),
    onProblem: (error: unknown) => context.warn('the inspector', error),
  };
  const inspector = await startInspector({ ...settings, port: given ?? PORT }).catch((error: unknown) => {
    if (given !== null || !(error instanceof ListenError)) throw error;
    return startInspector({ ...settings, port: 0 });
  });
  if (options.open && context.interactive) context.openInBrowser(inspector.link);
  return inspector;
}

import type { Command, CommanderError } from 'commander';
import type { AnyCommand, CommandTable } from './command.ts';
import { commands } from './commands.ts';
import { builtin } from './io.ts';

/** What commander is told to run: a loaded command with its parsed options and arguments. */
export type Runner = (command: AnyCommand, options: Record<string, unknown>, args: string[]) => Promise<void>;

/** What stopped the parsing, help and version included, and in which command. */
export type Stop = CommanderError & { readonly at: Command };

export function isStop(error: unknown): error is Stop {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith('commander.');
}

interface Writers {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** The tree of commands. Names and summaries stand in tables; a command declares itself when it is about to be parsed. */
export function createProgram(version: string, writers: Writers, run: Runner): Command {
  const program = new (commander().Command)('webhook-cli')
    .description('Plays both sides of any webhook, offline: receive, verify, keep, replay, forge.')
    .version(version, '-V, --version', 'print the version')
    .option('--json', 'machine output: JSON, or NDJSON for streams')
    .option('--db <path>', 'the database of captures')
    .option('--config <file>', 'configuration (default: webhook.config.json, where there is one)')
    .option('--no-color', 'no colours')
    .option('--no-input', 'never ask for anything')
    .option('--quiet', 'results only')
    .option('--debug', 'show stack traces')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .addHelpText('after', '\nHelp on a command: webhook-cli <command> --help');
  configure(program, writers);
  addTable(program, commands, writers, run);
  return program;
}

/** Loaded by `require`, as it is a CommonJS module: an import would first load what reads the names that it exports. */
function commander(): typeof import('commander') {
  const require = builtin('node:module').createRequire(import.meta.url);
  return require('commander') as typeof import('commander');
}

function configure(command: Command, { out, err }: Writers): void {
  command
    .exitOverride((error) => {
      throw Object.assign(error, { at: command });
    })
    .configureOutput({ writeOut: out, writeErr: err, outputError: () => {} })
    .addHelpText('before', () => refuseUnknownCommand(command));
}

/** Help asked for a command that does not exist would else be the help of its parent. */
function refuseUnknownCommand(command: Command): string {
  const [name] = command.args;
  if (command.commands.length > 0 && name !== undefined && !name.startsWith('-')) {
    command.error(`error: unknown command '${name}'`, { code: 'commander.unknownCommand' });
  }
  return '';
}

function addTable(parent: Command, table: CommandTable, writers: Writers, run: Runner): void {
  for (const [name, { summary }] of Object.entries(table)) {
    configure(parent.command(name).summary(summary).description(summary), writers);
  }
  const declared = new WeakSet<Command>();
  parent.hook('preSubcommand', async (_parent, child) => {
    const entry = table[child.name()];
    if (entry === undefined || child.parent !== parent || declared.has(child)) return;
    declared.add(child);
    const { default: command } = await entry.load();
    command.declare(child);
    child.helpCommand(false);
    if ('commands' in command) addTable(child, command.commands, writers, run);
    else {
      child
        .addHelpText('after', '\nOptions of every command, such as --json and --db: webhook-cli --help')
        .action(() => run(command, child.optsWithGlobals(), child.args));
    }
  });
}

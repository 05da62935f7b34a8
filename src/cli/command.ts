import type { Command } from 'commander';
import type { Context } from './context.ts';
import type { Term } from './render/term.ts';

/** What a command shows a person: text for stdout, or text for both streams. */
export type Rendered =
  | string
  | Uint8Array
  | {
      readonly out?: string;
      /** Left out with --quiet. */
      readonly err?: string;
      /** On stderr too, with --quiet as well: why the exit code is not 0. */
      readonly problem?: string;
    };

interface Declared {
  /** Names arguments, options and examples; nothing else. */
  readonly declare: (command: Command) => void;
}

/** A command that ends with one result. */
export interface ResultCommand<Options, Result> extends Declared {
  /** Does the work and never prints. */
  readonly run: (context: Context, options: Options, args: string[]) => Promise<Result>;
  /** Pure. */
  readonly render: (result: Result, term: Term) => Rendered;
  /** The result as the JSON contract has it. Pure. */
  readonly json: (result: Result) => unknown;
  /** 0 where it is left out. */
  readonly exitCode?: (result: Result) => number;
  /** Whether that code stands even where a signal came; never where it is left out. */
  readonly exitCodeStands?: (result: Result) => boolean;
}

/** A command that shows things as they happen. */
export interface StreamCommand<Options, Item> extends Declared {
  /** Returns its exit code; 0 where it returns nothing. */
  readonly stream: (
    context: Context,
    options: Options,
    args: string[],
  ) => AsyncGenerator<Item, number | undefined>;
  readonly render: (item: Item, term: Term) => Rendered;
  /** One line of NDJSON, or undefined for what only people are shown. */
  readonly json: (item: Item) => unknown;
}

/** A command that has commands. */
export interface CommandGroup extends Declared {
  readonly commands: CommandTable;
}

export type AnyCommand = ResultCommand<never, never> | StreamCommand<never, never> | CommandGroup;

/** Name to summary and module: all that help and completion need without loading a command. */
export type CommandTable = Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<{ readonly default: AnyCommand }> }>
>;

export function defineCommand<Options, Result>(command: ResultCommand<Options, Result>): AnyCommand {
  return command as unknown as AnyCommand;
}

export function defineStream<Options, Item>(command: StreamCommand<Options, Item>): AnyCommand {
  return command as unknown as AnyCommand;
}

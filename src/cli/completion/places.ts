import type { CommandNode, OptionNode } from './node.ts';
import { valuesOfArgument, valuesOfOption, type Catalog, type Values } from './values.ts';

export interface PlaceOption extends OptionNode {
  readonly values: Values;
}

/** A command by its path, with all that can follow it. */
export interface Place {
  /** Empty for the program itself, else such as `captures list`. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  /** Its own and those of every command. */
  readonly options: readonly PlaceOption[];
  readonly arguments: readonly { readonly values: Values; readonly variadic: boolean }[];
}

/** What only stands before a command. */
const PROGRAM_ONLY = new Set(['--version', '--help']);

/** The program and its commands, at whatever depth, in the order in which they are declared. */
export function placesOf(program: CommandNode, catalog: Catalog): readonly Place[] {
  const everywhere = program.options.filter(({ flags }) => !flags.some((flag) => PROGRAM_ONLY.has(flag)));
  const visit = (node: CommandNode, path: string): Place[] => {
    const options = node === program ? node.options : [...node.options, ...everywhere];
    return [
      {
        path,
        commands: node.commands.map(({ name, summary }) => ({ name, summary })),
        options: options.map((option) => ({
          ...option,
          values:
            option.value === 'none'
              ? { kind: 'anything' }
              : valuesOfOption(path, option.flags.at(-1) ?? '', catalog),
        })),
        arguments: node.arguments.map(({ name, variadic }) => ({
          values: valuesOfArgument(name, catalog),
          variadic,
        })),
      },
      ...node.commands.flatMap((child) => visit(child, path === '' ? child.name : `${path} ${child.name}`)),
    ];
  };
  return visit(program, '');
}

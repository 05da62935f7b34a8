import type { Command } from 'commander';
import type { CommandTable } from '../command.ts';
import { commands } from '../commands.ts';
import type { CommandNode, OptionNode } from './node.ts';

const HELP: OptionNode = { flags: ['-h', '--help'], description: 'display help for command', value: 'none' };

/** All that the program and its commands declare, every module loaded. */
export async function describeProgram(program: Command): Promise<CommandNode> {
  return describe(program, '', '', commands);
}

async function describe(
  command: Command,
  name: string,
  summary: string,
  table: CommandTable,
): Promise<CommandNode> {
  return {
    name,
    summary,
    options: [...command.options.map(describeOption), HELP],
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      variadic: argument.variadic,
    })),
    commands: await Promise.all(
      Object.entries(table).map(async ([childName, { summary: childSummary, load }]) => {
        const { default: definition } = await load();
        const child = command.createCommand(childName);
        definition.declare(child);
        return describe(child, childName, childSummary, 'commands' in definition ? definition.commands : {});
      }),
    ),
  };
}

function describeOption({
  short,
  long,
  description,
  required,
  optional,
}: Command['options'][number]): OptionNode {
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    value: required ? 'required' : optional ? 'optional' : 'none',
  };
}

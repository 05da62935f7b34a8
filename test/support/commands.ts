import type { CommandTable } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands.ts';

/** Every command that does something, by its words: `captures list`; with whether it goes on until it is stopped. */
export async function everyCommand(
  table: CommandTable = commands,
  before: readonly string[] = [],
): Promise<readonly { readonly words: readonly string[]; readonly isStream: boolean }[]> {
  const found = await Promise.all(
    Object.entries(table).map(async ([name, { load }]) => {
      const { default: command } = await load();
      const words = [...before, name];
      if ('commands' in command) return everyCommand(command.commands, words);
      return [{ words, isStream: 'stream' in command }];
    }),
  );
  return found.flat();
}

import { UsageError } from '../../errors.ts';
import { bashScript } from '../completion/bash.ts';
import { fishScript } from '../completion/fish.ts';
import { placesOf, type Place } from '../completion/places.ts';
import { catalogOf, SHELLS, type Catalog, type Shell } from '../completion/values.ts';
import { zshScript } from '../completion/zsh.ts';
import { defineCommand } from '../command.ts';

const SCRIPTS: Readonly<Record<Shell, (places: readonly Place[], catalog: Catalog) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export default defineCommand<object, string>({
  declare: (command) => {
    command.argument('[shell]', SHELLS.join(', ')).addHelpText(
      'after',
      `
Commands, options, providers and event types are part of the script: write it anew after an update.

Examples:
  eval "$(webhook-cli completion bash)"      # in ~/.bashrc
  source <(webhook-cli completion zsh)       # in ~/.zshrc, below compinit
  webhook-cli completion fish > ~/.config/fish/completions/webhook-cli.fish`,
    );
  },
  run: async (context, _options, [name]) => {
    const hint = `one of: ${SHELLS.join(', ')}`;
    if (name === undefined) throw new UsageError('which shell?', hint);
    const shell = SHELLS.find((known) => known === name);
    if (shell === undefined) throw new UsageError(`there is no completion for "${name}"`, hint);
    const catalog = catalogOf(await context.providers());
    return SCRIPTS[shell](placesOf(await context.commandTree(), catalog), catalog);
  },
  render: (script) => script,
  json: (script) => ({ completion: script }),
});

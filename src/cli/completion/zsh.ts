import type { Place } from './places.ts';
import { posixTables, type Candidate } from './posix.ts';
import { oneLine } from './quote.ts';
import type { Catalog } from './values.ts';

export function zshScript(places: readonly Place[], catalog: Catalog): string {
  return `#compdef webhook-cli
# Completion of webhook-cli for zsh. To install it, either add this line to ~/.zshrc, below compinit:
#   source <(webhook-cli completion zsh)
# or write it into a folder of $fpath:
#   webhook-cli completion zsh > ~/.zfunc/_webhook-cli

${posixTables(places, catalog, described)}

_webhook-cli() {
  local word="\${words[CURRENT]}"
  local at='' provider='' expects='' rest='' previous='' kind=''
  local -i positionals=0
  local -a candidates
  _webhook_cli_read "\${(@)words[2,CURRENT-1]}"
  if [[ -z "$rest" && -z "$expects" && "$word" == --*=* ]]; then
    expects="\${word%%=*}"
    word="\${word#*=}"
    compset -P '*='
  fi
  _webhook_cli_choose "$word"
  case "$kind" in
    file) _files ;;
    file-after-at) if compset -P '@'; then _files; fi ;;
    words) _describe 'webhook-cli' candidates ;;
  esac
}

# Written into a folder of $fpath, this file is the function itself.
if [[ "\${funcstack[1]}" == '_webhook-cli' ]]; then
  _webhook-cli "$@"
else
  compdef _webhook-cli webhook-cli
fi
`;
}

/** `name:description`, as _describe takes it. */
function described({ name, description }: Candidate): string {
  const escaped = name.replace(/[\\:]/g, String.raw`\$&`);
  return description === undefined ? escaped : `${escaped}:${oneLine(description)}`;
}

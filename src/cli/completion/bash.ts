import type { Place } from './places.ts';
import { posixTables } from './posix.ts';
import type { Catalog } from './values.ts';

/** For bash 3.2 and newer. */
export function bashScript(places: readonly Place[], catalog: Catalog): string {
  return `# Completion of webhook-cli for bash. To install it, either add this line to ~/.bashrc:
#   eval "$(webhook-cli completion bash)"
# or, with the package bash-completion:
#   webhook-cli completion bash > ~/.local/share/bash-completion/completions/webhook-cli

${posixTables(places, catalog, ({ name }) => name)}

_webhook_cli_add_files() {
  local file
  while IFS= read -r file; do COMPREPLY+=("$2$file"); done < <(compgen -f -- "$1")
  compopt -o filenames 2>/dev/null
}

_webhook_cli() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before='' candidate escaped
  local at='' provider='' expects='' rest='' previous='' kind='' positionals=0
  local -a candidates
  COMPREPLY=()
  _webhook_cli_read "\${COMP_WORDS[@]:1:COMP_CWORD-1}"
  if [[ "$word" == '=' && "$previous" == --* ]]; then
    expects="$previous"
    word=''
  elif [[ -z "$rest" && -z "$expects" && "$word" == --*=* ]]; then
    expects="\${word%%=*}"
    before="$expects="
    word="\${word#*=}"
  fi
  _webhook_cli_choose "$word"
  case "$kind" in
    file) _webhook_cli_add_files "$word" "$before" ;;
    file-after-at) if [[ "$word" == @* ]]; then _webhook_cli_add_files "\${word#@}" "$before@"; fi ;;
    words)
      for candidate in "\${candidates[@]}"; do
        if [[ "$candidate" == "$word"* ]]; then
          printf -v escaped '%q' "$candidate"
          COMPREPLY+=("$before$escaped")
        fi
      done
      ;;
  esac
}

complete -F _webhook_cli webhook-cli
`;
}

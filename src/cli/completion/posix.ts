import type { Place } from './places.ts';
import { quoteForPosix } from './quote.ts';
import type { Catalog, Values } from './values.ts';

/** One thing to choose. */
export interface Candidate {
  readonly name: string;
  readonly description?: string;
}

/** How a shell wants its candidates written, before they are quoted. */
export type WriteCandidate = (candidate: Candidate) => string;

/**
 * What bash and zsh have in common: tables of what can stand where, as functions that set `kind` and `candidates`, and
 * the reading of the words before the one that is completed, into variables of the function that calls.
 */
export function posixTables(places: readonly Place[], catalog: Catalog, write: WriteCandidate): string {
  const list = (candidates: readonly Candidate[]): string =>
    `candidates=(${candidates.map((candidate) => quoteForPosix(write(candidate))).join(' ')})`;
  const names = (words: readonly string[]): string => list(words.map((name) => ({ name })));
  const assign = (values: Values): string =>
    values.kind === 'words' ? `kind=words; ${names(values.words)}` : `kind=${values.kind}`;

  const commandPaths = places.flatMap(({ path }) => (path === '' ? [] : [path]));
  const takesValue = places.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) =>
      value === 'required' ? flags.map((flag) => `${path} ${flag}`) : [],
    ),
  );
  const optionValues = places.flatMap(({ path, options }) =>
    options.flatMap(({ flags, values }) =>
      values.kind === 'anything' ? [] : flags.map((flag): Case => [`${path} ${flag}`, assign(values)]),
    ),
  );
  const argumentValues = places.flatMap(({ path, arguments: all }) =>
    all.flatMap(({ values, variadic }, index): Case[] =>
      values.kind === 'anything' ? [] : [[`${path} ${variadic ? `${index} more` : index}`, assign(values)]],
    ),
  );
  const variadicFrom = places.flatMap(({ path, arguments: all }): Case[] =>
    all.at(-1)?.variadic === true ? [[path, `last=${all.length - 1}`]] : [],
  );
  const commands = places.flatMap(({ path, commands: below }): Case[] =>
    below.length === 0
      ? []
      : [[path, list(below.map(({ name, summary }) => ({ name, description: summary })))]],
  );
  const options = places.map(({ path, options: all }): Case => [
    path,
    list(all.flatMap(({ flags, description }) => flags.map((name) => ({ name, description })))),
  ]);
  const allTypes = [...new Set(catalog.flatMap(({ eventTypes }) => eventTypes))];

  return [
    table('is_command', '"$1"', [[commandPaths, 'return 0']], 'return 1'),
    table('is_provider', '"$1"', [[catalog.map(({ id }) => id), 'return 0']], 'return 1'),
    table('takes_value', '"$1 $2"', [[takesValue, 'return 0']], 'return 1'),
    table('commands', '"$1"', commands),
    table('options', '"$1"', options),
    table('option_values', '"$1 $2"', optionValues),
    table('variadic_from', '"$1"', variadicFrom),
    table('argument_values', '"$1 $2"', argumentValues),
    table(
      'event_types',
      '"$1"',
      catalog.map(({ id, eventTypes }): Case => [id, names(eventTypes)]),
      names(allTypes),
    ),
    READ,
  ].join('\n\n');
}

type Case = readonly [patterns: string | readonly string[], body: string];

/** A function that looks a text up. Cases of the same body are written together. */
function table(name: string, subject: string, cases: readonly Case[], otherwise = ':'): string {
  const patternsOf = new Map<string, string[]>();
  for (const [patterns, body] of cases) {
    const known = patternsOf.get(body) ?? [];
    patternsOf.set(body, known.concat(patterns));
  }
  return [
    `_webhook_cli_${name}() {`,
    `  case ${subject} in`,
    ...Array.from(patternsOf, ([body, patterns]) =>
      patterns.length === 0 ? '' : `    ${patterns.map(quoteForPosix).join('|')}) ${body} ;;`,
    ).filter((line) => line !== ''),
    `    *) ${otherwise} ;;`,
    '  esac',
    '}',
  ].join('\n');
}

const READ = `# Reads the words before the one that is completed.
_webhook_cli_read() {
  local word
  for word in "$@"; do
    if [[ "$word" == '=' && "$previous" == --* ]]; then
      expects="$previous"
      continue
    fi
    previous="$word"
    if [[ -n "$expects" ]]; then
      if [[ "$expects" == '--provider' ]]; then provider="$word"; fi
      expects=''
      continue
    fi
    if [[ -n "$rest" ]]; then
      positionals=$((positionals + 1))
      continue
    fi
    case "$word" in
      --) rest=yes ;;
      --provider=*) provider="\${word#--provider=}" ;;
      -*) if _webhook_cli_takes_value "$at" "$word"; then expects="$word"; fi ;;
      *)
        if _webhook_cli_is_command "\${at:+$at }$word"; then
          at="\${at:+$at }$word"
        else
          if _webhook_cli_is_provider "$word"; then provider="$word"; fi
          positionals=$((positionals + 1))
        fi
        ;;
    esac
  done
}

# Sets kind and candidates for the word that is completed.
_webhook_cli_choose() {
  local last=''
  kind=anything
  candidates=()
  if [[ -n "$expects" ]]; then
    _webhook_cli_option_values "$at" "$expects"
  elif [[ -z "$rest" && "$1" == -* ]]; then
    kind=words
    _webhook_cli_options "$at"
  else
    # Behind an option that may do without a value.
    if [[ -z "$rest" && "$previous" == --* ]]; then _webhook_cli_option_values "$at" "$previous"; fi
    if [[ "$kind" == anything ]]; then
      _webhook_cli_commands "$at"
      if [[ \${#candidates[@]} -gt 0 ]]; then
        kind=words
      else
        _webhook_cli_variadic_from "$at"
        if [[ -n "$last" && "$positionals" -ge "$last" ]]; then
          _webhook_cli_argument_values "$at" "$last more"
        else
          _webhook_cli_argument_values "$at" "$positionals"
        fi
      fi
    fi
    if [[ "$kind" == anything && -z "$rest" && -z "$1" ]]; then
      kind=words
      _webhook_cli_options "$at"
    fi
  fi
  if [[ "$kind" == event-type ]]; then
    kind=words
    _webhook_cli_event_types "$provider"
  fi
}`;

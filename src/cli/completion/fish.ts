import type { Place, PlaceOption } from './places.ts';
import { oneLine, quoteForFish } from './quote.ts';
import type { Catalog, Values } from './values.ts';

export function fishScript(places: readonly Place[], catalog: Catalog): string {
  const paths = places.flatMap(({ path }) => (path === '' ? [] : [path]));
  const takesValue = places.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) =>
      value === 'required' ? flags.map((flag) => `${path} ${flag}`) : [],
    ),
  );
  return `# Completion of webhook-cli for fish. To install it:
#   webhook-cli completion fish > ~/.config/fish/completions/webhook-cli.fish

set -g __webhook_cli_commands ${quoted(paths)}
set -g __webhook_cli_providers ${quoted(catalog.map(({ id }) => id))}
set -g __webhook_cli_takes_value ${quoted(takesValue)}

${READ}

${eventTypes(catalog)}

complete -c webhook-cli -e
complete -c webhook-cli -f
${places.flatMap(completionsOf).join('\n')}
`;
}

const READ = `# Reads the words before the one that is completed.
function __webhook_cli_read
    set -g __webhook_cli_at ''
    set -g __webhook_cli_provider ''
    set -g __webhook_cli_positionals 0
    set -l expects ''
    set -l rest ''
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        if test -n "$expects"
            if test "$expects" = --provider
                set -g __webhook_cli_provider "$word"
            end
            set expects ''
        else if test -n "$rest"
            set -g __webhook_cli_positionals (math $__webhook_cli_positionals + 1)
        else
            switch "$word"
                case --
                    set rest yes
                case '--provider=*'
                    set -g __webhook_cli_provider (string replace -- '--provider=' '' "$word")
                case '-*'
                    if contains -- "$__webhook_cli_at $word" $__webhook_cli_takes_value
                        set expects "$word"
                    end
                case '*'
                    set -l deeper (string trim -- "$__webhook_cli_at $word")
                    if contains -- "$deeper" $__webhook_cli_commands
                        set -g __webhook_cli_at "$deeper"
                    else
                        if contains -- "$word" $__webhook_cli_providers
                            set -g __webhook_cli_provider "$word"
                        end
                        set -g __webhook_cli_positionals (math $__webhook_cli_positionals + 1)
                    end
            end
        end
    end
end

# Whether the words before are this command.
function __webhook_cli_is
    __webhook_cli_read
    test "$__webhook_cli_at" = "$argv[1]"
end

# The same, with so many arguments given.
function __webhook_cli_argument
    __webhook_cli_is "$argv[1]"; and test "$__webhook_cli_positionals" = "$argv[2]"
end

# The same, with so many at least.
function __webhook_cli_argument_from
    __webhook_cli_is "$argv[1]"; and test "$__webhook_cli_positionals" -ge "$argv[2]"
end

# Files behind an @.
function __webhook_cli_file_after_at
    set -l token (commandline -ct)
    if string match -q -- '@*' "$token"
        for file in (__fish_complete_path (string sub -s 2 -- "$token"))
            printf '@%s\\n' "$file"
        end
    end
end`;

/** Those of the provider that was named, or of all. */
function eventTypes(catalog: Catalog): string {
  const all = [...new Set(catalog.flatMap(({ eventTypes: types }) => types))];
  return [
    'function __webhook_cli_event_types',
    '    __webhook_cli_read',
    '    switch "$__webhook_cli_provider"',
    ...catalog.flatMap(({ id, eventTypes: types }) => [
      `        case ${quoteForFish(id)}`,
      `            printf '%s\\n' ${quoted(types)}`,
    ]),
    "        case '*'",
    `            printf '%s\\n' ${quoted(all)}`,
    '    end',
    'end',
  ].join('\n');
}

function completionsOf({ path, commands, options, arguments: all }: Place): string[] {
  const is = condition('__webhook_cli_is', path);
  return [
    ...commands.map(
      ({ name, summary }) =>
        `${complete(condition('__webhook_cli_argument', path, '0'))} -a ${evaluated([name])} -d ${quoteForFish(oneLine(summary))}`,
    ),
    ...options.map(
      (option) =>
        `${complete(is)} ${flagsOf(option)}${valueOf(option)} -d ${quoteForFish(oneLine(option.description))}`,
    ),
    ...all.flatMap(({ values, variadic }, index) => {
      if (values.kind === 'anything') return [];
      const check = variadic ? '__webhook_cli_argument_from' : '__webhook_cli_argument';
      return [`${complete(condition(check, path, String(index)))}${candidates(values)}`];
    }),
  ];
}

function complete(condition: string): string {
  return `complete -c webhook-cli -n ${condition}`;
}

/** Evaluated when it is asked, so its words are quoted once more. */
function condition(check: string, ...words: readonly string[]): string {
  return quoteForFish(`${check} ${quoted(words)}`);
}

function flagsOf({ flags }: PlaceOption): string {
  return flags
    .map((flag) =>
      flag.startsWith('--') ? `-l ${quoteForFish(flag.slice(2))}` : `-s ${quoteForFish(flag.slice(1))}`,
    )
    .join(' ');
}

function valueOf({ value, values }: PlaceOption): string {
  if (value === 'none') return '';
  const isRequired = value === 'required' && values.kind !== 'file';
  return `${isRequired ? ' -x' : ''}${candidates(values)}`;
}

function candidates(values: Values): string {
  switch (values.kind) {
    case 'words':
      return ` -a ${evaluated(values.words)}`;
    case 'event-type':
      return " -a '(__webhook_cli_event_types)'";
    case 'file-after-at':
      return " -a '(__webhook_cli_file_after_at)'";
    case 'file':
      return ' -r -F';
    case 'anything':
      return '';
  }
}

/** Fish evaluates a list of candidates when it is asked for, so each is quoted within it. */
function evaluated(words: readonly string[]): string {
  return quoteForFish(quoted(words));
}

function quoted(words: readonly string[]): string {
  return words.map(quoteForFish).join(' ');
}

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CommandTable } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands.ts';
import { bashScript } from '../../src/cli/completion/bash.ts';
import { fishScript } from '../../src/cli/completion/fish.ts';
import type { Place } from '../../src/cli/completion/places.ts';
import { ARGUMENT_VALUES, OPTION_VALUES, SHELLS } from '../../src/cli/completion/values.ts';
import { zshScript } from '../../src/cli/completion/zsh.ts';
import { loadProviders } from '../../src/providers/index.ts';
import * as contract from '../support/contract.ts';
import { createHome, runCli, runHere } from '../support/cli.ts';

const home = createHome();
const GLOBAL = ['--json', '--db', '--config', '--no-color', '--no-input', '--quiet', '--debug'];
const scripts: Record<string, string> = {};

interface Declared {
  readonly path: string;
  readonly below: readonly string[];
  readonly options: readonly string[];
  readonly arguments: readonly string[];
}

/** What the modules of the commands declare, asked of themselves. */
async function declaredIn(table: CommandTable, parent = ''): Promise<Declared[]> {
  const found = await Promise.all(
    Object.entries(table).map(async ([name, { load }]) => {
      const path = `${parent} ${name}`.trim();
      const { default: definition } = await load();
      const command = new Command(name);
      definition.declare(command);
      const below = 'commands' in definition ? definition.commands : {};
      const own = {
        path,
        below: Object.keys(below),
        options: command.options.map(({ long }) => long!),
        arguments: command.registeredArguments.map((argument) => argument.name()),
      };
      return [own, ...(await declaredIn(below, path))];
    }),
  );
  return found.flat();
}

const declared = await declaredIn(commands);

beforeAll(async () => {
  for (const shell of SHELLS) {
    const { code, stdout, stderr } = await runCli(['completion', shell], { home });
    expect([code, stderr]).toEqual([0, '']);
    scripts[shell] = stdout;
    writeFileSync(join(home.folder, shell), stdout);
  }
});

/** What bash completes, for each command line; its last word is the one that is completed. */
function complete(lines: readonly (readonly string[])[], script = join(home.folder, 'bash')): string[][] {
  const program = `. "$1" || exit
    while IFS= read -r line; do
      IFS=$'\\x1f' read -r -d '' -a COMP_WORDS < <(printf '%s\\x1f\\0' "$line")
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      _webhook_cli
      (IFS=$'\\x1f'; printf '%s\\n' "\${COMPREPLY[*]}")
    done`;
  const input = lines.map((words) => `${['webhook-cli', ...words].join('\x1f')}\n`).join('');
  const output = execFileSync('bash', ['--norc', '-c', program, 'bash', script], {
    input,
    cwd: home.folder,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => (line === '' ? [] : line.split('\x1f')));
}

const completed = (...words: readonly string[]): string[] => complete([words])[0]!;

describe('the command', () => {
  test('asks for a shell, and knows three', async () => {
    const { code, stderr } = await runHere(['completion', 'tcsh'], { home });
    expect([code, stderr]).toEqual([
      2,
      'error: there is no completion for "tcsh"\nhint: one of: bash, zsh, fish\n',
    ]);
  });

  test('gives the same script as JSON', async () => {
    const { json } = await runHere(['completion', 'bash', '--json'], { home });
    contract.completion(json());
    expect(json()).toEqual({ completion: scripts['bash'] });
  });

  test.each(SHELLS)('says how to install that of %s on its first lines', (shell) => {
    const head = scripts[shell]!.split('\n').slice(0, 5).join('\n');
    expect(head).toContain('To install it');
    expect(head).toContain(`webhook-cli completion ${shell}`);
    if (shell === 'zsh') expect(head).toMatch(/^#compdef webhook-cli\n/);
  });

  test.each(SHELLS.map((shell) => [shell, spawnSync(shell, ['-c', ':']).status === 0] as const))(
    '%s takes its script without complaint, where it is installed',
    (shell, isInstalled) => {
      if (!isInstalled) return;
      const { status, stderr } = spawnSync(shell, ['-n', join(home.folder, shell)], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    },
  );
});

describe('every command and every option', () => {
  test('is completed by bash', () => {
    const places = declared.filter(({ below }) => below.length === 0);
    const given = complete(places.map(({ path }) => [...path.split(' '), '-']));
    places.forEach(({ path, options }, index) => {
      expect([path, given[index]]).toEqual([path, expect.arrayContaining([...options, ...GLOBAL, '--help'])]);
    });
    const groups = declared.filter(({ below }) => below.length > 0);
    expect(complete(groups.map(({ path }) => [path, '']))).toEqual(groups.map(({ below }) => below));
    expect(completed('')).toEqual(Object.keys(commands));
    expect(completed('-')).toEqual(expect.arrayContaining([...GLOBAL, '--version', '--help']));
  });

  test('is in the script for zsh', () => {
    const script = scripts['zsh']!;
    const options = /_webhook_cli_options\(\) \{\n(.*?)\n\}/s.exec(script)![1]!.split('\n');
    for (const { path, options: all } of declared) {
      const line = options.find((text) => text.split(')')[0]!.includes(`'${path}'`));
      for (const option of [...all, ...GLOBAL, '--help']) {
        expect([path, line]).toEqual([path, expect.stringContaining(`'${option}:`)]);
      }
      expect(script).toContain(`'${path.split(' ').at(-1)}:`);
    }
  });

  test('is in the script for fish', () => {
    const lines = scripts['fish']!.split('\n');
    for (const { path, options, below } of declared) {
      const own = lines.filter((line) => line.includes(`-n '__webhook_cli_is \\'${path}\\''`)).join('\n');
      for (const option of [...options, ...GLOBAL, '--help']) {
        expect([path, own]).toEqual([path, expect.stringContaining(`-l '${option.slice(2)}' `)]);
      }
      for (const name of below) {
        expect(scripts['fish']).toContain(
          `-n '__webhook_cli_argument \\'${path}\\' \\'0\\'' -a '\\'${name}\\'' `,
        );
      }
    }
  });

  test('that has values of its own exists', () => {
    for (const key of Object.keys(OPTION_VALUES)) {
      const [option, ...path] = key.split(' ').reverse();
      const where = path.reverse().join(' ');
      const isThere = declared.some(
        (command) => (where === '' || command.path === where) && command.options.includes(option!),
      );
      expect([key, isThere || GLOBAL.includes(option!)]).toEqual([key, true]);
    }
    const names = declared.flatMap((command) => command.arguments);
    expect(names).toEqual(expect.arrayContaining(Object.keys(ARGUMENT_VALUES)));
  });
});

describe('bash completes', () => {
  test('providers, and the event types of the one that is named', async () => {
    const providers = await loadProviders();
    const ids = providers.map(({ id }) => id);
    expect(completed('send', '')).toEqual(ids);
    expect(completed('endpoints', 'create', '--provider', '')).toEqual(ids);
    const types = complete(ids.map((id) => ['send', id, '']));
    expect(types).toEqual(providers.map(({ events }) => events.map(({ name }) => name)));
    expect(completed('send', 'iverton', 'deal.w')).toEqual(['deal.won']);
    expect(completed('captures', 'list', '--provider', 'filedgr', '--type', 'vault.c')).toEqual([
      'vault.created',
    ]);
    expect(completed('captures', 'list', '--type', '')).toHaveLength(
      new Set(providers.flatMap(({ events }) => events.map(({ name }) => name))).size,
    );
  });

  test.each<readonly [words: readonly string[], expected: readonly string[]]>([
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['send', 'iverton', 'deal.won', '--print', ''],
      ['curl', 'http'],
    ],
    [['send', '--break', 'w'], ['wrong-secret']],
    [
      ['listen', '--verify', ''],
      ['report', 'strict'],
    ],
    [['listen', '--tunnel', ''], ['localtunnel']],
    [['serve', '--clock', 'm'], ['manual']],
    [['emit', '--clock', 'm'], []],
    [['--db', 'x.db', '--json', 'providers', 'show', 'iv'], ['iverton']],
    [['send', '--secret', 'listen', 'ive'], ['iverton']],
    [['captures', 'show', 'l'], ['last']],
    [['send', 'iverton', '--to', ''], []],
    // Bash splits at an equals sign, unless it is told not to.
    [
      ['send', '--print', '='],
      ['curl', 'http'],
    ],
    [['send', '--print', '=', 'c'], ['curl']],
    [['send', '--print=c'], ['--print=curl']],
    [['wait', '--provider', '=', 'filedgr', '--type', 'stream.a'], ['stream.alert_triggered']],
    [['run', '--', '--he'], []],
    [['nothing-of-the-kind', ''], Object.keys(commands)],
  ])('%j', (words, expected) => {
    expect(completed(...words)).toEqual(expected);
  });

  test('files, also behind an @', () => {
    mkdirSync(join(home.folder, 'files'), { recursive: true });
    writeFileSync(join(home.folder, 'files', 'a body.json'), '');
    expect(completed('send', '--data', '@files/a')).toEqual(['@files/a body.json']);
    expect(completed('send', '--data', 'files/a')).toEqual([]);
    expect(completed('verify', '--secret-file', 'files/')).toEqual(['files/a body.json']);
    expect(completed('wait', '--schema=files/')).toEqual(['--schema=files/a body.json']);
    expect(completed('run', '--', 'files/')).toEqual(['files/a body.json']);
    expect(completed('run', '--', 'cat', 'files/')).toEqual(['files/a body.json']);
  });

  test('once the script has been read by a shell as it would be installed', () => {
    const output = execFileSync('bash', [
      '--norc',
      '-c',
      'eval "$(cat "$1")"; complete -p webhook-cli',
      'bash',
      join(home.folder, 'bash'),
    ]);
    expect(output.toString()).toBe('complete -F _webhook_cli webhook-cli\n');
  });
});

describe('a name that is shell code', () => {
  const names = [
    '$(touch pwned)',
    "';touch pwned;'",
    '`touch pwned`',
    'a"; touch pwned #',
    "\\'; touch pwned",
    'a\ntouch pwned\n',
  ];
  const hostile: Place[] = ['', ...names].map((path) => ({
    path,
    commands: names.map((name) => ({ name, summary: name })),
    options: names.map((name) => ({
      flags: [`--${name}`],
      description: name,
      value: 'required' as const,
      values: { kind: 'words' as const, words: names },
    })),
    arguments: [{ values: { kind: 'words' as const, words: names }, variadic: true }],
  }));
  const catalog = names.map((id) => ({ id, eventTypes: names }));

  test('is no code to bash, and none to who accepts it', () => {
    const file = join(home.folder, 'hostile');
    writeFileSync(file, bashScript(hostile, catalog));
    const oneLine = names.filter((name) => !name.includes('\n'));
    const given = complete(
      [[''], ['-'], ...oneLine.map((name) => [name, '']), ...oneLine.map((name) => [`--${name}`, ''])],
      file,
    );
    expect(given[0]!.join('\n')).toContain('touch\\ pwned');
    for (const name of given.flat()) {
      execFileSync('bash', ['--norc', '-c', `: ${name}`], { cwd: home.folder });
    }
    expect(existsSync(join(home.folder, 'pwned'))).toBe(false);
  });

  test('stands within quotes for zsh and fish', () => {
    const zsh = zshScript(hostile, catalog).replace(/\\'|'[^']*'/g, '');
    const quoted = /'((?:\\.|[^'\\])*)'/gs;
    const script = fishScript(hostile, catalog);
    const fish = script.replace(quoted, '');
    // Conditions and candidates are evaluated once more when they are asked for.
    const again = Array.from(script.matchAll(/ -[an] '((?:\\.|[^'\\])*)'/gs), ([, text]) =>
      text!.replace(/\\(.)/gs, '$1').replace(quoted, ''),
    );
    expect(again.length).toBeGreaterThan(names.length);
    expect(again.filter((text) => text.includes('pwned'))).toEqual([]);
    expect([zsh.includes('pwned'), fish.includes('pwned')]).toEqual([false, false]);
  });
});

import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { CommandPath } from '../../src/cli/commands.ts';
import * as contract from '../support/contract.ts';
import { BIN, createHome, runCli, runHere, spawnCli } from '../support/cli.ts';

const home = createHome();

interface Usage {
  /** What help says it takes, after the command's name. */
  readonly takes: string;
  /** A misspelt option, and the one that was meant. */
  readonly typo: readonly [wrong: string, right: string];
  /** What is said where nothing but the command is given; null where that is enough. */
  readonly missing: readonly [message: string, hint: string] | null;
  /** Arguments that are too many or make no sense. */
  readonly wrong: readonly [args: readonly string[], message: string];
}

const WHERE = ['where to?', 'give a URL with --to, such as --to http://localhost:3000/webhooks'] as const;
const WHICH = [
  'which capture?',
  'name one, or last for the newest; see them with: webhook-cli captures list',
] as const;
const WHICH_OR_PASTED = [
  'which capture?',
  'name one, or last for the newest; or paste a curl command or an HTTP request: --request -',
] as const;
const WHICH_ENDPOINT = ['which endpoint?', 'name one; see them with: webhook-cli endpoints list'] as const;
const WHICH_DELIVERY = [
  'which delivery?',
  'name one, or last for the newest; see them with: webhook-cli deliveries list',
] as const;
const WHO = ['which provider?', 'name one; see them with: webhook-cli providers list'] as const;
const tooMany = (name: string, most: number, given: number): string =>
  `too many arguments for '${name}'. Expected ${most} argument${most === 1 ? '' : 's'} but got ${given}.`;

/** Every command: one that is missing here does not compile. */
const usages: Readonly<Record<CommandPath, Usage>> = {
  listen: {
    takes: '[options]',
    typo: ['--forwrad', '--forward'],
    missing: null,
    wrong: [['--port', '65536'], '--port takes a whole number from 0 to 65535, not "65536"'],
  },
  send: {
    takes: '[options] [provider] [event-type]',
    typo: ['--secert', '--secret'],
    missing: WHO,
    wrong: [['iverton', 'deal.won', 'more'], tooMany('send', 2, 3)],
  },
  replay: {
    takes: '[options] [captures...]',
    typo: ['--rsign', '--resign'],
    missing: WHERE,
    wrong: [['last', '--to', 'ftp://x'], '"ftp://x" is not a URL to send to (--to)'],
  },
  verify: {
    takes: '[options] [capture]',
    typo: ['--bdy', '--body'],
    missing: WHICH_OR_PASTED,
    wrong: [['a', 'b'], tooMany('verify', 1, 2)],
  },
  wait: {
    takes: '[options]',
    typo: ['--whree', '--where'],
    missing: [
      'wait for what?',
      "name it: --type deal.won, --expect 'iverton:deal.won x2', or --count 1 for anything",
    ],
    wrong: [['more'], tooMany('wait', 0, 1)],
  },
  run: {
    takes: '[options] -- <command> [args...]',
    typo: ['--sreve', '--serve'],
    missing: ['which command?', 'put it behind --, as in: webhook-cli run -- npm test'],
    wrong: [['npm', 'test'], 'the command to run has to stand behind --'],
  },
  smoke: {
    takes: '[options] [url]',
    typo: ['--junti', '--junit'],
    missing: ['which app?', 'give its URL, such as http://localhost:3000/webhooks'],
    wrong: [[':3000', '--rules', 'R99'], '--rules: "R99" is no rule of smoke'],
  },
  endpoints: {
    takes: '[options] [command]',
    typo: ['--hlp', '--help'],
    missing: [
      'a command is missing',
      'one of: create, list, show, update, delete, enable, disable, test, rotate-secret',
    ],
    wrong: [['crate'], "unknown command 'crate'"],
  },
  'endpoints create': {
    takes: '[options]',
    typo: ['--evnets', '--events'],
    missing: WHO,
    wrong: [['more'], tooMany('create', 0, 1)],
  },
  'endpoints list': {
    takes: '[options]',
    typo: ['--provder', '--provider'],
    missing: null,
    wrong: [['--status', 'off'], '--status takes active, inactive, disabled, not "off"'],
  },
  'endpoints show': {
    takes: '[options] [endpoint]',
    typo: ['--show-secret', '--show-secrets'],
    missing: WHICH_ENDPOINT,
    wrong: [['a', 'b'], tooMany('show', 1, 2)],
  },
  'endpoints update': {
    takes: '[options] [endpoint]',
    typo: ['--rul', '--url'],
    missing: ['nothing to change', 'give a setting, such as --url or --events'],
    wrong: [['a', 'b'], tooMany('update', 1, 2)],
  },
  'endpoints delete': {
    takes: '[options] [endpoints...]',
    typo: ['--hlp', '--help'],
    missing: ['which endpoints?', 'name them; see: webhook-cli endpoints list'],
    wrong: [['--yes'], "unknown option '--yes'"],
  },
  'endpoints enable': {
    takes: '[options] [endpoint]',
    typo: ['--froce', '--force'],
    missing: WHICH_ENDPOINT,
    wrong: [['a', 'b'], tooMany('enable', 1, 2)],
  },
  'endpoints disable': {
    takes: '[options] [endpoint]',
    typo: ['--raeson', '--reason'],
    missing: WHICH_ENDPOINT,
    wrong: [['a', 'b'], tooMany('disable', 1, 2)],
  },
  'endpoints test': {
    takes: '[options] [endpoint] [event-type]',
    typo: ['--public-onyl', '--public-only'],
    missing: WHICH_ENDPOINT,
    wrong: [['a', 'b', 'c'], tooMany('test', 2, 3)],
  },
  'endpoints rotate-secret': {
    takes: '[options] [endpoint]',
    typo: ['--scret', '--secret'],
    missing: WHICH_ENDPOINT,
    wrong: [['a', 'b'], tooMany('rotate-secret', 1, 2)],
  },
  emit: {
    takes: '[options] [provider] [event-type]',
    typo: ['--no-wiat', '--no-wait'],
    missing: WHO,
    wrong: [
      ['iverton', 'deal.won', '--clock', 'manual'],
      '--clock takes real, virtual, x60 (or any factor), not "manual"',
    ],
  },
  deliveries: {
    takes: '[options] [command]',
    typo: ['--hlp', '--help'],
    missing: ['a command is missing', 'one of: list, show, retry, cancel'],
    wrong: [['lst'], "unknown command 'lst'"],
  },
  'deliveries list': {
    takes: '[options]',
    typo: ['--enpoint', '--endpoint'],
    missing: null,
    wrong: [
      ['--status', 'lost'],
      '--status takes pending, sending, succeeded, failed, discarded, canceled, not "lost"',
    ],
  },
  'deliveries show': {
    takes: '[options] [delivery]',
    typo: ['--rwa', '--raw'],
    missing: WHICH_DELIVERY,
    wrong: [['a', 'b'], tooMany('show', 1, 2)],
  },
  'deliveries retry': {
    takes: '[options] [deliveries...]',
    typo: ['--faild', '--failed'],
    missing: WHICH_DELIVERY,
    wrong: [['dlv_1', '--failed'], 'either deliveries by name, or filters'],
  },
  'deliveries cancel': {
    takes: '[options] [deliveries...]',
    typo: ['--al', '--all'],
    missing: ['which deliveries?', 'name some, or give filters such as --endpoint, or --all; one of these'],
    wrong: [['--all', '--status', 'failed'], 'only what waits can be canceled, not what is failed'],
  },
  simulate: {
    takes: '[options] [provider] [event-type]',
    typo: ['--repsonses', '--responses'],
    missing: [
      'what does your app do?',
      'give --responses 500,timeout,200, or --to URL, or --down-for 3h (with or without --to)',
    ],
    wrong: [['iverton', '--responses', '700'], '"700" is no response (--responses)'],
  },
  serve: {
    takes: '[options]',
    typo: ['--clcok', '--clock'],
    missing: null,
    wrong: [['--clock', 'x0'], '--clock takes real, virtual, manual, x60 (or any factor), not "x0"'],
  },
  ui: {
    takes: '[options]',
    typo: ['--no-opn', '--no-open'],
    missing: null,
    wrong: [['--ui-port', 'x'], '--ui-port takes a whole number from 0 to 65535, not "x"'],
  },
  captures: {
    takes: '[options] [command]',
    typo: ['--hlp', '--help'],
    missing: ['a command is missing', 'one of: list, show, search, delete, prune'],
    wrong: [['lst'], "unknown command 'lst'"],
  },
  'captures list': {
    takes: '[options]',
    typo: ['--limt', '--limit'],
    missing: null,
    wrong: [['more'], tooMany('list', 0, 1)],
  },
  'captures show': {
    takes: '[options] [capture]',
    typo: ['--rwa', '--raw'],
    missing: WHICH,
    wrong: [['a', 'b'], tooMany('show', 1, 2)],
  },
  'captures search': {
    takes: '[options] <words...>',
    typo: ['--curser', '--cursor'],
    missing: ["missing required argument 'words'", 'see: webhook-cli captures search --help'],
    wrong: [['x', '--limit', 'many'], '--limit takes a whole number from 1 to 10000, not "many"'],
  },
  'captures delete': {
    takes: '[options] [captures...]',
    typo: ['--yse', '--yes'],
    missing: ['which captures?', 'name some, or give filters such as --until 7d, or --all; one of these'],
    wrong: [['x', '--all'], 'which captures?'],
  },
  'captures prune': {
    takes: '[options]',
    typo: ['--kep', '--keep'],
    missing: [
      'how much is to be kept?',
      'say so with --keep: an age such as 7d, a number such as 100000, a size such as 1GB, or several',
    ],
    wrong: [['--keep', 'much'], '"much" does not say how much to keep (--keep)'],
  },
  providers: {
    takes: '[options] [command]',
    typo: ['--hlp', '--help'],
    missing: ['a command is missing', 'one of: list, show, detect, init, import, test'],
    wrong: [['shw'], "unknown command 'shw'"],
  },
  'providers list': {
    takes: '[options]',
    typo: ['--jsn', '--json'],
    missing: null,
    wrong: [['more'], tooMany('list', 0, 1)],
  },
  'providers show': {
    takes: '[options] [provider] [event-type]',
    typo: ['--jsn', '--json'],
    missing: WHO,
    wrong: [['iverton', 'deal.won', 'more'], tooMany('show', 2, 3)],
  },
  'providers detect': {
    takes: '[options] [capture]',
    typo: ['--heder', '--header'],
    missing: WHICH_OR_PASTED,
    wrong: [['a', 'b'], tooMany('detect', 1, 2)],
  },
  'providers init': {
    takes: '[options] [id]',
    typo: ['--algoritm', '--algorithm'],
    missing: ['which id?', 'name the new provider, as in: webhook-cli providers init acme'],
    wrong: [['Acme'], '"Acme" is no id: lower-case letters, digits and -, with a letter first'],
  },
  'providers import': {
    takes: '[options] [file]',
    typo: ['--heder', '--header'],
    missing: ['which document?', 'name an OpenAPI file, or - for stdin'],
    wrong: [['a', 'b'], tooMany('import', 1, 2)],
  },
  'providers test': {
    takes: '[options] [provider]',
    typo: ['--jsn', '--json'],
    missing: [
      'which provider?',
      'name one, or the file of one: webhook-cli providers test acme.provider.json',
    ],
    wrong: [['a', 'b'], tooMany('test', 1, 2)],
  },
  doctor: {
    takes: '[options] [url]',
    typo: ['--timout', '--timeout'],
    missing: null,
    wrong: [[':1/hooks', '--timeout', 'soon'], '"soon" is not a duration (--timeout)'],
  },
  completion: {
    takes: '[options] [shell]',
    typo: ['--hlp', '--help'],
    missing: ['which shell?', 'one of: bash, zsh, fish'],
    wrong: [['tcsh'], 'there is no completion for "tcsh"'],
  },
};

async function failure(args: readonly string[], options: Parameters<typeof runHere>[1] = { home }) {
  const { code, stdout, stderr } = await runHere([...args, '--json'], options);
  expect(stdout).toBe('');
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  contract.failure(JSON.parse(stderr));
  return { exit: code, ...JSON.parse(stderr).error };
}

describe.each(Object.entries(usages))('%s', (path, { takes, typo, wrong }) => {
  const words = path.split(' ');

  test('has help, asked for in either way', async () => {
    const help = await runHere([...words, '--help'], { home });
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout.split('\n')[0]).toBe(`Usage: webhook-cli ${path} ${takes}`);
    expect(help.stdout).toMatch(/\n {2}-h, --help +display help for command\n/);
    const other = await runHere(['help', ...words], { home });
    expect([other.code, other.stdout, other.stderr]).toEqual([0, help.stdout, '']);
  });

  test('suggests the option that was meant', async () => {
    const { code, stdout, stderr } = await runHere([...words, typo[0]], { home });
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      `error: unknown option '${typo[0]}'\nhint: did you mean ${typo[1]}?\n`,
    ]);
  });

  test('names where to look where nothing near was meant', async () => {
    expect(await failure([...words, '--xyzzy'])).toEqual({
      exit: 2,
      code: 'ERR_USAGE',
      message: "unknown option '--xyzzy'",
      hint: `see: webhook-cli ${path} --help`,
    });
  });

  test('refuses what makes no sense', async () => {
    expect(await failure([...words, ...wrong[0]])).toMatchObject({
      exit: 2,
      code: 'ERR_USAGE',
      message: wrong[1],
    });
  });

  test('is suggested for a misspelt name', async () => {
    const misspelt = [...words.slice(0, -1), words.at(-1)! + words.at(-1)!.at(-1)!];
    const { code, stdout, stderr } = await runHere(misspelt, { home });
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      `error: unknown command '${misspelt.at(-1)!}'\nhint: did you mean ${words.at(-1)!}?\n`,
    ]);
  });
});

const KNOWN = `known: ${Object.keys(usages)
  .filter((path) => !path.includes(' '))
  .join(', ')}`;

const incomplete = Object.entries(usages).filter(([, { missing }]) => missing !== null);

describe('without what it needs', () => {
  test.each(incomplete)('%s says what is missing', async (path, { missing }) => {
    const [message, hint] = missing!;
    expect(await failure(path.split(' '))).toEqual({ exit: 2, code: 'ERR_USAGE', message, hint });
    const human = await runHere(path.split(' '), { home });
    expect([human.code, human.stdout]).toEqual([2, '']);
    expect(human.stderr.endsWith(`error: ${message}\nhint: ${hint}\n`)).toBe(true);
  });

  test.each(incomplete)('%s does not wait for it, standard input being open', async (path) => {
    const child = spawnCli(path.split(' '), { home });
    child.stdout.resume();
    child.stderr.resume();
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2);
  });
});

test('a provider that is not there is told before what else is missing', async () => {
  expect(await failure(['simulate', 'ivertn'])).toMatchObject({ code: 'ERR_UNKNOWN_PROVIDER' });
});

describe('the program', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };

  test('tells its version', async () => {
    for (const option of ['--version', '-V']) {
      const { code, stdout, stderr } = await runCli([option], { home });
      expect([code, stdout, stderr]).toEqual([0, `${version}\n`, '']);
    }
    expect((await runCli(['--version', '--json'], { home })).json()).toEqual({ version });
  });

  test('shows its commands where nothing is asked of it', async () => {
    const [bare, help, word] = await Promise.all(
      [[], ['--help'], ['help']].map((args) => runCli(args, { home })),
    );
    expect([bare!.code, bare!.stderr]).toEqual([0, '']);
    for (const path of Object.keys(usages).filter((name) => !name.includes(' '))) {
      expect(bare!.stdout).toMatch(new RegExp(`^ {2}${path} {2,}\\S`, 'm'));
    }
    expect([help!.stdout, word!.stdout]).toEqual([bare!.stdout, bare!.stdout]);
    expect((await runCli(['--json', '--help'], { home })).json().help).toBe(bare!.stdout.trimEnd());
  });

  test.each([
    [['help', 'snd'], 'did you mean send?'],
    [['snd', '--help'], 'did you mean send?'],
    [['help', 'captures', 'shwo'], 'did you mean show?'],
    [['xyzzy'], KNOWN],
    [['help', 'xyzzy'], KNOWN],
  ])('knows no %j', async (args, hint) => {
    expect(await failure(args)).toMatchObject({ exit: 2, code: 'ERR_USAGE', hint });
  });

  test.each([
    [['send', 'ivertn'], 'ERR_UNKNOWN_PROVIDER', 'did you mean iverton?'],
    [['send', 'iverton', 'deal.wonn'], 'ERR_UNKNOWN_EVENT_TYPE', 'did you mean deal.won?'],
    [['listen', '--provider', 'filedger'], 'ERR_UNKNOWN_PROVIDER', 'did you mean filedgr?'],
    [['verify', '--provider', 'deterate', '--body', 'x'], 'ERR_UNKNOWN_PROVIDER', 'did you mean deiterate?'],
    [['send', 'iverton', 'deal.won', '--set', 'a=[1'], 'ERR_USAGE', expect.anything()],
  ])('suggests what was meant: %j', async (args, code, hint) => {
    expect(await failure(args)).toMatchObject({ exit: 2, code, hint });
  });

  test('says of invalid JSON where it is', async () => {
    const { code, stderr } = await runCli(
      ['send', 'iverton', 'deal.won', '--unsigned', '--dry-run', '--set', 'data.tags=[a]'],
      { home },
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error: cannot set data\.tags=\[a\]: not valid JSON \(Unexpected token.*\)\nhint: quote it for a shell: /,
    );
  });

  test('shows where an error comes from when debugged', async () => {
    const args = ['captures', 'show', 'cap_nothing'];
    const [plain, debug] = await Promise.all([
      runCli(args, { home }),
      runCli([...args, '--debug'], { home }),
    ]);
    expect(plain.stderr).not.toMatch(/^\s+at /m);
    expect(debug.stderr.startsWith(plain.stderr)).toBe(true);
    expect(debug.stderr).toMatch(/^\s+at .*pick/m);
  });

  test('is silent beside its results when it is told to be', async () => {
    const args = ['send', 'iverton', 'deal.won', '--dry-run', '--secret', ' x '];
    expect((await runCli(args, { home })).stderr).toMatch(/^warning: /);
    const quiet = await runCli([...args, '--quiet'], { home });
    expect([quiet.code, quiet.stderr, quiet.stdout.startsWith('POST / ')]).toEqual([0, '', true]);
  });
});

describe('options of every command', () => {
  const database = join(home.folder, 'other.db');
  const config = join(home.folder, 'given.json');
  writeFileSync(
    config,
    JSON.stringify({ db: 'configured.db', secrets: { iverton: 'from the configuration' } }),
  );

  test('may stand before and after it', async () => {
    for (const args of [
      ['--json', 'captures', 'list', '--db', database],
      ['--db', database, 'captures', '--json', 'list'],
      ['captures', 'list', '--json', '--db', database],
      ['captures', 'list', `--db=${database}`, '--json', '--no-color', '--no-input', '--quiet'],
      ['--config', config, 'captures', 'list', '--json'],
      ['captures', 'list', '--json', '--config', config],
    ]) {
      const { code, stdout, stderr } = await runCli(args, { home });
      expect([args, code, stdout, stderr]).toEqual([args, 0, '{"captures":[],"nextCursor":null}\n', '']);
    }
  });

  test('--db comes before the configuration, which is relative to itself', async () => {
    const own = createHome();
    const other = createHome();
    await runCli(['captures', 'list', '--config', config], { home: own, cwd: other.folder });
    expect(existsSync(join(home.folder, 'configured.db'))).toBe(true);
    await runCli(['captures', 'list', '--config', config, '--db', 'mine.db'], {
      home: own,
      cwd: other.folder,
    });
    expect(existsSync(join(other.folder, 'mine.db'))).toBe(true);
    expect([existsSync(own.database), existsSync(other.database)]).toEqual([false, false]);
  });

  test.each([
    [
      'missing.json',
      null,
      /cannot read the configuration .*missing\.json$/,
      'check the path given to --config',
    ],
    ['broken.json', '{"db":', /broken\.json: not valid JSON \(Unexpected end of JSON input\)$/, null],
    ['unknown.json', '{"secretes":{}}', /unknown\.json: unknown key "secretes"$/, 'did you mean secrets?'],
    ['list.json', '[]', /list\.json: must hold an object$/, null],
  ])('--config %s', async (name, content, message, hint) => {
    if (content !== null) writeFileSync(join(home.folder, name), content);
    for (const command of [
      ['captures', 'list'],
      ['send', 'iverton', 'deal.won', '--dry-run'],
      ['listen', '--port', '0'],
    ]) {
      expect(await failure(['--config', name, ...command])).toEqual({
        exit: 2,
        code: 'ERR_CONFIG',
        message: expect.stringMatching(message),
        hint,
      });
    }
  });

  test('without a value are refused', async () => {
    for (const option of ['--db', '--config']) {
      const { code, stderr } = await runCli(['captures', 'list', option], { home });
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/^error: option '--\w+ <\w+>' argument missing\nhint: /),
      ]);
    }
  });
});

test('a database that is none is said to be so', async () => {
  const file = join(home.folder, 'not-a.db');
  writeFileSync(file, 'this is no database, and long enough to be taken for one'.repeat(100));
  const { exit, message } = await failure(['captures', 'list', '--db', file]);
  expect(exit).toBe(1);
  expect(message).toContain('not-a.db');
  expect(readFileSync(file, 'utf8')).toContain('this is no database');
});

test('output may be left early by its reader', async () => {
  const command =
    '"$0" "$1" send iverton --all --count 100 --unsigned --print http | head -c 4; exit "${PIPESTATUS[0]}"';
  const args = ['--norc', '-c', command, process.execPath, BIN];
  const env = { PATH: process.env['PATH'], HOME: home.folder };
  const { stdout, stderr } = await promisify(execFile)('bash', args, { env });
  expect([stdout, stderr]).toEqual(['POST', '']);
});

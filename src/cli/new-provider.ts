import { readFile, writeFile } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { UsageError, WebhookError } from '../errors.ts';
import { ALGORITHMS, ENCODINGS, type Answers } from '../own/draft.ts';
import { checkProfile } from '../own/check-profile.ts';
import { HEADER_NAME } from '../model/header-line.ts';
import { builtIn } from '../providers/index.ts';
import type { ProviderProfile } from '../providers/provider.ts';
import { CONFIG_NAMES, findConfig, isProgram } from './config-file.ts';
import type { Context } from './context.ts';
import { isThere } from './is-there.ts';
import { collect } from './options.ts';

export interface DraftOptions {
  readonly name?: string;
  readonly header?: string;
  readonly algorithm?: string;
  readonly encoding?: string;
  readonly prefix?: string;
  readonly event?: string[];
  readonly config?: string;
}

/** What was written of a new provider, and what is left to the user. */
export interface NewProvider {
  readonly profile: ProviderProfile;
  /** As the user would name them, from the working directory. */
  readonly file: string;
  readonly config: string;
  /** Whether the configuration names the provider now; else the user has to add it. */
  readonly isAdded: boolean;
  readonly notes: readonly string[];
}

export function declareDraft(command: Command): void {
  command
    .option('--name <name>', 'its name for people')
    .option('--header <header>', 'the header that holds the signature')
    .option('--algorithm <name>', `${ALGORITHMS.join(', ')} (token: the secret itself is sent)`)
    .option('--encoding <encoding>', `how the signature is written: ${ENCODINGS.join(', ')}`)
    .option('--prefix <text>', 'what stands before it, such as sha256=');
}

export function declareEvents(command: Command): void {
  command.option('--event <name>', 'an event type; several times for several', collect);
}

/** @throws {UsageError} */
export function readAnswers(options: DraftOptions): Answers {
  oneOf('--algorithm', options.algorithm, ALGORITHMS);
  oneOf('--encoding', options.encoding, ENCODINGS);
  const { name, header, algorithm, encoding, prefix, event: events } = options;
  if (header !== undefined && !HEADER_NAME.test(header)) {
    throw new UsageError(`--header takes a header's name, not "${header}"`, 'such as X-Acme-Signature');
  }
  const odd = events?.find((event) => event === '' || event !== event.trim());
  if (odd !== undefined) {
    throw new UsageError(`--event takes a name without white space around it, not "${odd}"`);
  }
  return { name, header, algorithm, encoding, prefix, events };
}

function oneOf(option: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw new UsageError(`${option} takes ${known.join(', ')}, not "${value}"`);
}

/** Whether the id of a new provider can be taken; the reason where it cannot. */
export function problemWithId(id: string): string | null {
  return /^[a-z][a-z0-9-]{0,62}$/.test(id)
    ? null
    : `"${id}" is no id: lower-case letters, digits and -, with a letter first`;
}

/** The file that a new provider goes to. @throws {WebhookError} where there is one already. */
export async function freeFile({ cwd }: Pick<Context, 'cwd'>, id: string): Promise<string> {
  const name = `${id}.provider.json`;
  if (!(await isThere(resolve(cwd, name)))) return name;
  throw new WebhookError('ERR_EXISTS', `${name} is there already, and is left as it is`, {
    hint: `remove it, take another id, or look whether it is sound: webhook-cli providers test ${name}`,
  });
}

/** Writes a profile to its file, and names that in the configuration. */
export async function writeProvider(
  context: Pick<Context, 'cwd'>,
  profile: ProviderProfile,
  options: DraftOptions,
  notes: readonly string[] = [],
): Promise<NewProvider> {
  const checked = checkProfile(profile);
  if ('problems' in checked) {
    throw new UsageError(checked.problems.join('; '), 'give something else', 'ERR_PROVIDER');
  }
  const { cwd } = context;
  const file = await freeFile(context, profile.id);
  const config = (await findConfig(options.config, cwd)) ?? resolve(cwd, CONFIG_NAMES[0]!);
  const text = isProgram(config) ? null : await readText(config);
  const { addProvider } = await import('./edit-config.ts');
  const path = `./${relative(resolve(config, '..'), resolve(cwd, file)).split(sep).join('/')}`;
  // What cannot be done is found before anything is written.
  const edited = isProgram(config)
    ? null
    : await addProvider(text, path, config, await schemaIn(cwd, 'webhook.config.schema.json'));
  const whole = { $schema: await schemaIn(cwd, 'provider.schema.json'), ...profile };
  await writeFile(resolve(cwd, file), `${JSON.stringify(whole, null, 2)}\n`, { flag: 'wx' });
  if (edited !== null) await writeFile(config, edited);
  const replaces = builtIn.has(profile.id)
    ? [`it takes the place of the ${profile.id} that is built in`]
    : [];
  return {
    profile,
    file,
    config: relative(cwd, config) || config,
    isAdded: edited !== null,
    notes: [...replaces, ...notes],
  };
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UsageError(
      `cannot read the configuration ${path}`,
      'check the path given to --config',
      'ERR_CONFIG',
    );
  }
}

/** Where an editor finds a schema: beside the project where the package is installed there, else on the web. */
async function schemaIn(cwd: string, name: string): Promise<string> {
  const installed = `./node_modules/webhook-cli/schema/${name}`;
  return (await isThere(resolve(cwd, installed)))
    ? installed
    : `https://unpkg.com/webhook-cli/schema/${name}`;
}

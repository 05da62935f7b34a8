import { dirname, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { checkProfile, type CheckedProfile } from '../own/check-profile.ts';
import { builtIn, createProviders, type Providers } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import type { Config } from './config.ts';
import { readValue } from './config-file.ts';
import type { RunUserCode } from './config-program.ts';

/** A provider as a file has it, sound or not. */
export interface OwnProfile {
  /** Null where it has none. */
  readonly id: string | null;
  /** The file that holds it. */
  readonly file: string;
  readonly checked: CheckedProfile;
}

/** More mistakes than these are for `providers test` to show. */
const MOST_SHOWN = 3;

/**
 * The providers that are built in and those of the configuration, which take the place of a built-in one with their id.
 * @throws {UsageError} `ERR_CONFIG` for a profile that is not sound.
 */
export async function loadOwnProviders(
  own: Config['own'],
  { note, runUserCode }: { readonly note: (text: string) => void; readonly runUserCode: RunUserCode },
): Promise<Providers> {
  if (own === undefined || own.entries.length === 0) return builtIn;
  const found = new Map<string, Provider>();
  for (const { file, checked } of await readOwnProfiles(own, runUserCode)) {
    const provider = sound(checked, file);
    const { id } = provider;
    if (found.has(id)) {
      throw new UsageError(
        `${own.file}: two providers have the id ${id}`,
        'give one of them another',
        'ERR_CONFIG',
      );
    }
    if (builtIn.has(id)) note(`note: ${id} is the provider of ${file}, not the one that is built in`);
    found.set(id, provider);
  }
  return createProviders([...builtIn.all.filter(({ id }) => !found.has(id)), ...found.values()]);
}

/** Everything that the configuration has under "providers", in its order. */
export async function readOwnProfiles(
  own: NonNullable<Config['own']>,
  runUserCode: RunUserCode,
): Promise<OwnProfile[]> {
  return Promise.all(
    own.entries.map((entry) =>
      typeof entry === 'string'
        ? readProfile(resolve(dirname(own.file), entry), `check "providers" in ${own.file}`, runUserCode)
        : asProfile(entry, own.file),
    ),
  );
}

/** The profile that a file holds. */
export async function readProfile(file: string, hint: string, runUserCode: RunUserCode): Promise<OwnProfile> {
  return asProfile(await readValue(file, 'the provider', hint, runUserCode), file);
}

/** @throws {UsageError} `ERR_CONFIG` with the first mistakes. */
function sound(checked: CheckedProfile, file: string): Provider {
  if ('provider' in checked) return checked.provider;
  const { problems } = checked;
  const shown = problems.slice(0, MOST_SHOWN).join('; ');
  const more = problems.length > MOST_SHOWN ? `; and ${problems.length - MOST_SHOWN} more` : '';
  throw new UsageError(
    `${file}: ${shown}${more}`,
    `mend it there; all that is wrong: webhook-cli providers test ${file}`,
    'ERR_CONFIG',
  );
}

/** Its folder of payloads is relative to the file that says so. */
function asProfile(value: unknown, file: string): OwnProfile {
  const id = (value as { id?: unknown } | null | undefined)?.id;
  const checked = checkProfile(value);
  return {
    id: typeof id === 'string' ? id : null,
    file,
    checked: 'provider' in checked ? { provider: withFolder(checked.provider, dirname(file)) } : checked,
  };
}

function withFolder(provider: Provider, folder: string): Provider {
  return provider.fixtures === undefined
    ? provider
    : { ...provider, fixtures: resolve(folder, provider.fixtures) };
}

import { BREAKAGES } from '../../forge/break.ts';
import { DELIVERY_STATUSES } from '../../model/delivery.ts';
import { ALGORITHMS, ENCODINGS } from '../../own/draft.ts';
import type { Providers } from '../../providers/index.ts';

/** What can stand in one place of a command line. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** A file, or `@` and a file. */
  | { readonly kind: 'file' | 'file-after-at' }
  /** One of the event types of the provider that was named before, or of all. */
  | { readonly kind: 'event-type' }
  | { readonly kind: 'anything' };

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const words = (...list: readonly string[]): Values => ({ kind: 'words', words: list });
const FILE: Values = { kind: 'file' };
const FILE_AFTER_AT: Values = { kind: 'file-after-at' };
const EVENT_TYPE: Values = { kind: 'event-type' };

const VERDICTS = ['ok', 'failed', 'none', 'valid', 'unsigned', 'missing-header', 'malformed-header'].concat(
  'no-match',
  'too-old',
  'too-new',
  'reserialized',
  'no-secret',
);

/** By an option, or by a command and an option, which goes before. What is not here can be anything. */
export const OPTION_VALUES: Readonly<Record<string, Values>> = {
  '--algorithm': words(...ALGORITHMS),
  '--body': FILE_AFTER_AT,
  '--break': words(...BREAKAGES),
  '--clock': words('real', 'virtual', 'x60'),
  '--config': FILE,
  '--data': FILE_AFTER_AT,
  '--db': FILE,
  '--delays': words('default', 'none'),
  '--encoding': words(...ENCODINGS),
  '--event-type': EVENT_TYPE,
  '--events': EVENT_TYPE,
  '--format': words('provider'),
  '--junit': FILE,
  '--method': words('POST', 'GET', 'PUT', 'PATCH', 'DELETE'),
  '--print': words('curl', 'http'),
  '--schema': FILE,
  '--secret-file': FILE,
  '--signature-form': words('bare', 'prefixed'),
  '--tunnel': words('localtunnel'),
  '--type': EVENT_TYPE,
  '--verdict': words(...VERDICTS),
  '--verify': words('report', 'strict'),
  'deliveries cancel --status': words(...DELIVERY_STATUSES),
  'deliveries list --status': words(...DELIVERY_STATUSES),
  'deliveries retry --status': words(...DELIVERY_STATUSES),
  'endpoints list --status': words('active', 'inactive', 'disabled'),
  'serve --clock': words('real', 'virtual', 'manual', 'x60'),
};

/** By an argument's name. */
export const ARGUMENT_VALUES: Readonly<Record<string, Values>> = {
  capture: words('last'),
  captures: words('last'),
  command: FILE,
  deliveries: words('last'),
  delivery: words('last'),
  'event-type': EVENT_TYPE,
  file: FILE,
  shell: words(...SHELLS),
};

/** Every provider's id with its event types. */
export type Catalog = readonly { readonly id: string; readonly eventTypes: readonly string[] }[];

export function catalogOf({ all }: Providers): Catalog {
  return all.map(({ id, events }) => ({ id, eventTypes: events.map(({ name }) => name) }));
}

/** What an option of a command, by its path, can be given. */
export function valuesOfOption(path: string, flag: string, catalog: Catalog): Values {
  if (flag === '--provider') return words(...catalog.map(({ id }) => id));
  return OPTION_VALUES[`${path} ${flag}`] ?? OPTION_VALUES[flag] ?? { kind: 'anything' };
}

export function valuesOfArgument(name: string, catalog: Catalog): Values {
  if (name === 'provider') return words(...catalog.map(({ id }) => id));
  return ARGUMENT_VALUES[name] ?? { kind: 'anything' };
}

import { printable } from '../../model/printable.ts';
import type { Rendered } from '../command.ts';
import type { NewProvider } from '../new-provider.ts';
import type { Term } from './term.ts';

export function renderNewProvider(
  { profile, file, config, isAdded, notes }: NewProvider,
  { paint }: Term,
): Rendered {
  const { id, events } = profile;
  const names = events.map(({ name }) => name);
  const shown = names.slice(0, 6).join(', ') + (names.length > 6 ? `, and ${names.length - 6} more` : '');
  const added = isAdded ? `named in ${config}` : `not yet named: add "./${file}" to providers in ${config}`;
  return {
    out: [
      `${paint.green('✓')}  ${file}: ${printable(profile.name)}, ${names.length} event type${names.length === 1 ? '' : 's'} (${printable(shown)})`,
      `${isAdded ? paint.green('✓') : paint.yellow('!')}  ${added}`,
      ...notes.map((note) => `${paint.yellow('!')}  ${printable(note)}`),
    ].join('\n'),
    err: [
      'next:',
      `  webhook-cli providers test ${file}`,
      `  webhook-cli listen --provider ${id} --secret s`,
      `  webhook-cli send ${id} ${shellWord(names[0]!)} --to :4400 --secret s`,
    ].join('\n'),
  };
}

export function newProviderJson({ profile, file, config, isAdded, notes }: NewProvider): unknown {
  return { provider: profile.id, file, config, added: isAdded, eventTypes: profile.events.length, notes };
}

function shellWord(text: string): string {
  return /^[\w.:/@-]+$/.test(text) ? text : `'${printable(text).replaceAll("'", String.raw`'\''`)}'`;
}

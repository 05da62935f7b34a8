import type { EndpointChange, EndpointItem, ProviderItem } from '../../contract.ts';
import { headerLines, parseHeaderLines } from '../ui/header-lines.ts';

/** What the form holds, as it is typed. */
export interface EndpointDraft {
  readonly provider: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly secret: string;
  readonly headers: string;
  /** Filter to its values, with commas between. */
  readonly filters: Readonly<Record<string, string>>;
  readonly active: boolean;
}

export function emptyDraft(provider: string): EndpointDraft {
  return { provider, url: '', events: ['*'], secret: '', headers: '', filters: {}, active: true };
}

/** The secret stays out: the form only sets another. */
export function draftOf(endpoint: EndpointItem): EndpointDraft {
  const { provider, url, eventTypes, headers, filters, status } = endpoint;
  const lists = Object.entries(filters).map(([name, values]) => [name, values.join(', ')] as const);
  return {
    provider,
    url,
    events: eventTypes,
    secret: '',
    headers: headerLines(headers),
    filters: Object.fromEntries(lists),
    active: status === 'active',
  };
}

/** What to create, or, where it is there already, what to change of it: only what differs. */
export function changeFrom(
  draft: EndpointDraft,
  provider: Pick<ProviderItem, 'filters' | 'endpointHeaders'>,
  before: EndpointItem | null,
): EndpointChange {
  const was = before === null ? null : draftOf(before);
  const isNew = (name: keyof EndpointDraft): boolean =>
    was === null || JSON.stringify(was[name]) !== JSON.stringify(draft[name]);
  const url = draft.url.trim();
  return {
    ...(was === null ? { provider: draft.provider } : {}),
    ...(was?.url === url ? {} : { url }),
    ...(isNew('events') ? { eventTypes: draft.events } : {}),
    ...(draft.secret === '' ? {} : { secret: draft.secret }),
    ...(provider.endpointHeaders && isNew('headers')
      ? { headers: parseHeaderLines(draft.headers).headers }
      : {}),
    ...(provider.filters.length > 0 && isNew('filters')
      ? { filters: filtersFrom(draft.filters, provider) }
      : {}),
    ...(isNew('active') ? { active: draft.active } : {}),
  };
}

function filtersFrom(
  lists: EndpointDraft['filters'],
  { filters }: Pick<ProviderItem, 'filters'>,
): Readonly<Record<string, readonly string[]>> {
  const pairs = filters.map(({ name }) => [name, parseList(lists[name] ?? '')] as const);
  return Object.fromEntries(pairs.filter(([, values]) => values.length > 0));
}

/** `a, b` as its parts. */
export function parseList(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

import { useEffect, useState } from 'preact/hooks';

export const VIEWS = ['captures', 'send', 'endpoints', 'deliveries'] as const;
export type View = (typeof VIEWS)[number];

/** What the address bar says. All that a link or a reload is to keep is in it. */
export interface Place {
  readonly view: View;
  readonly params: Readonly<Record<string, string>>;
}

const listeners = new Set<() => void>();
/** Where each view was left, so that its tab leads back there. */
const left = new Map<View, Place['params']>();
addEventListener('popstate', tell);
left.set(place().view, place().params);

export function place(): Place {
  const name = location.pathname.slice(1);
  return {
    view: VIEWS.find((view) => view === name) ?? 'captures',
    params: Object.fromEntries(new URLSearchParams(location.search)),
  };
}

export function usePlace(): Place {
  const [now, set] = useState(place);
  useEffect(() => {
    const listener = (): void => set(place());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return now;
}

export function hrefOf(view: View, params: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    if (value !== undefined && value !== '') query.set(name, value);
  const text = query.toString();
  return `/${view}${text === '' ? '' : `?${text}`}`;
}

/** `replace` for what is no step of its own, such as each letter of a search. */
export function go(
  view: View,
  params: Readonly<Record<string, string | undefined>> = {},
  { replace = false }: { readonly replace?: boolean } = {},
): void {
  const href = hrefOf(view, params);
  if (href === location.pathname + location.search) return;
  if (replace) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  tell();
}

/** Changes some parameters of the present place; `undefined` or empty takes one away. */
export function change(
  params: Readonly<Record<string, string | undefined>>,
  options?: { readonly replace?: boolean },
): void {
  const now = place();
  go(now.view, { ...now.params, ...params }, options);
}

/** Where the tab of a view leads to: where it was left; for the present view, its beginning. */
export function tabOf(view: View): string {
  return hrefOf(view, place().view === view ? {} : left.get(view));
}

function tell(): void {
  const { view, params } = place();
  left.set(view, params);

  for (const listener of listeners) listener();
}

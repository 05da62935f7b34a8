import type { Provider } from './provider.ts';

/** A header that a provider sends, and what it counts for that a request has it. */
interface HeaderMark {
  /** In lower case. */
  readonly name: string;
  readonly points: number;
  readonly reason: string;
}

/** What a provider is told by, made ready for looking at many requests. */
interface Marks {
  readonly headers: readonly HeaderMark[];
  readonly eventTypes: ReadonlySet<string>;
}

const known = new WeakMap<Provider, Marks>();

export function marksOf(provider: Provider): Marks {
  let marks = known.get(provider);
  if (marks === undefined) {
    marks = collectMarks(provider);
    known.set(provider, marks);
  }
  return marks;
}

function collectMarks(provider: Provider): Marks {
  const { signature, headers, events } = provider;
  const varying = headers.filter(({ value }) => 'from' in value);
  return {
    headers: [
      markOf(provider, signature.value.header, { own: 10, shared: 3 }),
      ...varying.map(({ name }) => markOf(provider, name, { own: 5, shared: 1 })),
    ],
    eventTypes: new Set(events.map(({ name }) => name)),
  };
}

/** A name that holds the provider's is its own; another may be any service's. */
function markOf({ id }: Provider, header: string, points: { own: number; shared: number }): HeaderMark {
  const name = header.toLowerCase();
  return name.includes(id)
    ? { name, points: points.own, reason: `header ${header}` }
    : { name, points: points.shared, reason: `header ${header}, which other services use too` };
}

import { hasContent, signatureHeader } from '../signing/describe.ts';
import type { ContentScheme, SignatureScheme } from '../signing/scheme.ts';
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
  const { signature, otherSignatures, headers, events } = provider;
  const varying = [
    ...headers.filter(({ value }) => 'from' in value).map(({ name }) => name),
    ...(hasContent(signature.value) ? signedHeaders(signature.value) : []),
  ];
  const signing = [signature.value, ...otherSignatures.map(({ scheme }) => scheme)].flatMap(primaryHeaders);
  const marks = [
    ...signing.map((name) => markOf(provider, name, { own: 10, shared: 3 })),
    ...varying.map((name) => markOf(provider, name, { own: 5, shared: 1 })),
  ];
  return {
    headers: marks.filter((mark, index) => marks.findIndex(({ name }) => name === mark.name) === index),
    eventTypes: new Set(events.map(({ name }) => name)),
  };
}

/** The headers that are signed besides the body. */
function signedHeaders({ timestamp, values = {} }: ContentScheme): string[] {
  const places = [...(timestamp === undefined ? [] : [timestamp.from]), ...Object.values(values)];
  return places.flatMap((place) => ('header' in place ? [place.header] : []));
}

/** Fallbacks are names that many services use; `Authorization` is everybody's. */
function primaryHeaders(scheme: SignatureScheme): string[] {
  const header = signatureHeader(scheme);
  return header === null || header === 'Authorization' ? [] : [header];
}

/** A name that holds the provider's is its own; another may be any service's. */
function markOf(
  { id, ownHeaders }: Provider,
  header: string,
  points: { own: number; shared: number },
): HeaderMark {
  const name = header.toLowerCase();
  const isOwn = name.includes(id) || ownHeaders.some((own) => name.startsWith(own.toLowerCase()));
  return isOwn
    ? { name, points: points.own, reason: `header ${header}` }
    : { name, points: points.shared, reason: `header ${header}, which other services use too` };
}

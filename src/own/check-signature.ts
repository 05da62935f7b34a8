import { nearestNames } from '../model/nearest.ts';
import { printable } from '../model/printable.ts';
import { hasContent } from '../signing/describe.ts';
import { FILTERS, isFilter } from '../signing/filters.ts';
import type { ContentScheme, SignatureScheme, SignedValue } from '../signing/scheme.ts';

/** What a well-formed signature can have wrong: templates that name what is not there, and places that cannot hold it. */
export function checkSignature(scheme: SignatureScheme, path: string): string[] {
  if (!hasContent(scheme)) return [];
  return [...checkContent(scheme, path), ...checkWritten(scheme, path), ...checkFields(scheme, path)];
}

/** A brace that opens no known value is a slip, as nobody signs braces. */
const PLACEHOLDER = /\{([^{}]*)\}?/g;

function checkContent(scheme: ContentScheme, path: string): string[] {
  const { content = '{body}', values = {}, timestamp, kind } = scheme;
  const known = [
    'body',
    'method',
    'url',
    'path',
    ...(kind === 'digest' ? ['secret'] : []),
    ...(timestamp === undefined ? [] : ['timestamp']),
    ...Object.keys(values),
  ];
  const problems = placeholders(content).flatMap((inner) => {
    const [name = '', ...filters] = inner.split('|');
    return [
      ...(known.includes(name)
        ? []
        : [unknownValue(`${path}.content`, name, known, timestamp !== undefined)]),
      ...filters
        .filter((filter) => !isFilter(filter))
        .map((filter) => unknownFilter(`${path}.content`, filter)),
    ];
  });
  const isUnsecret = kind === 'digest' && !placeholders(content).some((inner) => /^secret(\||$)/.test(inner));
  if (isUnsecret) {
    const has = scheme.content === undefined ? 'is left out, and {body} has' : 'has';
    problems.push(`${path}.content ${has} no {secret}: anyone could make that digest`);
  }
  return problems;
}

function checkWritten(scheme: ContentScheme, path: string): string[] {
  const { write, items, timestamp } = scheme;
  if (write === undefined) return [];
  const where = `${path}.write`;
  const known = ['signature', ...(timestamp === undefined ? [] : ['timestamp'])];
  const names = placeholders(write);
  const problems = names
    .filter((name) => !known.includes(name))
    .map((name) => unknownValue(where, name, known, timestamp !== undefined));
  if (!names.includes('signature')) problems.push(`${where} has no {signature}`);
  if (items !== undefined && !write.includes(`${items.field}${items.assign}{signature}`)) {
    problems.push(`${where} has to hold ${items.field}${items.assign}{signature}, as items says`);
  }
  return problems;
}

function checkFields(scheme: ContentScheme, path: string): string[] {
  const { items, write = '', timestamp, values = {} } = scheme;
  const places: [string, SignedValue][] = Object.entries(values).map(([name, place]) => [
    `values.${name}`,
    place,
  ]);
  if (timestamp !== undefined) places.push(['timestamp.from', timestamp.from]);
  return places.flatMap(([name, place]) => {
    if (!('field' in place)) return [];
    const where = `${path}.${name}`;
    if (items === undefined)
      return [`${where} is a field of the signature's value, which has none: items is due`];
    const written = `${place.field}${items.assign}`;
    return write.includes(written) ? [] : [`${where}: ${path}.write has to hold ${written}…`];
  });
}

function placeholders(template: string): string[] {
  return Array.from(template.matchAll(PLACEHOLDER), ([whole, inner]) =>
    whole.endsWith('}') ? inner! : `${inner!} (with no } behind it)`,
  );
}

function unknownValue(where: string, name: string, known: readonly string[], hasTime: boolean): string {
  const [near] = name.length > 40 ? [] : nearestNames(name, known, 1);
  const missing = name === 'timestamp' && !hasTime ? ': the signature has no timestamp' : undefined;
  const hint = near === undefined ? `; known here: ${known.join(', ')}` : `; did you mean {${near}}?`;
  return `${where} names {${printable(name.slice(0, 40))}}, which is no value${missing ?? hint}`;
}

function unknownFilter(where: string, name: string): string {
  const [near] = name.length > 40 ? [] : nearestNames(name, FILTERS, 1);
  const hint = near === undefined ? `; one of ${FILTERS.join(', ')} is due` : `; did you mean ${near}?`;
  return `${where} names the filter ${printable(name.slice(0, 40))}, which is none${hint}`;
}

import { createHash } from 'node:crypto';
import { hmac } from '../signing/digest.ts';
import type { Secret } from '../signing/scheme.ts';

const FILTERS = ['hmacSha256Hex', 'hmacSha256Base64', 'sha256Hex', 'urlDecode'] as const;
type Filter = (typeof FILTERS)[number];

/** Text that is always the same, or a value by its name, with what is made of it. */
type Part = { readonly literal: string } | { readonly name: string; readonly filters: readonly string[] };

const compiled = new Map<string, readonly Part[]>();

/** The parts of `sha256={token|sha256Hex}`; each pattern is read only once. */
export function partsOf(pattern: string): readonly Part[] {
  let parts = compiled.get(pattern);
  if (parts === undefined) {
    parts = read(pattern);
    compiled.set(pattern, parts);
  }
  return parts;
}

export function namesIn(pattern: string): string[] {
  return partsOf(pattern).flatMap((part) => ('name' in part ? [part.name] : []));
}

/**
 * The values that a text has for a pattern's names, or null where it is no such text. A value is never empty, and ends where the
 * literal text behind it first stands.
 */
export function matchPattern(pattern: string, text: string): readonly (readonly [string, string])[] | null {
  const parts = partsOf(pattern);
  const values: [string, string][] = [];
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if ('literal' in part) {
      if (!text.startsWith(part.literal, at)) return null;
      at += part.literal.length;
      continue;
    }
    const end = endOf(text, at, parts[index + 1], index + 2 === parts.length);
    if (end <= at) return null;
    values.push([part.name, text.slice(at, end)]);
    at = end;
  }
  return at === text.length ? values : null;
}

function endOf(text: string, at: number, next: Part | undefined, isLast: boolean): number {
  if (next === undefined || 'name' in next) return text.length;
  return isLast ? text.length - next.literal.length : text.indexOf(next.literal, at + 1);
}

/** What a pattern's names stand for. */
export interface Values {
  readonly valueOf: (name: string) => string | undefined;
  /** What the filters are keyed with. */
  readonly secret: Secret | null;
}

/** A pattern with its values filled in, or what is missing for that. */
export function fillPattern(
  pattern: string,
  { valueOf, secret }: Values,
): { readonly text: string } | { readonly missing: string } {
  let text = '';
  for (const part of partsOf(pattern)) {
    if ('literal' in part) {
      text += part.literal;
      continue;
    }
    let value = valueOf(part.name);
    if (value === undefined) return { missing: part.name };
    for (const filter of part.filters) {
      if (!isFilter(filter)) return { missing: filter };
      if (secret === null && filter.startsWith('hmac')) return { missing: 'secret' };
      value = applyFilter(filter, value, secret);
    }
    text += value;
  }
  return { text };
}

/** What is wrong with a pattern, whatever it is filled with. */
export function faultsOf(pattern: string): string[] {
  const parts = partsOf(pattern);
  return parts.flatMap((part, index) => {
    if ('literal' in part) return [];
    const next = parts[index + 1];
    return [
      ...part.filters.filter((filter) => !isFilter(filter)).map((filter) => `unknown filter "${filter}"`),
      ...(next !== undefined && 'name' in next
        ? [`nothing stands between {${part.name}} and {${next.name}}`]
        : []),
    ];
  });
}

function isFilter(name: string): name is Filter {
  return FILTERS.some((filter) => filter === name);
}

function applyFilter(filter: Filter, value: string, secret: Secret | null): string {
  switch (filter) {
    case 'hmacSha256Hex':
      return hmac('sha256', secret!, Buffer.from(value)).toString('hex');
    case 'hmacSha256Base64':
      return hmac('sha256', secret!, Buffer.from(value)).toString('base64');
    case 'sha256Hex':
      return createHash('sha256').update(value).digest('hex');
    case 'urlDecode':
      return decode(value);
  }
}

/** As it is where it is not encoded. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function read(pattern: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of pattern.matchAll(/\{(\w+)((?:\|\w+)*)\}/g)) {
    if (match.index > from) parts.push({ literal: pattern.slice(from, match.index) });
    parts.push({ name: match[1]!, filters: match[2]!.split('|').slice(1) });
    from = match.index + match[0].length;
  }
  if (from < pattern.length) parts.push({ literal: pattern.slice(from) });
  return parts;
}

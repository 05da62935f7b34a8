import { WebhookError } from '../errors.ts';
import { applyFilter, isFilter, type Filter } from './filters.ts';

/** A piece of what is signed: bytes that are always the same, or a value with its filters. */
export type Piece =
  { readonly literal: Uint8Array } | { readonly name: string; readonly filters: readonly Filter[] };

const compiled = new Map<string, readonly Piece[]>();

/**
 * Reads a template such as `v0:{timestamp}:{body}`; each only once.
 * @throws {WebhookError} `ERR_TEMPLATE` for an unknown filter.
 */
export function parseTemplate(text: string): readonly Piece[] {
  let pieces = compiled.get(text);
  if (pieces === undefined) {
    pieces = parse(text);
    compiled.set(text, pieces);
  }
  return pieces;
}

/** A template with a value for each name but one; or the name of a value that is missing. */
export function fillAllBut(
  spared: string,
  pieces: readonly Piece[],
  valueOf: (name: string) => Uint8Array | undefined,
  isFormBody: boolean,
): { readonly pieces: readonly Piece[] } | { readonly missing: string } {
  const filled: Piece[] = [];
  for (const piece of pieces) {
    if ('literal' in piece || piece.name === spared) {
      filled.push(piece);
      continue;
    }
    const content = fillTemplate([piece], valueOf, isFormBody);
    if ('missing' in content) return content;
    filled.push({ literal: content.parts[0]! });
  }
  return { pieces: filled };
}

/** The parts of what is signed, in order; or the name of a value that is missing. */
export function fillTemplate(
  pieces: readonly Piece[],
  valueOf: (name: string) => Uint8Array | undefined,
  isFormBody: boolean,
): { readonly parts: readonly Uint8Array[] } | { readonly missing: string } {
  const parts: Uint8Array[] = [];
  for (const piece of pieces) {
    if ('literal' in piece) {
      parts.push(piece.literal);
      continue;
    }
    const value = valueOf(piece.name);
    if (value === undefined) return { missing: piece.name };
    parts.push(piece.filters.reduce((bytes, filter) => applyFilter(filter, bytes, isFormBody), value));
  }
  return { parts };
}

function parse(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(/\{(\w+)((?:\|\w+)*)\}/g)) {
    if (match.index > from) pieces.push({ literal: Buffer.from(text.slice(from, match.index)) });
    const filters = match[2]!.split('|').slice(1);
    for (const filter of filters) {
      if (!isFilter(filter))
        throw new WebhookError('ERR_TEMPLATE', `unknown filter "${filter}" in "${text}"`);
    }
    pieces.push({ name: match[1]!, filters: filters as Filter[] });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ literal: Buffer.from(text.slice(from)) });
  return pieces;
}

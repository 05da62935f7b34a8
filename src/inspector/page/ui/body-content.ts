import { headerValue } from '../../../model/request.ts';
import type { BodyFields, Header } from '../../contract.ts';
import { readJson, type Json } from './json.ts';

export type Shape =
  | { readonly kind: 'json'; readonly json: Json }
  | { readonly kind: 'form'; readonly fields: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'text' };

/** What there is to show of a body. */
export interface BodyContent {
  /** The text after its Content-Encoding was undone; null where that is not UTF-8. */
  readonly text: string | null;
  /** How it can be shown better than as it is; null where it cannot. */
  readonly shape: Shape;
  /** Sentences about what is shown. */
  readonly notes: readonly string[];
}

/** The server cuts what it decoded to this length, too. */
const DECODED_LIMIT = 1024 * 1024;

interface BodyGiven {
  readonly headers: readonly Header[];
  readonly fields: BodyFields;
  readonly decoded?: BodyFields | null | undefined;
  /** Whether the fields hold only its beginning. */
  readonly truncated?: boolean | undefined;
}

export function readBody({ headers, fields, decoded = null, truncated = false }: BodyGiven): BodyContent {
  const isCut = truncated || (decoded !== null && bytesOf(decoded).length >= DECODED_LIMIT);
  const notes: string[] = [];
  const encoding = headerValue(headers, 'content-encoding')?.trim() ?? 'identity';
  if (decoded !== null) notes.push(`Decoded from ${encoding}; Hex has the bytes as they arrived.`);
  else if (encoding !== 'identity' && !isEmpty(fields)) {
    notes.push(
      `Its Content-Encoding (${encoding}) could not be undone: these are the bytes as they arrived.`,
    );
  }
  if (isCut) notes.push('Only its beginning is shown; the download has all of it.');
  const text = textOf(decoded ?? fields);
  const { shape, problem } = shapeOf(headers, text, isCut);
  if (problem !== undefined) notes.push(problem);
  return { text, shape, notes };
}

function shapeOf(
  headers: readonly Header[],
  text: string | null,
  truncated: boolean,
): { readonly shape: Shape; readonly problem?: string } {
  const plain: Shape = { kind: 'text' };
  if (text === null || text.trim() === '') return { shape: plain };
  const type = (headerValue(headers, 'content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded' && !/^\s*[{[]/.test(text)) {
    return { shape: { kind: 'form', fields: [...new URLSearchParams(text)] } };
  }
  const saysJson = /^(application|text)\/(.+\+)?json$/.test(type);
  if (!saysJson && !/^\s*[{[]/.test(text)) return { shape: plain };
  if (truncated) return { shape: plain };
  const json = readJson(text);
  if (!('problem' in json)) return { shape: { kind: 'json', json } };
  return saysJson ? { shape: plain, problem: json.problem } : { shape: plain };
}

export function isEmpty(fields: BodyFields): boolean {
  return ('body' in fields ? fields.body : fields.bodyBase64) === '';
}

export function textOf(fields: BodyFields): string | null {
  return 'body' in fields ? fields.body : null;
}

export function bytesOf(fields: BodyFields): Uint8Array {
  if ('body' in fields) return new TextEncoder().encode(fields.body);
  return Uint8Array.from(atob(fields.bodyBase64), (character) => character.charCodeAt(0));
}

import { isHeaderLine } from '../model/header-line.ts';
import { headerValue, type Header } from '../model/request.ts';
import type { HandshakeAnswer } from '../providers/handshake.ts';
import { fillPattern, type Values } from './pattern.ts';

/** An answer as it is sent. */
export interface FilledAnswer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** The bodies that a handshake's answer may have, its values filled in. */
export interface FilledBody {
  /** Null where any body will do. */
  readonly body: string | Readonly<Record<string, string | number | boolean>> | null;
  readonly headers: readonly Header[];
}

type Unfilled = { readonly missing: string };

/** An answer's body and headers with their values, or what cannot be filled in. */
export function fillParts(answer: HandshakeAnswer, values: Values): FilledBody | Unfilled {
  const headers: Header[] = [];
  for (const [name, pattern] of Object.entries(answer.headers ?? {})) {
    const filled = fillPattern(pattern, values);
    if ('missing' in filled) return filled;
    // A line break would begin another header, or the body.
    if (!isHeaderLine(name, filled.text) || /[\u0100-\uffff]/.test(filled.text)) {
      return { missing: `a value for ${name} that can stand in a header` };
    }
    headers.push([name, filled.text]);
  }
  if (answer.body === undefined) return { headers, body: null };
  if (typeof answer.body === 'string') {
    const filled = fillPattern(answer.body, values);
    return 'missing' in filled ? filled : { headers, body: filled.text };
  }
  const entries: [string, string | number | boolean][] = [];
  for (const [name, value] of Object.entries(answer.body)) {
    const filled = typeof value === 'string' ? fillPattern(value, values) : { text: value };
    if ('missing' in filled) return filled;
    entries.push([name, filled.text]);
  }
  return { headers, body: Object.fromEntries(entries) };
}

/** A handshake's answer with its values, or what cannot be filled in. Values never leave the place they are put in. */
export function fillAnswer(answer: HandshakeAnswer, values: Values): FilledAnswer | Unfilled {
  const parts = fillParts(answer, values);
  if ('missing' in parts) return parts;
  const { body } = parts;
  const isJson = typeof body === 'object' && body !== null;
  const bytes = Buffer.from(body === null ? '' : isJson ? JSON.stringify(body) : (body as string));
  const type = answer.contentType ?? (isJson ? 'application/json' : 'text/plain');
  const isTyped = bytes.length > 0 || answer.contentType !== undefined;
  // What a stranger had us echo is not to be taken for a page.
  const usual: Header[] = isTyped
    ? [
        ['Content-Type', type],
        ['X-Content-Type-Options', 'nosniff'],
      ]
    : [];
  const missing = usual.filter(([name]) => headerValue(parts.headers, name) === undefined);
  return { status: answer.status, headers: [...parts.headers, ...missing], body: bytes };
}

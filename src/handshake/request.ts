import { valueAt } from '../model/json-path.ts';
import { headerValue } from '../model/request.ts';
import type { Handshake } from '../providers/handshake.ts';
import { isForm, queryOf, type SignedRequest } from '../signing/signed-request.ts';
import { matchPattern, namesIn, partsOf } from './pattern.ts';

/** Handshakes are small; what is larger is none. */
const LARGEST_BODY = 16 * 1024;

/**
 * The values that a request has for the names of a handshake, or null where it is another request. Cheap for those: a body is only
 * parsed where it holds the texts that are due.
 */
export function bindRequest(
  { request: due }: Handshake,
  request: SignedRequest,
): ReadonlyMap<string, string> | null {
  if ((request.method ?? 'POST') !== due.method) return null;
  const values = new Map<string, string>();
  const bind = (pattern: string, text: string | null | undefined): boolean => {
    const found = text === null || text === undefined ? null : matchPattern(pattern, text);
    return found !== null && found.every(([name, value]) => bindOne(values, name, value));
  };
  for (const [name, pattern] of Object.entries(due.headers ?? {})) {
    if (!bind(pattern, headerValue(request.headers, name))) return null;
  }
  if (due.query !== undefined) {
    const query = new URLSearchParams(queryOf(request.path ?? '/'));
    for (const [name, pattern] of Object.entries(due.query)) {
      if (!bind(pattern, query.get(name))) return null;
    }
  }
  if (due.form !== undefined) {
    if (!isForm(request.headers) || request.body.length > LARGEST_BODY) return null;
    const form = new URLSearchParams(Buffer.from(request.body).toString());
    for (const [name, pattern] of Object.entries(due.form)) if (!bind(pattern, form.get(name))) return null;
  }
  if (due.body !== undefined) {
    if (!mayHold(due.body, request.body)) return null;
    const json = parse(request.body);
    for (const [path, pattern] of Object.entries(due.body)) {
      const found = valueAt(json, path);
      if (typeof pattern === 'string') {
        if (typeof found !== 'string' || !bind(pattern, found)) return null;
      } else if (found !== pattern) return null;
    }
  }
  return values;
}

/** Every name that a handshake's request gives a value to. */
export function boundNames({ request: { query, headers, body, form } }: Handshake): Set<string> {
  const patterns = [query, headers, body, form].flatMap((part) => Object.values(part ?? {}));
  return new Set(patterns.flatMap((pattern) => (typeof pattern === 'string' ? namesIn(pattern) : [])));
}

function bindOne(values: Map<string, string>, name: string, value: string): boolean {
  const before = values.get(name);
  if (before === undefined) values.set(name, value);
  return before === undefined || before === value;
}

const needles = new WeakMap<object, readonly Buffer[]>();

/** Whether a body holds the keys and plain texts of a pattern, as no JSON writer escapes them. */
function mayHold(body: NonNullable<Handshake['request']['body']>, bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.length > LARGEST_BODY) return false;
  let wanted = needles.get(body);
  if (wanted === undefined) {
    wanted = Object.entries(body).map(([path, pattern]) => Buffer.from(needle(path, pattern)));
    needles.set(body, wanted);
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return wanted.every((one) => text.includes(one));
}

/** A plain text is rarer than the key before it. */
function needle(path: string, pattern: string | number | boolean): string {
  const key = path.split('.').at(-1)!;
  if (typeof pattern !== 'string') return key;
  const [only, ...others] = partsOf(pattern);
  const isPlain =
    only !== undefined && 'literal' in only && others.length === 0 && /^[\w. -]+$/.test(only.literal);
  return isPlain ? only.literal : key;
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'));
  } catch {
    return undefined;
  }
}

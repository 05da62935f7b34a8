import { NESTING_LIMIT, nestsDeeper } from '../signing/near-miss.ts';

/** Beyond this size a body is not parsed. */
const LARGEST = 1024 * 1024;
/** Beyond this size it is written again by JSON.stringify alone, which is by far the most usual way. */
const LARGEST_REWRITTEN = 128 * 1024;
/** What comes out larger is left out: indentation makes a hundredfold of a hundred levels of empty lists. */
const LARGEST_WRITTEN = 1024 * 1024;

export interface Rewriting {
  readonly how: string;
  readonly text: string;
}

/** A body as JSON.stringify writes it; null where it is not JSON or is written so already. */
export function stringified(body: Uint8Array): Rewriting | null {
  const json = readJson(body);
  if (json === null) return null;
  const text = JSON.stringify(json.value);
  return text === json.text ? null : { how: 'without white space, as JSON.stringify writes it', text };
}

/** A body's JSON as other programs write it, most usual first; empty where it is not JSON. Neither the body itself nor what `stringified` gives. */
export function* rewritings(body: Uint8Array): Generator<Rewriting> {
  const json = body.length > LARGEST_REWRITTEN ? null : readJson(body);
  if (json === null) return;
  const seen = new Set([json.text, JSON.stringify(json.value)]);
  for (const [how, write] of WRITERS) {
    const text = write(json);
    if (text === null || text.length > LARGEST_WRITTEN || seen.has(text)) continue;
    seen.add(text);
    yield { how, text };
  }
}

/** Whether a body is exactly what JSON.stringify would make of it. */
export function isStringified(body: Uint8Array): boolean {
  const json = readJson(body);
  return json !== null && JSON.stringify(json.value) === json.text;
}

interface Json {
  readonly text: string;
  readonly value: object;
  readonly tokens: () => readonly string[];
}

/** The body's text where it is a JSON object or list that may be written again. */
function readJson(body: Uint8Array): Json | null {
  if (body.length === 0 || body.length > LARGEST || nestsDeeper(body, NESTING_LIMIT)) return null;
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  const json = text.startsWith('\ufeff') ? text.slice(1) : text;
  try {
    const value: unknown = JSON.parse(json);
    let tokens: readonly string[] | undefined;
    return typeof value === 'object' && value !== null
      ? { text, value, tokens: () => (tokens ??= tokensOf(json)) }
      : null;
  } catch {
    return null;
  }
}

const WRITERS: readonly (readonly [how: string, write: (json: Json) => string | null])[] = [
  ['with a space after each colon and comma, as Python writes it', spaced],
  ['indented by two spaces', (json) => indented(json, '  ')],
  ['without white space', (json) => joined(json, ':', ',')],
  ['in ASCII with spaces, as Python writes it', (json) => ascii(spaced(json))],
  ['in ASCII', ({ value }) => ascii(JSON.stringify(value))],
  ['with escaped slashes, as PHP writes it', ({ value }) => slashed(ascii(JSON.stringify(value)))],
  ['with <, > and & escaped, as Go writes it', ({ value }) => htmlSafe(JSON.stringify(value))],
  ['indented by two spaces, with a newline at its end', (json) => lineAfter(indented(json, '  '))],
  ['indented by four spaces', (json) => indented(json, '    ')],
  ['with escaped slashes', ({ value }) => slashed(JSON.stringify(value))],
  ['with its keys sorted', ({ value }) => sorted(value, ':', ',')],
  ['with its keys sorted and spaces, as Python writes it', ({ value }) => ascii(sorted(value, ': ', ', '))],
  ['indented by tabs', (json) => indented(json, '\t')],
];

/** The tokens of valid JSON. By hand: a regular expression runs out of stack on long texts. */
function tokensOf(json: string): readonly string[] {
  const tokens: string[] = [];
  let index = 0;
  while (index < json.length) {
    const sign = json[index]!;
    let end = index + 1;
    if (sign === '"') {
      while (json[end] !== '"') end += json[end] === '\\' ? 2 : 1;
      end += 1;
    } else if (!'{}[]:,'.includes(sign)) {
      while (end < json.length && !ENDS_WORD.has(json[end]!)) end += 1;
    }
    if (!WHITE_SPACE.has(sign)) tokens.push(json.slice(index, end));
    index = WHITE_SPACE.has(sign) ? index + 1 : end;
  }
  return tokens;
}

const WHITE_SPACE = new Set(' \t\r\n');
const ENDS_WORD = new Set(' \t\r\n{}[]:,"');

function joined({ tokens }: Json, colon: string, comma: string): string {
  return tokens()
    .map((token) => (token === ':' ? colon : token === ',' ? comma : token))
    .join('');
}

function spaced(json: Json): string {
  return joined(json, ': ', ', ');
}

/** Null where it becomes too long. */
function indented({ tokens }: Json, unit: string): string | null {
  const all = tokens();
  const lines = Array.from({ length: NESTING_LIMIT + 1 }, (_, depth) => `\n${unit.repeat(depth)}`);
  const parts: string[] = [];
  let depth = 0;
  let size = 0;
  for (const [index, token] of all.entries()) {
    const before = all[index - 1];
    const next = all[index + 1];
    let part = token;
    if (token === '{' || token === '[') {
      depth += 1;
      if (next !== '}' && next !== ']') part += lines[depth];
    } else if (token === '}' || token === ']') {
      depth -= 1;
      if (before !== '{' && before !== '[') part = lines[depth] + token;
    } else if (token === ',') part += lines[depth];
    else if (token === ':') part = ': ';
    size += part.length;
    if (size > LARGEST_WRITTEN) return null;
    parts.push(part);
  }
  return parts.join('');
}

function lineAfter(text: string | null): string | null {
  return text === null ? null : `${text}\n`;
}

function ascii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, escaped);
}

function htmlSafe(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, escaped);
}

function escaped(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function slashed(json: string): string {
  return json.replaceAll('/', '\\/');
}

/** As text at once: an object cannot hold its keys in any order, those that look like numbers come first. */
function sorted(value: unknown, colon: string, comma: string): string {
  if (Array.isArray(value)) return `[${value.map((item) => sorted(item, colon, comma)).join(comma)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const members = entries.map(([key, held]) => JSON.stringify(key) + colon + sorted(held, colon, comma));
  return `{${members.join(comma)}}`;
}

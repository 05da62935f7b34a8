/**
 * The syntax of a JSON text: where each value stands in it, which `JSON.parse` does not tell, and where a mistake is. A library
 * for this would be a twelfth of all that the page may weigh.
 */
export interface JsonNode {
  readonly type: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
  readonly offset: number;
  readonly length: number;
  /** None but in objects and arrays. */
  readonly entries: readonly JsonEntry[];
}

export interface JsonEntry {
  /** The name as it is written, with its quotes; null in an array. */
  readonly name: string | null;
  readonly node: JsonNode;
}

export class JsonMistake extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Each level is a call within another. */
const DEEPEST = 1_000;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** @throws {JsonMistake} with the first mistake; also for what is nested too deeply to look into. */
export function parseJson(text: string): JsonNode {
  let at = 0;
  skipSpace();
  const root = value(0);
  skipSpace();
  if (at < text.length) throw mistake('nothing more is expected here');
  return root;

  function value(depth: number): JsonNode {
    const start = at;
    const first = text[at];
    if (first === '{' || first === '[') return branch(first, depth);
    if (first === '"') return leaf('string', start, string());
    const number = match(NUMBER);
    if (number !== null) return leaf('number', start, number);
    const word = match(WORD);
    if (word !== null) return leaf(word === 'null' ? 'null' : 'boolean', start, word);
    if (first === undefined) throw mistake('a value is expected');
    throw mistake('this is no JSON value (texts stand in double quotes)');
  }

  function branch(open: '{' | '[', depth: number): JsonNode {
    if (depth === DEEPEST) throw mistake('this is nested too deeply to look into');
    const [offset, close] = [at, open === '{' ? '}' : ']'];
    const entries: JsonEntry[] = [];
    at += 1;
    skipSpace();
    while (text[at] !== close || entries.length > 0) {
      entries.push({ name: open === '{' ? name() : null, node: value(depth + 1) });
      skipSpace();
      if (text[at] === close) break;
      if (at >= text.length) throw mistake(`a closing ${close} is expected`);
      if (text[at] !== ',') throw mistake('a comma is expected');
      at += 1;
      skipSpace();
    }
    at += 1;
    return { type: open === '{' ? 'object' : 'array', offset, length: at - offset, entries };
  }

  function name(): string {
    if (text[at] !== '"') throw mistake('a property name in double quotes is expected');
    const written = string();
    skipSpace();
    if (text[at] !== ':') throw mistake('a colon is expected');
    at += 1;
    skipSpace();
    return written;
  }

  function string(): string {
    const start = at;
    for (at += 1; ;) {
      const code = text.charCodeAt(at);
      if (code === 0x22) break;
      if (Number.isNaN(code) || code === 0x0a) throw mistake('this text has no closing quote', start);
      if (code < 0x20) throw mistake('this character has to be escaped');
      if (code !== 0x5c) at += 1;
      else if (match(ESCAPE) === null) throw mistake('this is no escape that JSON knows');
    }
    at += 1;
    return text.slice(start, at);
  }

  function skipSpace(): void {
    match(SPACE);
    if (text[at] === '/') throw mistake('JSON has no comments');
  }

  function match(pattern: RegExp): string | null {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  }

  function mistake(message: string, offset = at): JsonMistake {
    return new JsonMistake(message, offset);
  }
}

function leaf(type: JsonNode['type'], offset: number, written: string): JsonNode {
  return { type, offset, length: written.length, entries: [] };
}

import { setAt, type JsonPath } from './json-path.ts';

/** Changes in JSON text, which has to be valid, that leave every other byte as it is. */

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Child extends Span {
  /** Of an item of an array null. */
  readonly key: string | null;
  /** Where its key begins, or the child itself where it has none. */
  readonly from: number;
}

/**
 * The text with a value at a path, instead of what stands there or beside what stands around it.
 * @throws {UsageError} where the path leads through a value that holds nothing, or leaves holes in an array.
 */
export function setInJsonText(
  text: string,
  path: JsonPath,
  value: unknown,
  write: (value: unknown) => string = JSON.stringify,
): string {
  // Says so where the path leads nowhere.
  setAt(JSON.parse(text), path, value);
  const { node, missing } = follow(text, path);
  if (missing.length === 0) return splice(text, node, write(value));
  if (text[node.start] === 'n') return splice(text, node, write(setAt(null, missing, value)));
  const [step, ...inner] = missing;
  const key = text[node.start] === '{' ? `${write(String(step))}:` : '';
  const added = key + write(setAt(undefined, inner, value));
  const last = [...childrenOf(text, node)].at(-1);
  return last === undefined
    ? splice(text, { start: node.start + 1, end: node.start + 1 }, added)
    : splice(text, { start: last.end, end: last.end }, `,${added}`);
}

/** The text without what stands at a path; an item of an array becomes null, so that the others keep their places. */
export function removeFromJsonText(text: string, path: JsonPath): string {
  const { node: holder, missing } = follow(text, path.slice(0, -1));
  if (missing.length > 0) return text;
  const children = [...childrenOf(text, holder)];
  const index = indexOf(children, path.at(-1)!);
  const child = children[index];
  if (child === undefined) return text;
  if (child.key === null) return splice(text, child, 'null');
  const before = children[index - 1];
  const rest =
    before === undefined
      ? splice(text, { start: child.from, end: children[1]?.from ?? child.end }, '')
      : splice(text, { start: before.end, end: child.end }, '');
  // A key may stand twice.
  return removeFromJsonText(rest, path);
}

/** How far a path leads. */
function follow(text: string, path: JsonPath): { readonly node: Span; readonly missing: JsonPath } {
  const start = skipSpace(text, 0);
  let node: Span = { start, end: endOf(text, start) };
  for (const [index, step] of path.entries()) {
    const children = [...childrenOf(text, node)];
    const next = children[indexOf(children, step)];
    if (next === undefined) return { node, missing: path.slice(index) };
    node = next;
  }
  return { node, missing: [] };
}

/** Of a key that stands twice the last counts, as it does for who reads the JSON. */
function indexOf(children: readonly Child[], step: string | number): number {
  if (children[0]?.key === null) return typeof step === 'number' ? step : -1;
  return children.findLastIndex(({ key }) => key === String(step));
}

function* childrenOf(text: string, { start }: Span): Generator<Child> {
  const isObject = text[start] === '{';
  if (!isObject && text[start] !== '[') return;
  let at = skipSpace(text, start + 1);
  while (text[at] !== '}' && text[at] !== ']') {
    const from = at;
    let key: string | null = null;
    if (isObject) {
      const end = endOfString(text, from);
      key = JSON.parse(text.slice(from, end)) as string;
      at = skipSpace(text, skipSpace(text, end) + ':'.length);
    }
    const end = endOf(text, at);
    yield { key, from, start: at, end };
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
}

/** Behind the value that begins at a place, however deep it is. */
function endOf(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first !== '{' && first !== '[') return endOfMatch(/[^\s,\]}]*/y, text, start);
  let depth = 0;
  let at = start;
  for (;;) {
    const character = text[at]!;
    if (character === '"') {
      at = endOfString(text, at);
      continue;
    }
    at += 1;
    if (character === '{' || character === '[') depth += 1;
    if (character === '}' || character === ']') depth -= 1;
    if (depth === 0) return at;
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipSpace(text: string, at: number): number {
  return endOfMatch(/\s*/y, text, at);
}

function endOfMatch(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex;
}

function splice(text: string, { start, end }: Span, other: string): string {
  return text.slice(0, start) + other + text.slice(end);
}

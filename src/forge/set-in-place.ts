import type { Node } from 'jsonc-parser';
import { UsageError } from '../errors.ts';
import { setAt, type JsonPath } from '../model/json-path.ts';
import { asUtf8 } from '../model/text.ts';
import { parseJsonBody } from '../providers/identify.ts';
import type { Override } from './overrides.ts';

/**
 * Changes values in JSON text and leaves every other byte as it is.
 * @throws {UsageError} where the body is not JSON in UTF-8, or an override does not fit.
 */
export async function setInPlace(body: Uint8Array, overrides: readonly Override[]): Promise<Uint8Array> {
  let text = asUtf8(body);
  if (text === null || parseJsonBody(body) === undefined) {
    throw new UsageError(
      'the body is not JSON, so nothing can be set in it',
      'set nothing (--set), and change the body itself',
    );
  }
  const { parseTree } = await import('jsonc-parser');
  for (const { path, value } of overrides) {
    // Says so where the path leads nowhere.
    setAt(JSON.parse(text), path, value);
    text = setText(text, parseTree(text)!, path, value);
  }
  return Buffer.from(text);
}

function setText(text: string, root: Node, path: JsonPath, value: unknown): string {
  const { node, missing } = follow(root, path);
  if (missing.length === 0) return splice(text, node, JSON.stringify(value));
  if (node.type === 'null') return splice(text, node, JSON.stringify(setAt(null, missing, value)));
  const [step, ...inner] = missing;
  const key = node.type === 'object' ? `${JSON.stringify(String(step))}:` : '';
  const added = key + JSON.stringify(setAt(undefined, inner, value));
  const last = node.children?.at(-1);
  return last === undefined
    ? splice(text, { offset: node.offset + 1, length: 0 }, added)
    : splice(text, { offset: last.offset + last.length, length: 0 }, `,${added}`);
}

/** How far a path leads. Of a key that stands twice the last counts, as it does for who reads the JSON. */
function follow(root: Node, path: JsonPath): { readonly node: Node; readonly missing: JsonPath } {
  let node = root;
  for (const [index, step] of path.entries()) {
    const next =
      node.type === 'object'
        ? node.children?.findLast(({ children }) => children?.[0]?.value === String(step))?.children?.[1]
        : node.children?.[Number(step)];
    if (next === undefined) return { node, missing: path.slice(index) };
    node = next;
  }
  return { node, missing: [] };
}

function splice(text: string, { offset, length }: { offset: number; length: number }, other: string): string {
  return text.slice(0, offset) + other + text.slice(offset + length);
}

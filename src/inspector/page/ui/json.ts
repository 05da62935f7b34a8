import { JsonMistake, parseJson, type JsonNode } from './json-syntax.ts';

/** A JSON text with its syntax tree: what is shown of it are slices of the text, so that `10.0` stays `10.0`. */
export interface Json {
  readonly text: string;
  readonly root: JsonNode;
}

/** The tree of strict JSON, or why there is none. */
export function readJson(text: string): Json | { readonly problem: string } {
  try {
    return { text, root: parseJson(text) };
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    const { line, column } = placeOf(text, error.offset);
    return { problem: `Cannot be read as JSON: ${error.message}, in line ${line} at column ${column}.` };
  }
}

/** Both count from 1. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

export function isBranch({ type }: JsonNode): boolean {
  return type === 'object' || type === 'array';
}

/** A node as it is written. */
export function sourceOf(text: string, { offset, length }: JsonNode): string {
  return text.slice(offset, offset + length);
}

/** The same values, one a line. Names, strings and numbers stay as they are written. */
export function prettyJson({ text, root }: Json): string {
  const lines: string[] = [];
  const write = (node: JsonNode, indent: string, before: string, after: string): void => {
    const { entries } = node;
    const [open, close] = node.type === 'array' ? '[]' : '{}';
    if (entries.length === 0) {
      const shown = isBranch(node) ? `${open}${close}` : sourceOf(text, node);
      lines.push(`${indent}${before}${shown}${after}`);
      return;
    }
    lines.push(`${indent}${before}${open}`);
    for (const [index, { name, node: child }] of entries.entries()) {
      const comma = index < entries.length - 1 ? ',' : '';
      write(child, `${indent}  `, name === null ? '' : `${name}: `, comma);
    }
    lines.push(`${indent}${close}${after}`);
  };
  write(root, '', '', '');
  return lines.join('\n');
}

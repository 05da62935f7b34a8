import type { Header } from '../../contract.ts';

interface HeaderLines {
  readonly headers: readonly Header[];
  /** What is wrong with lines that were left out; lines count from 1. */
  readonly mistakes: readonly { readonly line: number; readonly message: string }[];
}

/** What RFC 9110 allows in a header's name. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Reads `Name: value` lines; empty ones are skipped. */
export function parseHeaderLines(text: string): HeaderLines {
  const headers: Header[] = [];
  const mistakes: { line: number; message: string }[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon === -1 ? undefined : colon).trim();
    if (colon === -1) mistakes.push({ line: index + 1, message: 'has no colon: write Name: value' });
    else if (!NAME.test(name)) mistakes.push({ line: index + 1, message: `"${name}" is no header name` });
    else headers.push([name, line.slice(colon + 1).trim()]);
  }
  return { headers, mistakes };
}

export function headerLines(headers: readonly Header[]): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join('\n');
}

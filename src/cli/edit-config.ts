import type { FormattingOptions } from 'jsonc-parser';
import { UsageError } from '../errors.ts';

/**
 * A JSON configuration with one more provider; all else of its text stays as it is.
 * @param text null where there is no file yet.
 * @throws {UsageError} `ERR_CONFIG` where it is no configuration.
 */
export async function addProvider(
  text: string | null,
  path: string,
  file: string,
  schema: string,
): Promise<string> {
  if (text === null) return `${JSON.stringify({ $schema: schema, providers: [path] }, null, 2)}\n`;
  const { applyEdits, findNodeAtLocation, modify, parseTree } = await import('jsonc-parser');
  const tree = parseTree(text, [], { disallowComments: true });
  if (tree?.type !== 'object') {
    throw new UsageError(
      `${file}: must hold an object`,
      `mend it, then add ${path} to "providers"`,
      'ERR_CONFIG',
    );
  }
  const list = findNodeAtLocation(tree, ['providers']);
  const formattingOptions = formatOf(text);
  if (list === undefined) {
    return applyEdits(text, modify(text, ['providers'], [path], { formattingOptions }));
  }
  if (list.type !== 'array') {
    throw new UsageError(
      `${file}: "providers" must be a list`,
      `mend it, then add ${path} to it`,
      'ERR_CONFIG',
    );
  }
  const items = list.children ?? [];
  if (items.some((item) => item.value === path)) return text;
  const at = ['providers', items.length];
  return applyEdits(text, modify(text, at, path, { formattingOptions, isArrayInsertion: true }));
}

/** As the file is written. */
function formatOf(text: string): FormattingOptions {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

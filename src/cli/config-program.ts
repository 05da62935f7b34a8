import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { execPath } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UsageError } from '../errors.ts';
import { printable } from '../model/printable.ts';

/** `dist/cli/`, as stacks name it. */
const OWN_FOLDER = new URL('.', import.meta.url).href;

/**
 * What a JavaScript or TypeScript file exports by default.
 * @throws {UsageError} `ERR_CONFIG` with the file and line where it fails: whoever wrote it does not know our stack.
 */
export async function loadProgram(path: string, what: string, hint: string): Promise<unknown> {
  try {
    await access(path);
  } catch {
    throw new UsageError(`cannot read ${what} ${path}`, hint, 'ERR_CONFIG');
  }
  let exported: { readonly default?: unknown };
  try {
    exported = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  } catch (error) {
    throw await explain(error, path);
  }
  if (exported.default !== undefined) return exported.default;
  throw new UsageError(`${path}: exports no default`, 'write: export default { … }', 'ERR_CONFIG');
}

async function explain(thrown: unknown, path: string): Promise<UsageError> {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { message, stack = '', name } = error;
  const { code } = error as NodeJS.ErrnoException;
  const fail = (problem: string, hint?: string): UsageError =>
    new UsageError(`${path}: ${printable(problem)}`, hint, 'ERR_CONFIG');
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return fail('this Node does not read TypeScript', 'write it as .js or .json, or use Node 22.18 or newer');
  }
  const first = message.split('\n')[0]!;
  if (code === 'ERR_MODULE_NOT_FOUND' && /'webhook-cli'/.test(first)) {
    return fail(
      'it imports webhook-cli, which is not installed for it',
      'npm install --save-dev webhook-cli, or export a plain object',
    );
  }
  const place = placeIn(stack) ?? (thrown instanceof SyntaxError ? await checkSyntax(path) : undefined);
  const reason = /^(?:Error|TypeError|UsageError)$/.test(name) ? first : `${name}: ${first}`;
  return place === undefined
    ? fail(reason)
    : new UsageError(
        `${place}: ${printable(reason)}`,
        'mend it there, or name another file with --config',
        'ERR_CONFIG',
      );
}

/** The place in a stack that is nearest to the mistake and neither Node's nor a package's. */
function placeIn(stack: string): string | undefined {
  const places = stack.matchAll(
    /(?:^|[\s(])((?:file:\/\/)?\/[^\s():]+|[A-Za-z]:\\[^\s():]+):(\d+)(?::\d+)?/g,
  );
  for (const [, file, line] of places) {
    if (isForeign(file!)) continue;
    return `${file!.startsWith('file:') ? fileURLToPath(file!) : file!}:${line!}`;
  }
  return undefined;
}

/** Whether a file is a package's, or ours. */
function isForeign(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file) || file.startsWith(OWN_FOLDER);
}

/** A module's syntax error does not say where it is. Node does when it is asked for nothing but that. */
async function checkSyntax(path: string): Promise<string | undefined> {
  const told = await new Promise<string>((resolve) => {
    execFile(execPath, ['--check', path], { timeout: 10_000 }, (_error, _stdout, stderr) => resolve(stderr));
  });
  return placeIn(told);
}

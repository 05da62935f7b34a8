import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { execPath } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UsageError, WebhookError } from '../errors.ts';
import { printable } from '../model/printable.ts';
import { CANCELLED } from './exit-code.ts';

/** `dist/cli/`, as stacks name it. */
const OWN_FOLDER = new URL('.', import.meta.url).href;

/** Runs what a user wrote, which may print, take for ever, or leave something running. Rejects when the command is told to end. */
export type RunUserCode = <T>(run: () => Promise<T>) => Promise<T>;

/**
 * What a JavaScript or TypeScript file exports by default, as plain data: its getters are run here.
 * @throws {UsageError} `ERR_CONFIG` with the file and line where it fails: whoever wrote it does not know our stack.
 */
export async function loadProgram(
  path: string,
  what: string,
  hint: string,
  runUserCode: RunUserCode,
): Promise<unknown> {
  try {
    await access(path);
  } catch {
    throw new UsageError(`cannot read ${what} ${path}`, hint, 'ERR_CONFIG');
  }
  let exported: unknown;
  try {
    exported = await runUserCode(async () => {
      const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
      return settled(module.default);
    });
  } catch (error) {
    if (error instanceof WebhookError && error.code === CANCELLED) throw error;
    throw await explain(error, path);
  }
  if (exported !== undefined) return exported;
  throw new UsageError(`${path}: exports no default`, 'write: export default { … }', 'ERR_CONFIG');
}

/** Objects and lists with what their getters return, each once, circles included. */
function settled(value: unknown, seen = new Map<object, unknown>()): unknown {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  if (seen.has(value)) return seen.get(value);
  const copy: unknown[] | Record<string, unknown> = Array.isArray(value) ? [] : {};
  seen.set(value, copy);
  for (const key of Object.keys(value)) {
    const settledValue = settled((value as Record<string, unknown>)[key], seen);
    Object.defineProperty(copy, key, {
      value: settledValue,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return copy;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || prototype === Object.prototype;
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

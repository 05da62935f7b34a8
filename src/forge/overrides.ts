import { UsageError } from '../errors.ts';
import { parseJsonPath, setAt, type JsonPath } from '../model/json-path.ts';

/** One `path=value`. */
export interface Override {
  readonly path: JsonPath;
  readonly value: unknown;
}

/**
 * Reads `data.amount=15000`: the value is JSON where it is valid JSON (numbers, true, null, "quoted text", [arrays],
 * {objects}), otherwise text.
 * @throws {UsageError} for a value that begins like JSON and is not, and for numbers that would not survive.
 */
export function parseOverride(text: string): Override {
  // An equals sign in a quoted key belongs to the key. Were such a key read as plain text too, there would be 2^n ways to read n of them.
  const path = /^((?:\["(?:[^"\\]|\\.)*"\]|(?!\["(?:[^"\\]|\\.)*"\])[^=])+)=/.exec(text)?.[1];
  if (path === undefined) {
    throw new UsageError(
      `"${text}" sets nothing`,
      'what is set is written path=value, such as data.amount=15000',
    );
  }
  return { path: parseJsonPath(path), value: parseValue(text.slice(path.length + 1), text) };
}

export function applyOverrides(root: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce<unknown>((tree, { path, value }) => setAt(tree, path, value), root);
}

function parseValue(text: string, whole: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (/^\s*[[{"]/.test(text)) {
      throw new UsageError(
        `cannot set ${whole}: not valid JSON (${(error as Error).message})`,
        'quote it for a shell: \'data.tags=["a","b"]\'; for text, leave out the brackets and quotes',
        'ERR_INVALID_JSON',
      );
    }
    return text;
  }
  const lost = lostNumber(text);
  if (lost !== undefined) {
    throw new UsageError(
      `cannot set ${whole}: the number ${lost} would be sent as ${JSON.stringify(Number(lost))}`,
      `send it as text ("${lost}"), or give the whole body`,
    );
  }
  return value;
}

/** The first number in JSON text that parsing would change, as it is written. */
export function lostNumber(json: string): string | undefined {
  const numbers = json.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? [];
  return numbers.find((number) => !survives(number));
}

function survives(number: string): boolean {
  const value = Number(number);
  return /^-?\d+$/.test(number) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

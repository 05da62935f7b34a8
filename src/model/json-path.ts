import { UsageError } from '../errors.ts';

export type JsonPath = readonly (string | number)[];

/**
 * Reads `data.items[0].name` (or `data.items.0.name`) as a path; a key that holds a dot or bracket is quoted:
 * `data["a.b"]`.
 * @throws {UsageError} where it is no path.
 */
export function parseJsonPath(text: string): JsonPath {
  const path: (string | number)[] = [];
  const step = /\.?([^.[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  let expectDot = false;
  while (step.lastIndex < text.length) {
    const at = step.lastIndex;
    const match = step.exec(text);
    const dotted = text[at] === '.';
    const quoted = match?.[3] === undefined ? undefined : readQuoted(match[3]);
    if (match === null || quoted === null || (match[1] !== undefined && dotted !== expectDot)) {
      throw new UsageError(`"${text}" is not a path`, 'write it like data.items[0].name');
    }
    if (quoted !== undefined) path.push(quoted);
    else if (match[2] !== undefined) path.push(Number(match[2]));
    else path.push(/^(0|[1-9]\d{0,8})$/.test(match[1]!) ? Number(match[1]) : match[1]!);
    expectDot = true;
  }
  if (path.length === 0) throw new UsageError('an empty path', 'write it like data.items[0].name');
  return path;
}

function readQuoted(json: string): string | null {
  try {
    return JSON.parse(json) as string;
  } catch {
    return null;
  }
}

/** The value at a dotted path of plain keys, or undefined. Own properties only. */
export function valueAt(json: unknown, path: string): unknown {
  if (path === '') return json;
  // Most paths are one key, which need not be split.
  if (!path.includes('.')) return ownValue(json, path);
  let value: unknown = json;
  for (const key of path.split('.')) value = ownValue(value, key);
  return value;
}

function ownValue(holder: unknown, key: string): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined;
  return (holder as Record<string, unknown>)[key];
}

/**
 * Sets a value in a JSON tree, making the objects and arrays on the way (an array where the next step is a number). A number
 * names a key where it meets an object.
 * @throws {UsageError} where the path leads through a value that holds nothing, or leaves holes in an array.
 */
export function setAt(root: unknown, path: JsonPath, value: unknown): unknown {
  if (path.length === 0) return value;
  const [step, ...rest] = path as [string | number, ...(string | number)[]];
  const holder = root ?? (typeof step === 'number' ? [] : {});
  if (Array.isArray(holder)) {
    if (typeof step !== 'number' || step > holder.length) {
      throw new UsageError(
        `there is no place "${step}" in an array of ${holder.length}`,
        'count from 0; one beyond the end appends',
      );
    }
    holder[step] = setAt(holder[step], rest, value);
    return holder;
  }
  if (typeof holder !== 'object') {
    throw new UsageError(
      `"${step}" cannot be set in ${JSON.stringify(holder)}`,
      'the path leads through a plain value',
    );
  }
  const object = holder as Record<string, unknown>;
  const key = String(step);
  // Not by assignment: a key named __proto__ would change the prototype and not the object.
  Object.defineProperty(object, key, {
    value: setAt(Object.hasOwn(object, key) ? object[key] : undefined, rest, value),
    writable: true,
    enumerable: true,
    configurable: true,
  });
  return object;
}

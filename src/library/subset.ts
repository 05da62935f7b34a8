import { isDeepStrictEqual } from 'node:util';

/** Whether a value is what was expected in its place. */
export type Equals = (actual: unknown, expected: unknown) => boolean;

export interface Difference {
  /** `data.items[0].name`; empty for the whole. */
  readonly path: string;
  readonly expected: unknown;
  /** Undefined where there is nothing. */
  readonly actual: unknown;
}

/** The same value, or what an asymmetric matcher of a test runner (`expect.any(Number)`) takes. */
export const equals: Equals = (actual, expected) =>
  isAsymmetric(expected) ? expected.asymmetricMatch(actual) : isDeepStrictEqual(actual, expected);

/**
 * The first place where a value lacks what is expected, or null. Objects may hold more than is expected; arrays have the same
 * length, and their items are compared likewise. What is compared in the end is left to `equal`.
 */
export function findDifference(
  actual: unknown,
  expected: unknown,
  equal: Equals = equals,
  path = '',
): Difference | null {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return firstOf(expected.keys(), (index) =>
      findDifference(actual[index], expected[index], equal, `${path}[${index}]`),
    );
  }
  if (isPlain(expected) && isPlain(actual)) {
    return firstOf(Object.keys(expected), (key) => {
      const value = Object.hasOwn(actual, key) ? actual[key] : undefined;
      return findDifference(value, expected[key], equal, step(path, key));
    });
  }
  return equal(actual, expected) ? null : { path, expected, actual };
}

function firstOf<K>(keys: Iterable<K>, find: (key: K) => Difference | null): Difference | null {
  for (const key of keys) {
    const found = find(key);
    if (found !== null) return found;
  }
  return null;
}

function step(path: string, key: string): string {
  if (!/^[^.[\]"]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isAsymmetric(value))
    return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isAsymmetric(value: unknown): value is { asymmetricMatch(other: unknown): boolean } {
  return typeof value === 'object' && value !== null && 'asymmetricMatch' in value;
}

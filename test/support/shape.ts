/** Checks a value; throws an error that names the place where it is something else. */
export type Shape = (value: unknown, at?: string) => void;

function fail(at: string, expected: string, value: unknown): never {
  const shown = JSON.stringify(value) ?? String(value);
  throw new Error(`${at} should be ${expected}, and is ${shown.slice(0, 200)}`);
}

function check(expected: string, passes: (value: unknown) => boolean): Shape {
  return (value, at = 'it') => {
    if (!passes(value)) fail(at, expected, value);
  };
}

export const text = check('text', (value) => typeof value === 'string');
export const flag = check('true or false', (value) => typeof value === 'boolean');
export const wholeNumber = check('a whole number', Number.isInteger);
export const count = check('a whole number from 0', (value) => Number.isInteger(value) && Number(value) >= 0);
export const duration = check('a number from 0', (value) => typeof value === 'number' && value >= 0);
export const anything: Shape = () => {};

export const isoTime = check(
  'a time like 2026-11-21T10:30:00.000Z',
  (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value),
);

export function matching(pattern: RegExp): Shape {
  return check(`text like ${pattern}`, (value) => typeof value === 'string' && pattern.test(value));
}

export function oneOf(...allowed: readonly unknown[]): Shape {
  return check(`one of ${JSON.stringify(allowed)}`, (value) => allowed.includes(value));
}

export function orNull(shape: Shape): Shape {
  return (value, at) => {
    if (value !== null) shape(value, at);
  };
}

export function listOf(shape: Shape): Shape {
  return (value, at = 'it') => {
    if (!Array.isArray(value)) return fail(at, 'a list', value);
    value.forEach((item, index) => shape(item, `${at}[${index}]`));
  };
}

export function tuple(...shapes: readonly Shape[]): Shape {
  return (value, at = 'it') => {
    if (!Array.isArray(value) || value.length !== shapes.length) {
      return fail(at, `a list of ${shapes.length}`, value);
    }
    shapes.forEach((shape, index) => shape(value[index], `${at}[${index}]`));
  };
}

/** All members must be there. Others may be too: objects may gain members, and never lose one. */
export function object(members: Readonly<Record<string, Shape>>): Shape {
  return (value, at = 'it') => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return fail(at, 'an object', value);
    for (const [name, shape] of Object.entries(members)) {
      if (!Object.hasOwn(value, name)) fail(`${at}.${name}`, 'there', undefined);
      shape((value as Record<string, unknown>)[name], `${at}.${name}`);
    }
  };
}

/** Exactly one of the members must be there. */
export function either(members: Readonly<Record<string, Shape>>): Shape {
  return (value, at = 'it') => {
    const present = Object.keys(members).filter((name) => Object.hasOwn(value as object, name));
    if (present.length !== 1) return fail(at, `with one of ${Object.keys(members).join(', ')}`, value);
    members[present[0]!]!((value as Record<string, unknown>)[present[0]!], `${at}.${present[0]!}`);
  };
}

export function none(...names: readonly string[]): Shape {
  return (value, at = 'it') => {
    const present = names.filter((name) => Object.hasOwn(value as object, name));
    if (present.length > 0) fail(at, `without ${present.join(', ')}`, value);
  };
}

export function all(...shapes: readonly Shape[]): Shape {
  return (value, at) => shapes.forEach((shape) => shape(value, at));
}

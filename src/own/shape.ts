/**
 * What a value in the configuration has to be. One description serves three: the checker (`check-shape.ts`), the JSON Schema for
 * editors (`json-schema.ts`), and the compiler, which holds the fields of an object to those of its type.
 */
export type Shape =
  | Text
  | { readonly is: 'choice'; readonly values: readonly (string | boolean)[] }
  | { readonly is: 'number'; readonly least: number; readonly most: number; readonly whole: boolean }
  | { readonly is: 'flag' }
  | { readonly is: 'null' }
  | { readonly is: 'anything' }
  /** Only where the configuration is a program. */
  | { readonly is: 'function' }
  | { readonly is: 'list'; readonly of: Shape; readonly least: number }
  | { readonly is: 'pair'; readonly of: Shape }
  | { readonly is: 'record'; readonly of: Shape; readonly keys?: Text }
  | ObjectShape
  /** Objects that are told apart by the value of one key. */
  | { readonly is: 'variant'; readonly key: string; readonly of: Readonly<Record<string, ObjectShape>> }
  /** Objects that are told apart by which key is there. */
  | { readonly is: 'place'; readonly due: string; readonly of: Readonly<Record<string, ObjectShape>> }
  /** The first alternative that a value is of the kind of. */
  | { readonly is: 'either'; readonly due: string; readonly of: readonly [Shape, Shape, ...Shape[]] }
  /** A value, or `{ value, assumed }`. */
  | { readonly is: 'given'; readonly of: Shape }
  /** Referred to by its name; the only way to describe what holds itself. */
  | { readonly is: 'named'; readonly name: string; readonly of: () => Shape };

export interface Text {
  readonly is: 'text';
  readonly due: string;
  readonly pattern?: RegExp;
}

export interface ObjectShape {
  readonly is: 'object';
  readonly fields: Readonly<Record<string, Field>>;
}

export interface Field {
  readonly shape: Shape;
  readonly required: boolean;
  /** For who writes it in an editor. */
  readonly about: string;
}

type Required = Field & { readonly required: true };
type Optional = Field & { readonly required: false };

/** Every key of a type, optional where it is. */
type FieldsOf<T> = { readonly [Key in keyof T]-?: object extends Pick<T, Key> ? Optional : Required };

/** An object with exactly these fields: what a type has and its shape lacks, or the other way round, does not compile. */
export function object<T>(fields: FieldsOf<T>): ObjectShape {
  return { is: 'object', fields };
}

export function required(shape: Shape, about: string): Required {
  return { shape, about, required: true };
}

export function optional(shape: Shape, about: string): Optional {
  return { shape, about, required: false };
}

export function text(due = 'text', pattern?: RegExp): Text {
  return { is: 'text', due, ...(pattern === undefined ? {} : { pattern }) };
}

export function choice(...values: readonly (string | boolean)[]): Shape {
  return { is: 'choice', values };
}

export function number(least: number, most: number): Shape {
  return { is: 'number', least, most, whole: false };
}

export function integer(least: number, most: number): Shape {
  return { is: 'number', least, most, whole: true };
}

export function list(of: Shape, least = 0): Shape {
  return { is: 'list', of, least };
}

export function record(of: Shape, keys?: Text): Shape {
  return { is: 'record', of, ...(keys === undefined ? {} : { keys }) };
}

export function orNull(of: Shape): Shape {
  return { is: 'either', due: 'a value or null', of: [{ is: 'null' }, of] };
}

export function given(of: Shape): Shape {
  return { is: 'given', of };
}

export function named(name: string, of: () => Shape): Shape {
  return { is: 'named', name, of };
}

export const flag: Shape = { is: 'flag' };
export const anything: Shape = { is: 'anything' };
/** Text that says something, in one line. */
export const sentence = text('text in one line', /^(?=.*\S)[^\r\n]*$/);

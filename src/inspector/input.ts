import { UsageError } from '../errors.ts';
import { isHeaderLine } from '../model/header-line.ts';
import type { Header } from '../model/request.ts';

/** The fields of a request's JSON body. */
export type Fields = Readonly<Record<string, unknown>>;

/** @throws {UsageError} where the body is no object. No body is an empty one. */
export function readFields(json: unknown): Fields {
  if (json === undefined) return {};
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Fields;
  throw new UsageError('the body must be a JSON object');
}

/** @throws {UsageError} where it is there and no text. */
export function readText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new UsageError(`${name} must be text`);
}

/** @throws {UsageError} where it is missing, empty or no text. */
export function needText(fields: Fields, name: string): string {
  const value = readText(fields, name);
  if (value !== undefined && value !== '') return value;
  throw new UsageError(`${name} is missing`);
}

/** @throws {UsageError} where it is there and neither true nor false. */
export function readFlag(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new UsageError(`${name} must be true or false`);
}

/** @throws {UsageError} where it is there and no list of texts. */
export function readTexts(fields: Fields, name: string): readonly string[] | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new UsageError(`${name} must be a list of texts`);
}

/** @throws {UsageError} where it is there and no list of pairs that could be header lines. */
export function readHeaders(fields: Fields, name: string): readonly Header[] | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new UsageError(`${name} must be a list of [name, value]`);
  return value.map((item: unknown): Header => {
    const [key, text] = Array.isArray(item) ? (item as unknown[]) : [];
    if (typeof key !== 'string' || typeof text !== 'string' || !isHeaderLine(key, text)) {
      throw new UsageError(`${name} holds what is no header`, "write it like 'Name: value', on one line");
    }
    return [key, Buffer.from(text).toString('latin1')];
  });
}

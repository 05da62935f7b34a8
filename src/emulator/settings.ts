import type { EndpointSettings } from '../engine/endpoints.ts';
import { HEADER_NAME } from '../model/header-line.ts';
import type { Header } from '../model/request.ts';
import { asUtf8 } from '../model/text.ts';
import type { ApiDefinition, Field, FieldKind } from './definition.ts';
import { ApiError } from './errors.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The settings of an endpoint in a request's body. Fields that the API does not know are left alone, as servers do.
 * @throws {ApiError} 400, naming the field that is missing or has another type.
 */
export function readSettings(
  { fields }: ApiDefinition,
  body: Json,
  { isNew }: { readonly isNew: boolean },
): Partial<EndpointSettings> {
  const settings: Record<string, unknown> = {};
  for (const field of fields) {
    const value = body[field.name];
    if (value === null && field.nullable === true) settings[field.setting] = null;
    else if (value !== undefined) settings[field.setting] = read(field, value);
    else if (isNew && field.required === true) {
      throw new ApiError(400, 'invalid_request', `${field.name} is missing: ${field.description}`, {
        field: field.name,
      });
    }
  }
  return settings;
}

/** A body, or a field of it, that must be an object. */
export function asObject(value: unknown, field?: string): Json {
  if (isObject(value)) return value;
  if (field !== undefined) throw mistyped(field, 'an object');
  throw new ApiError(400, 'invalid_request', 'the body must be a JSON object');
}

function read(field: Field, value: unknown): unknown {
  const found = READERS[field.kind](value, field.name);
  if (found === undefined) throw mistyped(field.name, EXPECTED[field.kind]);
  return found;
}

const EXPECTED: Readonly<Record<FieldKind, string>> = {
  url: 'text',
  eventTypes: 'a list of texts',
  secret: 'text',
  headers: 'an object of texts',
  filters: 'an object of lists of texts',
  seconds: 'a number of seconds',
  count: 'a whole number',
  flag: 'true or false',
};

/** Undefined for what is of another type. */
const READERS: Readonly<Record<FieldKind, (value: unknown, name: string) => unknown>> = {
  url: (value) => (typeof value === 'string' ? value : undefined),
  secret: (value) => (typeof value === 'string' ? value : undefined),
  flag: (value) => (typeof value === 'boolean' ? value : undefined),
  count: (value) => (Number.isInteger(value) ? value : undefined),
  seconds: (value) => (typeof value === 'number' && Number.isFinite(value) ? value * 1_000 : undefined),
  eventTypes: (value, name) => texts(value, name),
  headers: readHeaders,
  filters: (value, name) => {
    if (!isObject(value)) return undefined;
    return Object.fromEntries(
      Object.entries(value).map(([filter, list]) => [filter, texts(list, `${name}.${filter}`)]),
    );
  },
};

function texts(value: unknown, name: string): string[] {
  if (!Array.isArray(value)) throw mistyped(name, 'a list of texts');
  const wrong = value.findIndex((item) => typeof item !== 'string');
  if (wrong !== -1) throw mistyped(`${name}[${wrong}]`, 'text');
  return value as string[];
}

/** The inverse of reading them: header values are bytes, and JSON has them as the text that they mean. */
export function headersAsJson(headers: readonly Header[]): Json {
  const readable = (value: string): string => asUtf8(Buffer.from(value, 'latin1')) ?? value;
  return Object.fromEntries(headers.map(([name, value]) => [name, readable(value)]));
}

function readHeaders(value: unknown, name: string): Header[] | undefined {
  if (!isObject(value)) return undefined;
  return Object.entries(value).map(([header, text]): Header => {
    const at = `${name}.${header}`;
    if (!HEADER_NAME.test(header)) throw mistyped(at, 'the name of a header');
    // oxlint-disable-next-line no-control-regex
    if (typeof text !== 'string' || /[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) {
      throw mistyped(at, 'text on one line');
    }
    return [header, Buffer.from(text).toString('latin1')];
  });
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mistyped(name: string, expected: string): ApiError {
  return new ApiError(400, 'invalid_request', `${name} must be ${expected}`, { field: name });
}

import type { PayloadOptions } from '../forge/forge.ts';
import type { Override } from '../forge/overrides.ts';
import { parseJsonPath } from '../model/json-path.ts';
import { ApiError, blaming } from './errors.ts';
import { asObject } from './settings.ts';

const MOST_EMITTED = 10_000;
const LONGEST_PATH = 1_000;

/** What the body of an emit request asks for. */
export interface Emission {
  readonly count: number;
  readonly options: PayloadOptions;
}

/** @throws {ApiError} 400, naming the field that is wrong. */
export async function readEmission(json: unknown): Promise<Emission> {
  const { set = {}, body, count = 1, keepIds = false } = json === undefined ? {} : asObject(json);
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > MOST_EMITTED) {
    throw wrong('count', `must be a whole number from 1 to ${MOST_EMITTED}`);
  }
  if (body !== undefined && typeof body !== 'string') {
    throw wrong('body', 'must be text: the exact body to deliver');
  }
  if (typeof keepIds !== 'boolean') throw wrong('keepIds', 'must be true or false');
  const overrides = await blaming('set', () => readOverrides(set));
  return { count, options: { overrides, keepIds, data: body === undefined ? undefined : Buffer.from(body) } };
}

function readOverrides(set: unknown): Override[] {
  return Object.entries(asObject(set, 'set')).map(([path, value]) => {
    if (path.length > LONGEST_PATH) throw wrong('set', `has a path of over ${LONGEST_PATH} characters`);
    return { path: parseJsonPath(path), value };
  });
}

function wrong(field: string, why: string): ApiError {
  return new ApiError(400, 'invalid_request', `${field} ${why}`, { field });
}

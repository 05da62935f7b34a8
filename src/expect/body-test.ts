import type { Capture } from '../model/capture.ts';
import { headerValue } from '../model/request.ts';
import { decodeContent } from '../model/text.ts';
import { parseExactJson } from './exact-json.ts';
import { parseWhere } from './where.ts';

export interface BodyConditions {
  /** Conditions such as `data.amount>=10`; all must hold. */
  readonly where?: readonly string[] | undefined;
  /** JMESPath expressions whose results must all be true. */
  readonly jmespath?: readonly string[] | undefined;
  /** A JSON Schema. */
  readonly schema?: unknown;
}

/** Why a capture's body is not what is wanted; null where it is. */
export type BodyTest = (capture: Pick<Capture, 'headers' | 'body'>) => string | null;

/** How much of an encoded body is looked at, in bytes: before and after it is decoded. */
const MOST_DECODED = 64 * 1024 * 1024;

/**
 * What conditions say of a body, in their order, as one test; undefined where there are none. A form is an object of strings, and
 * of arrays where a field is repeated. A content-encoding is undone.
 * @throws {UsageError} for a condition that makes no sense.
 */
export async function createBodyTest(conditions: BodyConditions): Promise<BodyTest | undefined> {
  const { where = [], jmespath = [], schema } = conditions;
  const wheres = where.map(parseWhere);
  const tests: ((json: unknown) => string | null)[] = [];
  if (jmespath.length > 0) {
    const { compileJmespath } = await import('./jmespath.ts');
    for (const expression of jmespath) tests.push(await compileJmespath(expression));
  }
  if (schema !== undefined) {
    const { compileSchema } = await import('./schema.ts');
    tests.push(await compileSchema(schema));
  }
  if (wheres.length + tests.length === 0) return undefined;
  return (capture) => {
    const text = jsonOf(capture);
    if (text === null) return capture.body.length === 0 ? 'the body is empty' : 'the body is not JSON';
    const exact = wheres.length === 0 ? null : parseExactJson(text);
    // Parsed anew for each: one of them changes what it is given.
    return firstProblem(wheres, () => exact) ?? firstProblem(tests, () => JSON.parse(text) as unknown);
  };
}

function firstProblem<T>(tests: readonly ((body: T) => string | null)[], body: () => unknown): string | null {
  for (const test of tests) {
    const problem = test(body() as T);
    if (problem !== null) return problem;
  }
  return null;
}

/** A body as the text of JSON, or null where it is something else. */
function jsonOf({ headers, body }: Parameters<BodyTest>[0]): string | null {
  const limits = { encoded: MOST_DECODED, decoded: MOST_DECODED };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(decodeContent(headers, body, limits));
    const [kind = ''] = (headerValue(headers, 'content-type') ?? '').split(';');
    if (kind.trim().toLowerCase() === 'application/x-www-form-urlencoded') return formAsJson(text);
    JSON.parse(text);
    return text;
  } catch {
    return null;
  }
}

function formAsJson(text: string): string {
  const form = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = form.get(name);
    form.set(name, before === undefined ? value : [before, value].flat());
  }
  return JSON.stringify(Object.fromEntries(form));
}

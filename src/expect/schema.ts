import { UsageError } from '../errors.ts';
import { printable } from '../model/printable.ts';

/** The code of the errors about the schema itself. */
export const SCHEMA_ERROR = 'ERR_SCHEMA';

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';
const DRAFT_2020_12 = 'https://json-schema.org/draft/2020-12/schema';

/**
 * A test of JSON against a JSON Schema, draft 2020-12 unless its `$schema` says draft-07: null where it holds, else the first
 * mistake with its JSON pointer. What the schema refers to elsewhere is never fetched. Unknown formats and keywords are ignored.
 * @throws {UsageError} for a schema that is none.
 */
export async function compileSchema(schema: unknown): Promise<(json: unknown) => string | null> {
  const isOld = draftOf(schema) === DRAFT_07;
  const [{ default: formats }, { Ajv }] = await Promise.all([
    import('ajv-formats'),
    isOld ? import('ajv') : import('ajv/dist/2020.js').then(({ Ajv2020 }) => ({ Ajv: Ajv2020 })),
  ]);
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  formats.default(ajv);
  const own = typeof schema === 'object' ? { ...schema, $schema: isOld ? DRAFT_07 : DRAFT_2020_12 } : schema;
  let validate;
  try {
    validate = ajv.compile(own as object | boolean);
  } catch (error) {
    throw explain(error as Error);
  }
  return (json) => {
    try {
      if (validate(json) === true) return null;
    } catch (error) {
      // A schema that refers to itself follows a body as deep as that is.
      return printable(`the body cannot be checked: ${(error as Error).message}`);
    }
    const errors = validate.errors ?? [];
    const { instancePath = '', message = 'does not fit' } = errors[0] ?? {};
    const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
    return printable(`${instancePath === '' ? 'the body' : instancePath} ${message}${more}`);
  };
}

/** @throws {UsageError} */
function draftOf(schema: unknown): string {
  if (typeof schema === 'boolean') return DRAFT_2020_12;
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw problem('a JSON Schema is an object, true or false', 'see https://json-schema.org');
  }
  const { $schema, $async } = schema as { $schema?: unknown; $async?: unknown };
  if ($async === true) throw problem('a JSON Schema that is $async cannot be used', 'leave $async out');
  if ($schema === undefined) return DRAFT_2020_12;
  const name = String($schema)
    .replace(/^http:/, 'https:')
    .replace(/#$/, '');
  if (name === DRAFT_2020_12) return DRAFT_2020_12;
  if (name === DRAFT_07.replace(/^http:/, 'https:').replace(/#$/, '')) return DRAFT_07;
  throw problem(
    `the JSON Schema is of ${JSON.stringify($schema)}, which is not understood`,
    `leave its $schema out, or name ${DRAFT_2020_12} or ${DRAFT_07}`,
  );
}

function explain(error: Error & { missingRef?: string }): UsageError {
  if (error.missingRef !== undefined) {
    return problem(
      `the JSON Schema refers to ${error.missingRef}, which it does not hold`,
      'copy it into $defs: nothing is fetched',
    );
  }
  return problem(`not a valid JSON Schema: ${error.message.replace(/^schema is invalid: /, '')}`);
}

function problem(message: string, hint?: string): UsageError {
  return new UsageError(message, hint, SCHEMA_ERROR);
}

import { UsageError } from '../errors.ts';
import { nearestNames } from '../model/nearest.ts';
import { printable } from '../model/printable.ts';

type Library = typeof import('@jmespath-community/jmespath');
type Json = Parameters<Library['search']>[0];

/** Longer ones take the library, and finding out where one goes wrong, more and more time for each character. */
const MOST_CHARACTERS = 2_000;
const SYNTAX = 'see https://jmespath.site; for example: data.items[?price > `10`]';

/**
 * A test by a JMESPath expression: null where its result is true by JMESPath's own rules, else why not. An empty list, object or
 * string, null and false are no.
 * @throws {UsageError} for an expression that is none, with where it goes wrong.
 */
export async function compileJmespath(expression: string): Promise<(json: unknown) => string | null> {
  if (expression.length > MOST_CHARACTERS) {
    throw new UsageError(
      `--jmespath takes at most ${MOST_CHARACTERS} characters, not ${expression.length}`,
      'give several: all must be true',
    );
  }
  const library = await import('@jmespath-community/jmespath');
  const problem = problemOf(library, expression);
  if (problem !== null) throw new UsageError(`--jmespath ${expression}: ${problem}`, SYNTAX);
  const name = printable(expression.length > 60 ? `${expression.slice(0, 59)}…` : expression);
  return (json) => {
    try {
      const result = library.search(withoutPrototypes(json) as Json, expression);
      return isTrue(result) ? null : `${name} gives ${JSON.stringify(result)}`;
    } catch (error) {
      return printable(`${name} fails: ${(error as Error).message}`);
    }
  };
}

function isTrue(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** The library looks fields up along the prototype, where every object has a `constructor`. In place. */
function withoutPrototypes(json: unknown): unknown {
  const open = [json];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) Object.setPrototypeOf(value, null);
    for (const inner of Object.values(value)) open.push(inner);
  }
  return json;
}

function problemOf(library: Library, expression: string): string | null {
  try {
    return problemIn(library.compile(expression), library);
  } catch (error) {
    return `${(error as Error).message.replace(/^syntax( error)?[:,] ?/i, '')} (${placeOf(library, expression)})`;
  }
}

/** What compiles and cannot be evaluated: unknown functions, and `a = b`, which is for `let` only. */
function problemIn(tree: unknown, library: Library): string | null {
  if (typeof tree !== 'object' || tree === null) return null;
  const { type, name, bindings } = tree as { type?: string; name?: string; bindings?: unknown[] };
  if (type === 'Binding') return 'a single = compares nothing; write ==';
  if (type === 'Literal') return null;
  if (type === 'Function' && !library.isRegistered(name!)) {
    const [near] = nearestNames(name!, library.getRegisteredFunctions());
    return `there is no function ${name}()${near === undefined ? '' : `; did you mean ${near}()?`}`;
  }
  const parts = Object.entries(tree).filter(([key]) => key !== 'bindings');
  const inner = [
    ...parts.map(([, part]) => part),
    ...(bindings ?? []).map((binding) => (binding as { reference: unknown }).reference),
  ];
  for (const part of inner) {
    const problem = problemIn(part, library);
    if (problem !== null) return problem;
  }
  return null;
}

/** The library does not tell, so its tokens are given to it one by one until it minds one. */
function placeOf({ tokenize, compile }: Library, expression: string): string {
  const succeeds = (attempt: () => unknown): boolean => {
    try {
      attempt();
      return true;
    } catch {
      return false;
    }
  };
  if (!succeeds(() => tokenize(expression))) {
    let readable = expression.length - 1;
    while (readable > 0 && !succeeds(() => tokenize(expression.slice(0, readable)))) readable -= 1;
    return `at character ${readable + 1}`;
  }
  const tokens = tokenize(expression).filter(({ type }) => String(type) !== 'EOF');
  for (const [index, { start }] of tokens.entries()) {
    try {
      compile(expression.slice(0, tokens[index + 1]?.start ?? expression.length));
    } catch (error) {
      if (!/\bEOF\b/.test((error as Error).message)) return `at character ${start + 1}`;
    }
  }
  return 'at its end';
}

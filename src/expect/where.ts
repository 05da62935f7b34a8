import { UsageError } from '../errors.ts';
import { parseJsonPath, type JsonPath } from '../model/json-path.ts';
import { printable } from '../model/printable.ts';
import {
  compareNumbers,
  isExactNumber,
  isExactString,
  isSame,
  parseExactJson,
  textOf,
  type ExactJson,
} from './exact-json.ts';

/** What a body is asked: null where it holds, else why not. */
export type Where = (body: ExactJson) => string | null;

const OPERATORS = ['!=', '>=', '<=', '==', '=', '>', '<', '~'] as const;
type Operator = (typeof OPERATORS)[number];

/** What stands on the right: its text, and its value where that is JSON. */
interface Wanted {
  readonly text: string;
  readonly value: ExactJson;
}

const MOST_SHOWN = 40;

/**
 * Reads a condition on a JSON body.
 * - `data.email`: it is there, even as null. Every condition wants that; a value that is missing is not unequal to anything.
 * - `data.amount=15000`: a number, true, false or null, or a string of that very text, since quotes get lost in shells;
 *   `data.amount="15000"`: only the string. What is no JSON is a string. Objects and arrays are compared in depth.
 * - `!=`, and `>`, `>=`, `<`, `<=` of numbers, or of texts such as dates. A text that holds a number counts as one.
 * - `data.email~@acme`: the text holds that; `data.tags~vip`: the array has that element.
 * Numbers are compared as they are written, to the last digit, however large.
 * @throws {UsageError}
 */
export function parseWhere(text: string): Where {
  const found = findOperator(text);
  const pathText = (found === null ? text : text.slice(0, found.at)).trim();
  const path = readPath(pathText, text);
  const name = printable(pathText);
  if (found === null) return (body) => (lookUp(body, path) === undefined ? `there is no ${name}` : null);
  const wanted = readWanted(text.slice(found.at + found.operator.length).trim());
  const compare = comparison(found.operator, wanted, text);
  return (body) => {
    const value = lookUp(body, path);
    if (value === undefined) return `there is no ${name}`;
    const problem = compare(value);
    return problem === null ? null : `${name} is ${shown(value)}${problem}`;
  };
}

/** The first operator outside of quotes. */
function findOperator(text: string): { readonly operator: Operator; readonly at: number } | null {
  const quoted = /"(?:[^"\\]|\\.)*"/y;
  let isOpen = false;
  for (let at = 0; at < text.length; at += 1) {
    quoted.lastIndex = at;
    const isQuote = text[at] === '"' && !isOpen;
    const skipped = (isQuote && quoted.exec(text)?.[0].length) || 0;
    if (skipped > 0) at += skipped - 1;
    // What follows a quote that is not closed holds none that is.
    else if (isQuote) isOpen = true;
    const operator = OPERATORS.find((sign) => text.startsWith(sign, at));
    if (skipped === 0 && operator !== undefined) return { operator, at };
  }
  return null;
}

function readPath(path: string, text: string): JsonPath {
  try {
    return parseJsonPath(path);
  } catch (error) {
    throw new UsageError(
      `--where ${text}: ${(error as Error).message}`,
      'write it like data.items[0].price>=10, or data.email for: it is there',
    );
  }
}

function readWanted(text: string): Wanted {
  try {
    return { text, value: parseExactJson(text) };
  } catch {
    return { text, value: `=${text}` };
  }
}

function lookUp(body: ExactJson, path: JsonPath): ExactJson | undefined {
  let value: ExactJson | undefined = body;
  for (const step of path) {
    if (Array.isArray(value)) value = typeof step === 'number' ? value[step] : undefined;
    else if (typeof value === 'object' && value !== null && Object.hasOwn(value, `=${step}`)) {
      value = (value as Record<string, ExactJson>)[`=${step}`];
    } else return undefined;
  }
  return value;
}

/** What follows the value in a sentence that says why not; null where it holds. */
function comparison(operator: Operator, wanted: Wanted, text: string): (value: ExactJson) => string | null {
  switch (operator) {
    case '=':
    case '==':
      return (value) => (equals(value, wanted) ? null : `, not ${other(wanted.value, value)}`);
    case '!=':
      return (value) => (equals(value, wanted) ? '' : null);
    case '~':
      return (value) => {
        if (Array.isArray(value)) {
          return value.some((element: ExactJson) => equals(element, wanted))
            ? null
            : `, without ${shown(wanted.value)}`;
        }
        if (!isExactString(value)) return ', neither text nor a list';
        const part = isExactString(wanted.value) ? textOf(wanted.value) : wanted.text;
        return textOf(value).includes(part) ? null : `, without ${shown(`=${part}`)}`;
      };
    default:
      return ordering(operator, wanted, text);
  }
}

function equals(value: ExactJson, wanted: Wanted): boolean {
  if (isSame(value, wanted.value)) return true;
  const isLoose = !isExactString(wanted.value) && (wanted.value === null || typeof wanted.value !== 'object');
  return isLoose && isExactString(value) && textOf(value) === wanted.text;
}

function ordering(
  operator: '>' | '>=' | '<' | '<=',
  { value: limit }: Wanted,
  text: string,
): (value: ExactJson) => string | null {
  if (!isExactNumber(limit) && !isExactString(limit)) {
    throw new UsageError(`--where ${text}: ${operator} compares numbers or texts`, 'such as data.amount>=10');
  }
  const isNumeric = isExactNumber(limit);
  const holds = (order: number): boolean =>
    order === 0 ? operator.endsWith('=') : order > 0 === operator.startsWith('>');
  return (value) => {
    const comparable = isNumeric ? numberIn(value) : isExactString(value) ? textOf(value) : null;
    if (comparable === null) return isNumeric ? ', not a number' : ', not text';
    const other = textOf(limit);
    const order = isNumeric
      ? compareNumbers(comparable, other)
      : Number(comparable > other) - Number(comparable < other);
    return holds(order) ? null : `, not ${operator} ${shown(limit)}`;
  };
}

function numberIn(value: ExactJson): string | null {
  if (isExactNumber(value)) return textOf(value);
  const isNumber = isExactString(value) && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(textOf(value));
  return isNumber ? textOf(value) : null;
}

function shown(value: ExactJson): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (isExactNumber(value)) return cut(textOf(value));
  return isExactString(value) ? printable(`"${cut(textOf(value))}"`) : String(value);
}

/** What is wanted beside what is there, where the two may look the same when they are shown. */
function other(wanted: ExactJson, value: ExactJson): string {
  return shown(wanted) === shown(value) ? 'the one wanted' : shown(wanted);
}

function cut(text: string): string {
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN - 1)}…`;
}

/**
 * JSON whose numbers keep their text: a double would round what it cannot hold, and large ids are just that. Keys and strings
 * begin with `=` and numbers with `#`; all else is as JSON has it.
 */
export type ExactJson =
  string | boolean | null | readonly ExactJson[] | { readonly [key: string]: ExactJson };

/** @throws {SyntaxError} */
export function parseExactJson(text: string): ExactJson {
  JSON.parse(text);
  const parts: string[] = [];
  const number = /-?\d[\d.eE+-]*/y;
  const plain = /[^"\d-]+/y;
  for (let at = 0; at < text.length;) {
    if (text[at] === '"') {
      const end = endOfString(text, at);
      parts.push('"=', text.slice(at + 1, end));
      at = end;
      continue;
    }
    number.lastIndex = plain.lastIndex = at;
    const literal = number.exec(text)?.[0];
    const taken = literal ?? plain.exec(text)![0];
    parts.push(literal === undefined ? taken : `"#${literal}"`);
    at += taken.length;
  }
  return JSON.parse(parts.join('')) as ExactJson;
}

/** Behind the closing quote. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
}

export function isExactNumber(value: ExactJson): value is string {
  return typeof value === 'string' && value.startsWith('#');
}

export function isExactString(value: ExactJson): value is string {
  return typeof value === 'string' && value.startsWith('=');
}

/** The text of a string, or a number's as it was written. */
export function textOf(value: string): string {
  return value.slice(1);
}

/** In depth, and not by calls within calls: who sends chooses how deep a body is. */
export function isSame(one: ExactJson, other: ExactJson): boolean {
  const open: [ExactJson, ExactJson][] = [[one, other]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const inner = innerPairs(...pair);
    if (inner === null) return false;
    for (const next of inner) open.push(next);
  }
  return true;
}

/** What has to be the same for two values to be the same; null where they differ already. */
function innerPairs(one: ExactJson, other: ExactJson): [ExactJson, ExactJson][] | null {
  if (isExactNumber(one) && isExactNumber(other)) {
    return compareNumbers(textOf(one), textOf(other)) === 0 ? [] : null;
  }
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object') {
    return one === other ? [] : null;
  }
  if (Array.isArray(one) !== Array.isArray(other)) return null;
  const keys = Object.keys(one);
  const [ones, others] = [one, other] as [Record<string, ExactJson>, Record<string, ExactJson>];
  if (keys.length !== Object.keys(other).length || !keys.every((key) => Object.hasOwn(others, key)))
    return null;
  return keys.map((key) => [ones[key]!, others[key]!]);
}

/** Compares two numbers of JSON as they are written, to the last digit: below 0, 0 or above 0. */
export function compareNumbers(one: string, other: string): number {
  const [a, b] = [decimal(one), decimal(other)];
  if (a.sign !== b.sign) return a.sign - b.sign;
  if (a.exponent !== b.exponent) return a.sign * (a.exponent < b.exponent ? -1 : 1);
  if (a.digits === b.digits) return 0;
  return a.sign * (a.digits < b.digits ? -1 : 1);
}

/** A number as sign, digits without zeros at either end, and the place of the first digit. */
function decimal(text: string): { sign: number; digits: string; exponent: number } {
  const [, minus, whole, fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(
    text,
  )!;
  const all = whole! + fraction;
  const first = all.search(/[1-9]/);
  if (first === -1) return { sign: 0, digits: '', exponent: 0 };
  // A pattern for the zeros at the end would look at all zeros again and again.
  let end = all.length;
  while (all[end - 1] === '0') end -= 1;
  const digits = all.slice(first, end);
  return { sign: minus === '-' ? -1 : 1, digits, exponent: Number(power) + whole!.length - first };
}

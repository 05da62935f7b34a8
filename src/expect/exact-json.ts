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

export function isSame(one: ExactJson, other: ExactJson): boolean {
  if (isExactNumber(one) && isExactNumber(other)) return compareNumbers(textOf(one), textOf(other)) === 0;
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object') {
    return one === other;
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  const [ones, others] = [one, other] as [Record<string, ExactJson>, Record<string, ExactJson>];
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(others, key) && isSame(ones[key]!, others[key]!))
  );
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
  const digits = all.replace(/^0+/, '').replace(/0+$/, '');
  if (digits === '') return { sign: 0, digits, exponent: 0 };
  const first = all.search(/[1-9]/);
  return { sign: minus === '-' ? -1 : 1, digits, exponent: Number(power) + whole!.length - first };
}

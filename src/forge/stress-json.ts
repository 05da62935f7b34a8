/**
 * Writes JSON in a way that no parser and serialiser gives back: white space, escapes, numbers in other notations, keys that
 * JavaScript reorders, a repeated key, an integer beyond 2^53. It means the same as the value, but for an additional member
 * `stress` in `holder`. A consumer that verifies a re-serialised body fails on it, one that verifies the raw bytes does not.
 */
export function stressJson(value: unknown, holder: unknown): Uint8Array {
  return Buffer.from(write(value, holder));
}

const EXTRA =
  '{ "10": "ten", "2": "two", "whole": 30.0, "hundred": 1e2, "large": 12345678901234567890, "text": "caf\\u00e9 \\/ 日本", "twice": 1, "twice": 2 }';

function write(value: unknown, holder: unknown): string {
  if (Array.isArray(value)) return `[ ${value.map((item) => write(item, holder)).join(', ')} ]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)} : ${write(item, holder)}`,
  );
  if (value === holder) members.push(`"stress" : ${EXTRA}`);
  return `{ ${members.join(',\n  ')} }`;
}

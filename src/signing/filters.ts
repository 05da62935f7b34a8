import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { parseForm } from './signed-request.ts';

/** What a template can make of a value before it is signed. */
export const FILTERS = ['sha256hex', 'crc32', 'upper', 'formSorted', 'decodedReserved'] as const;
export type Filter = (typeof FILTERS)[number];

export function isFilter(name: string): name is Filter {
  return FILTERS.some((filter) => filter === name);
}

export function applyFilter(filter: Filter, bytes: Uint8Array, isFormBody: boolean): Uint8Array {
  switch (filter) {
    case 'sha256hex':
      return Buffer.from(createHash('sha256').update(bytes).digest('hex'));
    case 'crc32':
      return Buffer.from(String(crc32(bytes)));
    case 'upper':
      return upperCase(bytes);
    case 'formSorted':
      return isFormBody ? sortedForm(bytes) : new Uint8Array();
    case 'decodedReserved':
      return Buffer.from(withReservedDecoded(Buffer.from(bytes).toString('latin1')), 'latin1');
  }
}

/**
 * A form's names and values, sorted by name and joined without anything between; of a name that stands several times, each
 * value once and sorted. Source: the validator of Twilio's Node.js library.
 */
function sortedForm(body: Uint8Array): Uint8Array {
  const form = parseForm(body);
  // What nobody can take apart is left as it is: no signature is made of that.
  if (form === null) return body;
  const values = new Map<string, Set<string>>();
  for (const [name, value] of form) {
    const known = values.get(name);
    if (known === undefined) values.set(name, new Set([value]));
    else known.add(value);
  }
  const names = [...values.keys()].sort(byCodeUnit);
  return Buffer.from(
    names
      .map((name) =>
        [...values.get(name)!]
          .sort(byCodeUnit)
          .map((value) => name + value)
          .join(''),
      )
      .join(''),
  );
}

function byCodeUnit(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Reserved characters that some senders decode in a URL before they sign it; all others stay encoded. Source: HubSpot's documents. */
const RESERVED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

function withReservedDecoded(url: string): string {
  return url.replace(RESERVED, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}

/** Letters of ASCII alone: others have capitals that are no single byte. */
function upperCase(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte));
}

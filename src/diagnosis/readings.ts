import type { Header } from '../model/request.ts';
import { DIGEST_BYTES } from '../signing/hmac.ts';
import type { SignatureScheme } from '../signing/scheme.ts';
import type { Hash } from './budget.ts';
import type { Cause } from './cause.ts';

/** One way to read a digest out of a header. */
export interface Reading {
  readonly header: string;
  readonly digest: Buffer;
  /** How the scheme would have had it otherwise; null where this is how the scheme reads it. */
  readonly change: { readonly cause: Cause; readonly how: string } | null;
  /** Whether it stands in the header that the scheme reads. */
  readonly isOwn: boolean;
}

/** Digest sizes in bytes, and what makes digests of that size. */
export const HASH_OF_SIZE: ReadonlyMap<number, Hash> = new Map([
  [16, 'md5'],
  [20, 'sha1'],
  [32, 'sha256'],
  [48, 'sha384'],
  [64, 'sha512'],
]);

const MOST_HEADERS = 100;
const LONGEST_NAME = 100;
const LONGEST_VALUE = 8_192;
const MOST_READINGS = 64;

/** Every digest that the headers may hold, as the scheme reads it or otherwise; those of the scheme's own headers first. */
export function readSignatures(scheme: SignatureScheme, headers: readonly Header[]): readonly Reading[] {
  const names = [scheme.header, ...(scheme.fallbackHeaders ?? [])].map((name) => name.toLowerCase());
  const present = new Set(headers.map(([name]) => name.toLowerCase()));
  const read = names.find((name) => present.has(name));
  const placeOf = (name: string): Place => {
    const lower = name.toLowerCase();
    if (read !== undefined) return lower === read ? 'read' : names.includes(lower) ? 'passed over' : 'other';
    return scheme.anySignatureHeader === true && lower.includes('signature') ? 'read' : 'other';
  };
  const lines = headers.map(([name, value]) => ({ name, value, place: placeOf(name) }));
  const first = lines.filter(({ place }) => place === 'read');
  const others = lines.filter(({ name, place }) => place !== 'read' && name.length <= LONGEST_NAME);
  return [...first, ...others]
    .slice(0, MOST_HEADERS)
    .flatMap((line) => readValue(scheme, line, read))
    .slice(0, MOST_READINGS);
}

/** Whether the scheme reads a header, or passes it over as it reads a likelier one, or does not know it. */
type Place = 'read' | 'passed over' | 'other';

interface Line {
  readonly name: string;
  readonly value: string;
  readonly place: Place;
}

function readValue(scheme: SignatureScheme, line: Line, read: string | undefined): Reading[] {
  const found: Reading[] = [];
  for (const { text, how } of piecesOf(line.value.slice(0, LONGEST_VALUE))) {
    const digest = readDigest(text);
    if (digest === null || !isPlausible(scheme, line, digest)) continue;
    const change = changeOf(scheme, line, read, how, digest);
    found.push({ header: line.name, digest: digest.bytes, isOwn: line.place === 'read', change });
  }
  return found;
}

/** An id may have the size of an MD5 or SHA-1 digest: elsewhere than where the scheme reads, only a header named so holds one. */
function isPlausible(scheme: SignatureScheme, { name, place }: Line, { bytes }: Digest): boolean {
  return (
    place !== 'other' || bytes.length === DIGEST_BYTES[scheme.hash] || /sign|hmac|hash|digest/i.test(name)
  );
}

/** A header's value, taken apart and unwrapped in the ways in which it may be wrapped. */
function piecesOf(value: string): readonly { readonly text: string; readonly how: string | null }[] {
  return value
    .split(',')
    .flatMap((part) => {
      const pieces = part
        .trim()
        .split(/[;\s]+/)
        .filter(Boolean);
      return pieces.map((text) => ({ text, how: pieces.length > 1 ? 'several' : null }));
    })
    .map(({ text, how }) => {
      const quote = text[0];
      if (text.length > 1 && (quote === '"' || quote === "'") && text.at(-1) === quote)
        return { text: text.slice(1, -1), how: 'quoted' };
      if (/%[0-9a-f]{2}/i.test(text)) {
        try {
          return { text: decodeURIComponent(text), how: 'URL-encoded' };
        } catch {
          return { text, how };
        }
      }
      return { text, how };
    });
}

interface Digest {
  readonly bytes: Buffer;
  readonly prefix: string;
  readonly encoding: 'hex' | 'base64' | 'base64url' | 'the base64 of hex digits';
}

/** A digest behind any number of prefixes such as `sha256=` and `v1=`, or null. */
function readDigest(text: string): Digest | null {
  const prefix = /^(?:[a-z][\w-]{0,15}[=:])*/i.exec(text)![0];
  for (const start of prefix === '' ? [''] : [prefix, '']) {
    const rest = text.slice(start.length);
    if (/^[0-9a-f]+$/i.test(rest) && rest.length % 2 === 0 && HASH_OF_SIZE.has(rest.length / 2)) {
      return { bytes: Buffer.from(rest, 'hex'), prefix: start, encoding: 'hex' };
    }
    if (/^[\w+/-]+={0,2}$/.test(rest)) {
      const decoded = Buffer.from(rest, 'base64');
      const digits = decoded.toString('latin1');
      if (/^[0-9a-f]+$/i.test(digits) && digits.length % 2 === 0 && HASH_OF_SIZE.has(digits.length / 2)) {
        return { bytes: Buffer.from(digits, 'hex'), prefix: start, encoding: 'the base64 of hex digits' };
      }
      const bytes = decoded;
      const isWhole = Math.ceil((bytes.length * 4) / 3) === rest.replace(/=+$/, '').length;
      if (isWhole && HASH_OF_SIZE.has(bytes.length)) {
        return { bytes, prefix: start, encoding: /[-_]/.test(rest) ? 'base64url' : 'base64' };
      }
    }
  }
  return null;
}

function changeOf(
  scheme: SignatureScheme,
  { name: header, place }: Line,
  read: string | undefined,
  how: string | null,
  { bytes, prefix, encoding }: Digest,
): Reading['change'] {
  const [documented] = scheme.forms;
  const due = `${documented.prefix}<${documented.encoding}>`;
  if (place !== 'read') {
    const instead =
      read === undefined ? `not in ${scheme.header}` : `another one in ${read}, which counts before it`;
    return {
      cause: 'signature-header',
      how: `it stands in ${header}, and ${instead}: send it where it is due`,
    };
  }
  if (bytes.length !== DIGEST_BYTES[scheme.hash]) {
    const hash = HASH_OF_SIZE.get(bytes.length)!.toUpperCase();
    return {
      cause: 'signature-algorithm',
      how: `it is made with ${hash}: make it with ${scheme.hash.toUpperCase()}`,
    };
  }
  if (how === 'several') {
    return {
      cause: 'signature-header',
      how: `${header} holds several values: separate them by commas, or send one`,
    };
  }
  if (how !== null)
    return { cause: 'signature-encoding', how: `it is ${how} in ${header}: send it as ${due}` };
  if (scheme.forms.some((form) => form.prefix === prefix && form.encoding === encoding)) return null;
  const encodings = new Set<string>(scheme.forms.map((form) => form.encoding));
  if (!encodings.has(encoding)) {
    return { cause: 'signature-encoding', how: `it is written in ${encoding}: send it as ${due}` };
  }
  const known = /^(?:(?:sha|md)\d{1,3}[=:]|v\d[=:])+$/i.test(prefix) ? prefix : 'another prefix';
  return {
    cause: 'signature-prefix',
    how: `it has ${prefix === '' ? 'no prefix' : known}: send it as ${due}`,
  };
}

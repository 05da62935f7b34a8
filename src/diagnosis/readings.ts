import type { Header } from '../model/request.ts';
import { signatureHeaders, signatureName, writtenForm } from '../signing/describe.ts';
import { DIGEST_BYTES } from '../signing/digest.ts';
import { decodeLine, findLines, takeApart, type SignatureLine } from '../signing/extract.ts';
import type { ContentScheme, Hash } from '../signing/scheme.ts';
import type { RequestReader } from '../signing/signed-request.ts';
import type { Cause } from './cause.ts';

/** One way to read a signature out of a request. */
export interface Reading {
  /** Where it stands: a header's name, or the place in words. */
  readonly header: string;
  readonly digest: Buffer;
  /** How the scheme would have had it otherwise; null where this is how the scheme reads it. */
  readonly change: { readonly cause: Cause; readonly how: string } | null;
  /** Whether it stands where the scheme reads. */
  readonly isOwn: boolean;
  /** What else its value says, such as `t`. The same function for all of one value. */
  readonly field: (name: string) => string | undefined;
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
const ED25519_BYTES = 64;

/** How many bytes a scheme's signatures have; null where they have any number. */
export function sizeOfSignature(scheme: ContentScheme): number | null {
  if (scheme.kind !== 'asymmetric') return DIGEST_BYTES[scheme.hash];
  return scheme.algorithm === 'ed25519' ? ED25519_BYTES : null;
}

/** Every signature that a request may hold, as the scheme reads it or otherwise; those where the scheme reads first. */
export function readSignatures(scheme: ContentScheme, reader: RequestReader): readonly Reading[] {
  const { headers } = reader.request;
  const own = findLines(scheme, reader, signatureName(scheme)).slice(0, MOST_HEADERS);
  const read = new Set(own.map(({ place }) => place.toLowerCase()));
  const known = new Set(signatureHeaders(scheme).map((name) => name.toLowerCase()));
  const others = headers
    .filter(([name]) => !read.has(name.toLowerCase()) && name.length <= LONGEST_NAME)
    .map(([place, value]): Line => ({
      place,
      value,
      kind: known.has(place.toLowerCase()) ? 'passed over' : 'other',
    }));
  return [...own.map((line): Line => ({ ...line, kind: 'read' })), ...others]
    .slice(0, MOST_HEADERS)
    .flatMap((line) => readValue(scheme, line, own[0]?.place))
    .slice(0, MOST_READINGS);
}

/** Whether the scheme reads a line, or passes it over as it reads a likelier one, or does not know it. */
interface Line extends SignatureLine {
  readonly kind: 'read' | 'passed over' | 'other';
}

function readValue(scheme: ContentScheme, line: Line, read: string | undefined): Reading[] {
  const { place: header, kind } = line;
  const value = line.value.slice(0, LONGEST_VALUE);
  const isOwn = kind === 'read';
  const { field } = takeApart(scheme.items, value);
  const due = isOwn ? decodeLine(scheme, { place: header, value }) : [];
  const found = due.map(({ bytes }): Reading => ({ header, digest: bytes, isOwn, field, change: null }));
  for (const { text, how } of piecesOf(value)) {
    const digest = readDigest(text);
    if (digest === null || !isPlausible(scheme, line, digest)) continue;
    if (found.some((known) => known.digest.equals(digest.bytes))) continue;
    const change = changeOf(scheme, line, read, how, digest);
    found.push({ header, digest: digest.bytes, isOwn, field, change });
  }
  return found;
}

/** An id may have the size of an MD5 or SHA-1 digest: elsewhere than where the scheme reads, only a header named so holds one. */
function isPlausible(scheme: ContentScheme, { place, kind }: Line, { bytes }: Digest): boolean {
  const size = sizeOfSignature(scheme);
  if (scheme.kind === 'asymmetric') return bytes.length === size;
  return kind !== 'other' || bytes.length === size || /sign|hmac|hash|digest/i.test(place);
}

/** A value, taken apart and unwrapped in the ways in which it may be wrapped. */
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
  scheme: ContentScheme,
  { place, kind }: Line,
  read: string | undefined,
  how: string | null,
  { bytes, prefix, encoding }: Digest,
): NonNullable<Reading['change']> {
  const due = writtenForm(scheme);
  if (kind !== 'read') {
    const instead =
      read === undefined
        ? `not in ${signatureName(scheme)}`
        : `another one in ${read}, which counts before it`;
    return {
      cause: 'signature-header',
      how: `it stands in ${place}, and ${instead}: send it where it is due`,
    };
  }
  if (scheme.kind !== 'asymmetric' && bytes.length !== DIGEST_BYTES[scheme.hash]) {
    const hash = HASH_OF_SIZE.get(bytes.length)!.toUpperCase();
    return {
      cause: 'signature-algorithm',
      how: `it is made with ${hash}: make it with ${scheme.hash.toUpperCase()}`,
    };
  }
  if (how === 'several' && scheme.items === undefined) {
    return {
      cause: 'signature-header',
      how: `${place} holds several values: separate them by commas, or send one`,
    };
  }
  if (how !== null && how !== 'several')
    return { cause: 'signature-encoding', how: `it is ${how} in ${place}: send it as ${due}` };
  const encodings = new Set<string>(scheme.forms.map((form) => form.encoding.toLowerCase()));
  if (!encodings.has(encoding)) {
    return { cause: 'signature-encoding', how: `it is written in ${encoding}: send it as ${due}` };
  }
  const known = /^(?:(?:sha|md)\d{1,3}[=:]|v\d[=:])+$/i.test(prefix) ? prefix : 'another prefix';
  return {
    cause: 'signature-prefix',
    how: `it has ${prefix === '' ? 'no prefix' : known}: send it as ${due}`,
  };
}

/** Headers are read for what may be a signature only where their names are of a length that can be shown. */
export function isLikeSignature([name]: Header): boolean {
  return name.length <= LONGEST_NAME && /sign|hmac/i.test(name);
}

import { decodeForm } from '../signing/digest.ts';
import { signatureName } from '../signing/describe.ts';
import { findLines, takeApart } from '../signing/extract.ts';
import type { ContentScheme } from '../signing/scheme.ts';
import type { RequestReader } from '../signing/signed-request.ts';
import { sizeOfSignature } from '../diagnosis/readings.ts';

/** One value that may be a signature, taken apart. */
export interface SignatureValue {
  /** The header's name, or the place in words. */
  readonly header: string;
  readonly value: string;
  readonly prefix: string;
  readonly encoding: 'hex' | 'base64' | null;
  /** How many bytes it has; null where the value is no signature. */
  readonly bytes: number | null;
  /** Whether it stands where the provider has it, written as the provider writes it. */
  readonly isDue: boolean;
}

const MOST_SIGNATURES = 20;

/** What stands where the scheme reads, and in other headers with such a name. */
export function signatureValues(scheme: ContentScheme, reader: RequestReader): SignatureValue[] {
  const own = findLines(scheme, reader, signatureName(scheme));
  const read = new Set([...own.map(({ place }) => place), ...valueHeaders(scheme)].map(lowerCase));
  const others = reader.request.headers
    .filter(([name]) => /signature/i.test(name) && !read.has(lowerCase(name)))
    .flatMap(([place, value]) =>
      value.split(',').map((part) => readValue(scheme, place, part.trim(), false)),
    );
  return [
    ...own.flatMap(({ place, value }) => {
      const { texts } = takeApart(scheme.items, value);
      return (texts.length === 0 ? [value] : texts).map((text) => readValue(scheme, place, text, true));
    }),
    ...others,
  ].slice(0, MOST_SIGNATURES);
}

/** Headers that hold what is signed, and no signature, whatever they are called. */
function valueHeaders({ timestamp, values = {} }: ContentScheme): string[] {
  const places = [...(timestamp === undefined ? [] : [timestamp.from]), ...Object.values(values)];
  return places.flatMap((place) => ('header' in place ? [place.header, ...(place.fallback ?? [])] : []));
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}

function readValue(scheme: ContentScheme, header: string, value: string, isOwn: boolean): SignatureValue {
  const size = sizeOfSignature(scheme);
  for (const form of scheme.forms) {
    const digest = decodeForm(form, value, size);
    if (digest === null) continue;
    const encoding = form.encoding.toLowerCase() === 'hex' ? 'hex' : 'base64';
    return { header, value, prefix: form.prefix, encoding, bytes: digest.length, isDue: isOwn };
  }
  const prefix = /^(?:[a-z][\w-]{0,15}[=:])*/i.exec(value)![0];
  const digest = value.slice(prefix.length);
  const odd = { header, value, prefix: digest === '' ? '' : prefix, isDue: false };
  if (/^(?:[0-9a-f]{2})+$/i.test(digest)) return { ...odd, encoding: 'hex', bytes: digest.length / 2 };
  if (/^[\w+/-]+={0,2}$/.test(digest)) {
    return { ...odd, encoding: 'base64', bytes: Buffer.from(digest, 'base64').length };
  }
  return { ...odd, encoding: null, bytes: null };
}

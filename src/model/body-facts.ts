/** A place in a body where something may have been changed on the way. */
export interface Doubt {
  readonly offset: number;
  /** What stands there, in a few words. */
  readonly what: string;
}

/** What a body's bytes are like, as far as it matters for a signature over them. */
export interface BodyFacts {
  readonly bytes: number;
  readonly isUtf8: boolean;
  readonly hasBom: boolean;
  /** How its lines end: so many CR LF, LF alone, CR alone. */
  readonly lineEndings: { readonly crlf: number; readonly lf: number; readonly cr: number };
  /** How many bytes of line breaks stand at its end. */
  readonly trailingBreaks: number;
  /** In order; at most one of each kind. */
  readonly doubts: readonly Doubt[];
}

/** `rewritten` is what JSON.stringify makes of it, where it may be made. */
export function bodyFacts(body: Uint8Array, rewritten: Uint8Array | null): BodyFacts {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const invalid = firstInvalidUtf8(bytes);
  const hasBom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const { crlf, lf, cr } = countBreaks(bytes);
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end -= 1;
  const differs = rewritten === null ? null : firstDifference(bytes, rewritten);
  const doubts: Doubt[] = [
    ...(invalid === null ? [] : [{ offset: invalid, what: 'not UTF-8 from here on' }]),
    ...(hasBom ? [{ offset: 0, what: 'a byte order mark' }] : []),
    ...(crlf + cr === 0 ? [] : [{ offset: bytes.indexOf('\r'), what: 'the first CR' }]),
    ...(end === bytes.length ? [] : [{ offset: end, what: 'a line break at the end' }]),
    ...(differs === null
      ? []
      : [{ offset: differs, what: 'the first byte that JSON.stringify would write otherwise' }]),
  ];
  return {
    bytes: bytes.length,
    isUtf8: invalid === null,
    hasBom,
    lineEndings: { crlf, lf, cr },
    trailingBreaks: bytes.length - end,
    doubts: doubts.toSorted((one, other) => one.offset - other.offset),
  };
}

function countBreaks(bytes: Buffer): BodyFacts['lineEndings'] {
  let [crlf, lf, cr] = [0, 0, 0];
  for (let index = 0; index < bytes.length; index += 1) {
    if (bytes[index] === 0x0a) lf += 1;
    else if (bytes[index] === 0x0d) {
      if (bytes[index + 1] === 0x0a) {
        crlf += 1;
        index += 1;
      } else cr += 1;
    }
  }
  return { crlf, lf, cr };
}

/** Where two byte strings differ first; null where they are equal. */
function firstDifference(one: Uint8Array, other: Uint8Array): number | null {
  const shared = Math.min(one.length, other.length);
  for (let index = 0; index < shared; index += 1) if (one[index] !== other[index]) return index;
  return one.length === other.length ? null : shared;
}

/** Where the first byte stands that is no UTF-8, or null: the text decoded with replacements has the same bytes until there. */
function firstInvalidUtf8(bytes: Buffer): number | null {
  return firstDifference(bytes, Buffer.from(bytes.toString('utf8')));
}

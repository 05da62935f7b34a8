/** Larger bodies are written as JSON piece by piece. A multiple of three, so that pieces of base64 make a whole. */
export const PIECE_BYTES = 3 * 64 * 1024;

/** A body that `jsonPieces` writes without making one text of it. */
export class LargeBody {
  readonly #bytes: Uint8Array;
  readonly #encoding: 'text' | 'base64';

  constructor(bytes: Uint8Array, encoding: 'text' | 'base64') {
    this.#bytes = bytes;
    this.#encoding = encoding;
  }

  *pieces(): Generator<string> {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    yield '"';
    for (let at = 0; at < this.#bytes.length; at += PIECE_BYTES) {
      const piece = this.#bytes.subarray(at, at + PIECE_BYTES);
      yield this.#encoding === 'base64'
        ? Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('base64')
        : JSON.stringify(decoder.decode(piece, { stream: true })).slice(1, -1);
    }
    yield '"';
  }

  toJSON(): unknown {
    return JSON.parse([...this.pieces()].join(''));
  }
}

/** What `JSON.stringify` makes of a value, in pieces where there is a large body in it. */
export function* jsonPieces(value: unknown): Generator<string> {
  if (value instanceof LargeBody) yield* value.pieces();
  else if (!holdsLargeBody(value)) yield JSON.stringify(value);
  else {
    let separator = '{';
    for (const [name, field] of Object.entries(value)) {
      if (field === undefined) continue;
      yield `${separator}${JSON.stringify(name)}:`;
      yield* jsonPieces(field);
      separator = ',';
    }
    yield '}';
  }
}

/** In objects, not in lists. */
function holdsLargeBody(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).some((field) => field instanceof LargeBody || holdsLargeBody(field));
}

import { jsonPieces } from '../../json/large-body.ts';
import { UNPRINTABLE } from '../../model/printable.ts';

/** A value on a line of its own, written so that it does a terminal no harm either. */
export function jsonLine(value: unknown): string {
  return `${harmless(JSON.stringify(value))}\n`;
}

/** The same line in pieces, where there is a large body in it. */
export function* jsonLinePieces(value: unknown): Generator<string> {
  let piece = '';
  for (const next of jsonPieces(value)) {
    piece += harmless(next);
    if (piece.length < LEAST_PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}\n`;
}

/** Shorter ones are written together, in characters. */
const LEAST_PIECE = 64 * 1024;

function harmless(json: string): string {
  return json.replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

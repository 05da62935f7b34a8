import type Database from 'better-sqlite3';

/** A larger body is kept in pieces. */
export const LARGEST_WHOLE = 1024 * 1024;
/** The size of a piece: larger than what full-text search reads of a body. */
export const PIECE_BYTES = 256 * 1024;

export interface CaptureBodies {
  /** What stands in a capture's own row: the whole body, or how it begins. */
  first(body: Uint8Array): Uint8Array;
  /** Writes what does not stand there; to be called in the transaction that writes the row. */
  writeRest(seq: number, body: Uint8Array): void;
  /** The whole body; to be called in the transaction that reads the row. */
  read(row: { readonly seq: number; readonly bodySize: number; readonly body: Uint8Array }): Uint8Array;
}

/**
 * Large bodies in pieces: SQLite and its driver copy each value that is written or read several times over, so one of 10 MB would
 * take 40. Bodies that were kept in one piece by an earlier version are read as they are.
 */
export function createCaptureBodies(db: Database.Database): CaptureBodies {
  const insert = db.prepare('insert into capture_chunks (capture_seq, number, bytes) values (?, ?, ?)');
  const select = db
    .prepare<[number, number], Buffer>(
      'select bytes from capture_chunks where capture_seq = ? and number = ?',
    )
    .pluck();

  return {
    first: (body) => (body.length > LARGEST_WHOLE ? body.subarray(0, PIECE_BYTES) : body),
    writeRest: (seq, body) => {
      if (body.length <= LARGEST_WHOLE) return;
      for (let number = 1, at = PIECE_BYTES; at < body.length; number += 1, at += PIECE_BYTES) {
        insert.run(seq, number, body.subarray(at, at + PIECE_BYTES));
      }
    },
    read: ({ seq, bodySize, body: first }) => {
      if (first.length === bodySize) return first;
      const body = Buffer.allocUnsafeSlow(bodySize);
      let end = 0;
      for (let number = 0; end < bodySize; number += 1) {
        const piece = number === 0 ? first : select.get(seq, number);
        // Never shorter than it was: the rest of the buffer holds what was there before.
        if (piece === undefined || piece.length === 0 || end + piece.length > bodySize) throw incomplete();
        body.set(piece, end);
        end += piece.length;
      }
      return body;
    },
  };
}

/** As SQLite has it where a page is missing. */
function incomplete(): Error {
  return Object.assign(new Error('a part of a body is missing'), { code: 'SQLITE_CORRUPT' });
}

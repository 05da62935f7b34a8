/** Smaller bodies come in one or two pieces. */
const LEAST_BYTES = 64 * 1024;
/** At most so many times as much room is made as has come. */
const MOST_AHEAD = 8;

/** Puts pieces together as they come. */
export interface Gathering {
  add(piece: Uint8Array): void;
  size(): number;
  /** All of them. A single piece is not copied. */
  bytes(): Uint8Array;
  /** Forgets them: what gathered may be kept by its connection for long. */
  drop(): void;
}

/**
 * Pieces are copied at once, so that many tiny ones take no more room than a large one. The room grows with what has come, since
 * whoever declares a length may be lying; but in few steps, since each needs the old and the new room at a time: the last but one is
 * an eighth of a declared length. What is not written to yet is no memory to the system.
 *
 * @param declared How many bytes the sender says it will be; null where it does not.
 */
export function gather(declared: number | null): Gathering {
  let single: Uint8Array | null = null;
  let room = new Uint8Array();
  let size = 0;

  function makeRoom(needed: number): void {
    if (needed <= room.length) return;
    const larger = Buffer.allocUnsafeSlow(roomFor(needed, declared));
    larger.set(room.subarray(0, size));
    room = larger;
  }

  function copy(piece: Uint8Array): void {
    makeRoom(size + piece.length);
    room.set(piece, size);
    size += piece.length;
  }

  return {
    add: (piece) => {
      if (size === 0 && single === null) {
        single = piece;
        return;
      }
      if (single !== null) copy(single);
      single = null;
      copy(piece);
    },
    size: () => single?.length ?? size,
    bytes: () => single ?? room.subarray(0, size),
    drop: () => {
      single = null;
      room = new Uint8Array();
      size = 0;
    },
  };
}

function roomFor(needed: number, declared: number | null): number {
  if (declared === null || declared < needed) return Math.max(LEAST_BYTES, needed * 2);
  let room = declared;
  while (room / MOST_AHEAD >= Math.max(needed, LEAST_BYTES)) room = Math.ceil(room / MOST_AHEAD);
  return room;
}

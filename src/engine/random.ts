import type { RandomBytes } from '../model/id.ts';

const DRAWN_BYTES = 4_096;

/** Draws many random bytes at a time: for the few that an id needs, asking the system costs more than all the rest of it. */
export function drawInBulk(randomBytes: RandomBytes): RandomBytes {
  let drawn: Uint8Array = new Uint8Array();
  let used = 0;
  return (size) => {
    if (size > DRAWN_BYTES) return randomBytes(size);
    if (used + size > drawn.length) {
      drawn = randomBytes(DRAWN_BYTES);
      used = 0;
    }
    used += size;
    return drawn.subarray(used - size, used);
  };
}

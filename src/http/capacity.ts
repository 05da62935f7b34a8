export interface CapacityLimits {
  /** So many bytes of requests are held at once. */
  readonly maxHeldBytes: number;
  readonly maxHeldRequests: number;
}

/** What one request holds until it is answered. */
export interface Hold {
  /** Holds so many bytes more. False where there is no room for them; then it holds what it held. */
  take(bytes: number): boolean;
  release(): void;
}

export interface Capacity {
  /** Room for a request that says how long its body is, or does not (0). Null where there is none. */
  admit(headBytes: number, declaredBytes: number): Hold | null;
}

/**
 * Bounds what a server holds in memory, so that it refuses rather than grows.
 *
 * A body's declared length decides at the request's head whether it may come: it must fit beside what is there. But what is held is
 * only what has arrived. Were the declared lengths reserved, a few senders who announce much and send nothing would keep everybody
 * out until they time out. So several bodies that fit one by one may meet the limit together while they arrive; who meets it then is
 * refused, and the others get its room.
 *
 * A body larger than the limit is let in where no other request is there. One body at a time may grow past the limit: one that is
 * alone, or holds more than half of it. So large bodies cannot keep each other out for ever, and what is held is never more than the
 * limit and one body.
 */
export function createCapacity({ maxHeldBytes, maxHeldRequests }: CapacityLimits): Capacity {
  let heldBytes = 0;
  let heldRequests = 0;
  let largest: Hold | null = null;

  function createHold(): Hold {
    let own = 0;
    let isReleased = false;
    const hold: Hold = {
      take: (bytes) => {
        if (isReleased) return false;
        if (heldBytes + bytes > maxHeldBytes) {
          if (largest === null && (heldRequests === 1 || own > maxHeldBytes / 2)) largest = hold;
          if (largest !== hold) return false;
        }
        own += bytes;
        heldBytes += bytes;
        return true;
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        heldBytes -= own;
        heldRequests -= 1;
        if (largest === hold) largest = null;
      },
    };
    return hold;
  }

  return {
    admit: (headBytes, declaredBytes) => {
      const isAlone = heldRequests === 0;
      const fits = heldBytes + headBytes + declaredBytes <= maxHeldBytes;
      if (!isAlone && (!fits || heldRequests >= maxHeldRequests)) return null;
      const hold = createHold();
      heldRequests += 1;
      hold.take(headBytes);
      return hold;
    },
  };
}

/** Wakes one that waits. A ring that nobody waits for is kept, and several are as good as one. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, or at once where one was kept. */
  rung(): Promise<void>;
}

export function createBell(): Bell {
  let isKept = false;
  let wake: (() => void) | null = null;
  return {
    ring: () => {
      if (wake === null) isKept = true;
      wake?.();
      wake = null;
    },
    rung: () =>
      new Promise((resolve) => {
        if (isKept) resolve();
        else wake = resolve;
        isKept = false;
      }),
  };
}

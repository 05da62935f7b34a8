import type { Clock } from '../model/clock.ts';

export interface StoreOptions {
  /** A file, made with mode 0600 where it does not exist, or `:memory:`. */
  readonly path: string;
  /** The file never grows beyond this: what does not fit is refused, not acknowledged. */
  readonly maxSizeBytes?: number | undefined;
  readonly clock?: Clock;
}

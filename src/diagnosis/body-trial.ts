import type { Cause } from './cause.ts';

/** Another body that may have been signed, in parts: a large body is not copied for a newline at its end. */
export interface BodyTrial {
  readonly cause: Cause;
  readonly parts: readonly Uint8Array[];
  readonly fix: string;
}

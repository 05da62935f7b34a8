import type { CaptureQuery } from './library/capture-query.ts';
import { toBeSignedBy } from './library/to-be-signed-by.ts';
import { toHaveReceived, type ToHaveReceivedOptions } from './library/to-have-received.ts';
import type { Provider } from './providers/provider.ts';
import type { Secret } from './signing/scheme.ts';

export type { CaptureQuery } from './library/capture-query.ts';
export type { MatcherContext, MatcherResult } from './library/matcher-context.ts';
export type { ToHaveReceivedOptions } from './library/to-have-received.ts';

/** For `expect.extend(matchers)` of vitest, Jest, or whatever else has it. `webhook-cli/vitest` and `webhook-cli/jest` do it. */
export const matchers = { toHaveReceived, toBeSignedBy };

/** What the matchers add to a runner's `expect`. `R` is what its matchers return, `T` what is expected to be something. */
export interface WebhookMatchers<R, T> {
  /**
   * Whether a receiver (or a list of captures) has got an event so far: an event type or pattern (`deal.*`), or more conditions,
   * of which `body` is a part of the JSON body and may hold asymmetric matchers. At least one, or exactly `times`. One whose
   * signature fails does not count, unless `verdict` says so. To wait for one: `await receiver.waitFor(…)`.
   */
  toHaveReceived(expected: string | CaptureQuery, options?: ToHaveReceivedOptions): R;
  /**
   * Whether a capture, what `forge` makes, or a WHATWG Request carries a signature made with one of the secrets. The provider is
   * the one it names, else found out. For a Request it has to be awaited.
   */
  toBeSignedBy(
    secret: Secret | readonly Secret[],
    provider?: string | Provider,
  ): T extends { arrayBuffer(): Promise<ArrayBuffer> } ? Promise<void> : R;
}

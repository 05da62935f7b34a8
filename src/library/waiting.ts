import { WebhookError } from '../errors.ts';
import type { Capture } from '../model/capture.ts';
import type { Clock } from '../model/clock.ts';
import { formatDuration } from '../model/duration.ts';
import { cameInstead } from './came-instead.ts';
import type { QueryTest } from './capture-query.ts';

export interface WaitOptions {
  /** How long to wait, in milliseconds; 5000 unless given. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait early: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Only what came after this one counts. */
  readonly after?: Capture | undefined;
}

export interface Waiting<C extends Capture> {
  /**
   * Resolves with the first `count` that pass, as soon as they have come.
   * @throws {WebhookError} `ERR_NOT_RECEIVED`, with what came instead.
   */
  wait(name: string, test: QueryTest<C>, count: number, options: WaitOptions): Promise<readonly C[]>;
  /** To be told of a capture when it comes, and again when it changes. */
  notice(capture: C): void;
  /** Ends every wait, as no more will come. */
  end(): void;
}

export interface WaitingTools<C> {
  readonly clock: Clock;
  /** Oldest first. */
  readonly captures: readonly C[];
  /** What else happened, for messages, one sentence each. */
  readonly problems: () => readonly string[];
  /** What to check where nothing came at all. */
  readonly hint: () => string;
}

const TIMEOUT_MS = 5_000;
const CLOSED = 'before the receiver was closed';

interface Waiter<C> {
  look(capture: C): void;
  fail(how: string): void;
}

/** Those who wait for captures that may have come already. */
export function createWaiting<C extends Capture>(tools: WaitingTools<C>): Waiting<C> {
  const { clock, captures } = tools;
  const waiters = new Set<Waiter<C>>();
  let ended = false;

  const wait: Waiting<C>['wait'] = (name, test, count, options) =>
    new Promise((resolve, reject) => {
      const { timeoutMs = TIMEOUT_MS, signal, after } = options;
      const passed = new Set<C>();
      const over = new AbortController();
      // Forgotten meanwhile: then all that is there came after it.
      const since = (): readonly C[] => captures.slice(captures.findIndex((one) => one.id === after?.id) + 1);
      const found = (): readonly C[] => since().filter((capture) => passed.has(capture));
      const settle = (how: () => void): void => {
        waiters.delete(waiter);
        signal?.removeEventListener('abort', abort);
        over.abort();
        how();
      };
      const abort = (): void => settle(() => reject(signal!.reason as Error));
      const waiter: Waiter<C> = {
        look: (capture) => {
          try {
            if (test(capture) === null) passed.add(capture);
          } catch (error) {
            return settle(() => reject(error as Error));
          }
          const all = found();
          if (all.length >= count) settle(() => resolve(all.slice(0, count)));
        },
        fail: (how) => settle(() => reject(notReceived(name, count, found(), since(), test, how, tools))),
      };

      if (signal?.aborted === true) return abort();
      waiters.add(waiter);
      signal?.addEventListener('abort', abort, { once: true });
      for (const capture of since()) {
        if (!over.signal.aborted) waiter.look(capture);
      }
      if (over.signal.aborted) return;
      if (ended) return waiter.fail(CLOSED);
      void clock.sleep(timeoutMs, over.signal).then(() => {
        if (!over.signal.aborted) waiter.fail(`within ${formatDuration(timeoutMs)}`);
      });
    });

  return {
    wait,
    notice: (capture) => {
      for (const waiter of waiters) waiter.look(capture);
    },
    end: () => {
      ended = true;
      for (const waiter of waiters) waiter.fail(CLOSED);
    },
  };
}

function notReceived<C extends Capture>(
  name: string,
  count: number,
  found: readonly C[],
  captures: readonly C[],
  test: QueryTest<C>,
  how: string,
  { problems, hint }: WaitingTools<C>,
): WebhookError {
  const what = count === 1 ? `${name} was not received` : `${found.length} of ${count} ${name} were received`;
  const others = captures.filter((capture) => !found.includes(capture));
  const lines = [...cameInstead(others, test), ...problems().map((problem) => `  ${problem}`)];
  const instead = lines.length === 0 ? '' : '; instead came:';
  const nothing = lines.length === 0 && captures.length === 0;
  return new WebhookError(
    'ERR_NOT_RECEIVED',
    [`${what} ${how}${nothing ? ', and nothing else came' : instead}`, ...lines].join('\n'),
    { hint: nothing ? hint() : undefined },
  );
}

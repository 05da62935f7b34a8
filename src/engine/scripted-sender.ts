import { UsageError } from '../errors.ts';
import type { AttemptError } from '../model/attempt.ts';
import type { Clock } from '../model/clock.ts';
import type { Outcome, Sender } from './sender.ts';

/** What an app that is not there would do, by name. */
const FAILURES: Readonly<Record<string, AttemptError>> = {
  timeout: { code: 'timeout', message: 'no complete answer in time' },
  refused: { code: 'refused', message: 'connection refused' },
  reset: { code: 'reset', message: 'the connection was closed without a complete answer' },
  dns: { code: 'dns', message: 'the host name cannot be resolved' },
  tls: { code: 'tls', message: 'the certificate cannot be trusted' },
};

export const REFUSED: Outcome = { kind: 'failure', error: FAILURES['refused']! };

/**
 * Reads `500,timeout,refused,200`, one outcome for each request, the last of them for all that follow.
 * @throws {UsageError} naming what is no outcome.
 */
export function parseOutcomes(text: string): readonly Outcome[] {
  return text.split(',').map((part) => {
    const word = part.trim().toLowerCase();
    const error = Object.hasOwn(FAILURES, word) ? FAILURES[word] : undefined;
    if (error !== undefined) return { kind: 'failure', error };
    const status = /^[2-5]\d\d$/.test(word) ? Number(word) : Number.NaN;
    if (Number.isNaN(status)) {
      throw new UsageError(
        `"${part.trim()}" is no response (--responses)`,
        `write a status from 200 to 599, or ${Object.keys(FAILURES).join(', ')}: 500,timeout,200`,
      );
    }
    return { kind: 'response', response: { status, headers: [], body: new Uint8Array(), truncated: false } };
  });
}

/** Sends nothing and answers by a script, each URL from its beginning. */
export function createScriptedSender(outcomes: readonly Outcome[]): Sender {
  const sent = new Map<string, number>();
  return {
    send: async ({ url }) => {
      const number = sent.get(url) ?? 0;
      sent.set(url, number + 1);
      return outcomes[Math.min(number, outcomes.length - 1)]!;
    },
    close: async () => {},
  };
}

/** An app that is down until a moment of the engine's clock, and then there: as `there` answers, or with 200. */
export function createDownSender(
  clock: Pick<Clock, 'now'>,
  until: number,
  there: Pick<Sender, 'send'> = createScriptedSender(parseOutcomes('200')),
): Sender {
  return {
    send: async (request, options) => (clock.now() < until ? REFUSED : there.send(request, options)),
    close: async () => {},
  };
}

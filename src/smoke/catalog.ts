import type { AttemptError } from '../model/attempt.ts';
import { formatDuration } from '../model/duration.ts';
import { formsOf, hasContent, writtenForm } from '../signing/describe.ts';
import { failed, passed, skipped, warned } from '../model/check.ts';
import { isAccepted, type RuleFinding } from './judge.ts';
import { isAcknowledged, MOST_TIMEOUTS, sendInTurn, type Exchange, type Session } from './session.ts';

/** What came of one event of each type. */
export interface CatalogRun {
  readonly exchanges: readonly Exchange[];
  /** Event types that were not sent, as the app hung. */
  readonly untried: readonly string[];
}

const BETWEEN_TRIES_MS = 250;
/** What tells that no request would come through, whatever it holds. */
const OUT_OF_REACH = new Set<AttemptError['code']>(['refused', 'dns', 'tls', 'network', 'invalid-response']);

/** Sends one event of each type. The first is sent again, the same bytes, until the app is up or `waitMs` have passed. */
export async function sendCatalog(
  session: Session,
  eventTypes: readonly string[],
  waitMs: number,
): Promise<CatalogRun> {
  let isFirst = true;
  const exchanges = await sendInTurn(
    eventTypes,
    async (eventType) => {
      if (!isFirst) return session.send(await session.forge(eventType), eventType);
      isFirst = false;
      return sendUntilUp(session, eventType, waitMs);
    },
    isOutOfReach,
  );
  return { exchanges, untried: eventTypes.slice(exchanges.length) };
}

/** The error of the very first request, where no other would do better. */
export function outOfReach({ exchanges: [first] }: CatalogRun): AttemptError | null {
  return first !== undefined && isOutOfReach(first) ? first.error : null;
}

function isOutOfReach({ error }: Exchange): boolean {
  return error !== null && OUT_OF_REACH.has(error.code);
}

async function sendUntilUp(session: Session, eventType: string, waitMs: number): Promise<Exchange> {
  const { clock, signal } = session.tools;
  const { timeoutMs } = session.subject;
  const request = await session.forge(eventType);
  const end = clock.now() + waitMs;
  for (;;) {
    const rest = end - clock.now();
    const exchange = await session.send(request, eventType);
    if (!isStarting(exchange) || rest <= 0) return exchange;
    await clock.sleep(Math.min(BETWEEN_TRIES_MS, rest, timeoutMs), signal);
  }
}

/** No answer, or that of a proxy before an app that is not up. */
function isStarting({ status }: Exchange): boolean {
  return status === null || (status >= 502 && status <= 504);
}

export const UNTRIED: RuleFinding = skipped(
  `not tried: the app gave no answer ${MOST_TIMEOUTS} times in a row`,
  'look at why it hangs; --timeout waits longer',
);

export const NO_GROUND: RuleFinding = skipped('not checked: the app acknowledged no correct delivery');

/**
 * Where no event is acknowledged: whether the app wants the signature in another form than the provider sends, which looks
 * like another secret from outside.
 */
export async function explainRefusals(
  session: Session,
  exchanges: readonly Exchange[],
): Promise<string | null> {
  const { provider, secret } = session.subject;
  const [first] = exchanges;
  if (first?.eventType == null || secret === null) return null;
  if (!exchanges.every(({ status }) => status === 400 || status === 401 || status === 403)) return null;
  const scheme = provider.signature.value;
  if (!hasContent(scheme)) return null;
  const [sent, ...others] = formsOf(scheme);
  for (const form of others) {
    const exchange = await session.send(await session.forge(first.eventType, { form }), first.eventType);
    if (!isAcknowledged(exchange, provider)) continue;
    return `the app takes the signature as ${writtenForm(scheme, form)}, and ${provider.name} sends ${writtenForm(scheme, sent)}`;
  }
  return null;
}

/** R07: all answers within the provider's deadline, and well within it. */
export function judgeSpeed(
  exchanges: readonly Exchange[],
  { name, deadlineMs, timeoutMs }: Session['subject']['provider'],
): RuleFinding {
  const timed = exchanges.filter(({ status, error }) => status !== null || error?.code === 'timeout');
  const limit = deadlineMs.value ?? timeoutMs.value;
  const late = timed.filter(({ durationMs, error }) => durationMs > limit || error?.code === 'timeout');
  // A refusal is soon said, and tells nothing of the work.
  if (late.length === 0 && !timed.some(isAccepted)) return NO_GROUND;
  const slowest = timed.reduce((most, one) => (one.durationMs > most.durationMs ? one : most));
  const seen = `slowest: ${slowest.eventType} with ${formatDuration(slowest.durationMs)} of ${formatDuration(limit)}`;
  const hint = `answer first and do the work afterwards: ${name} ${deadlineMs.value === null ? 'waits' : 'wants an answer within'} ${formatDuration(limit)}`;
  if (late.length > 0) return failed(`${late.length} of ${timed.length} took too long; ${seen}`, hint);
  if (slowest.durationMs > limit / 2) return warned(`more than half of the time was used; ${seen}`, hint);
  return passed(seen);
}

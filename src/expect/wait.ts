import type { CaptureSummary } from '../model/capture.ts';
import type { Clock } from '../model/clock.ts';
import type { CaptureFilter, Store } from '../store/store.ts';
import type { BodyTest } from './body-test.ts';
import { createTally, unexpected, type Expectation, type ExpectationReport } from './expectation.ts';
import { mismatch } from './match.ts';
import { createNews } from './news.ts';

export interface Wanted {
  /** `since` is left out where only what comes from now on counts. */
  readonly filter: CaptureFilter;
  /** Empty where any capture that passes the filter is wanted. */
  readonly expectations: readonly Expectation[];
  /** How many, where there are no expectations. */
  readonly count: number;
  readonly test: BodyTest | undefined;
  /** Null where it is waited without end. 0 looks once. */
  readonly timeoutMs: number | null;
}

export interface Waited {
  readonly report: ExpectationReport;
  /** Those that counted, in the order in which they came. */
  readonly captures: readonly CaptureSummary[];
  /** Those before the wait that would have counted, where it was in vain and these were not looked at. */
  readonly earlier: { readonly count: number; readonly isMore: boolean; readonly newestAt: number } | null;
}

const LOOK_EVERY_MS = 25;
const MOST_EARLIER = 200;

/** Waits until a store holds what is wanted, whichever process writes it, or until the timeout or the signal. */
export async function waitForCaptures(
  store: Pick<Store, 'captures' | 'changes'>,
  wanted: Wanted,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Waited> {
  const start = clock.now();
  const deadline = wanted.timeoutMs === null ? Number.POSITIVE_INFINITY : start + wanted.timeoutMs;
  const judge = createJudge(store, wanted);
  const filter = { ...wanted.filter, since: wanted.filter.since ?? start };
  const news = createNews(store.captures, filter.since);
  const tally = createTally(
    wanted.expectations.length > 0
      ? wanted.expectations
      : [{ provider: filter.provider ?? null, type: filter.type ?? '*', count: wanted.count }],
  );
  const passed: CaptureSummary[] = [];
  /** Those that would do if they were answered so. Their answers are recorded behind them. */
  const unanswered = new Map<string, CaptureSummary>();

  async function take(capture: CaptureSummary): Promise<void> {
    if (tally.isMet()) return;
    unanswered.delete(capture.id);
    const why = await judge(capture, filter);
    if (why === NOT_ANSWERED) unanswered.set(capture.id, capture);
    else {
      tally.count(capture, why);
      if (why === null) passed.push(capture);
    }
  }

  async function look(): Promise<void> {
    for (const { id, bodySize } of unanswered.values()) {
      const capture = await store.captures.get(id);
      if (capture === null) unanswered.delete(id);
      else if (capture.response !== null) {
        const { headers: _, body: __, ...facts } = capture;
        await take({ ...facts, bodySize });
      }
    }
    for await (const captures of news()) {
      for (const capture of captures) await take(capture);
      if (tally.isMet()) return;
    }
  }

  let mark: string | null = null;
  for (;;) {
    const isLast = clock.now() >= deadline || signal.aborted;
    const present = await store.changes();
    if (present !== mark) {
      mark = present;
      await look();
    }
    if (tally.isMet() || isLast) break;
    await clock.sleep(Math.max(0, Math.min(LOOK_EVERY_MS, deadline - clock.now())), signal);
  }
  for (const capture of unanswered.values()) tally.count(capture, 'not answered yet');
  const report = tally.report();
  const isInVain = !report.isMet && passed.length === 0 && wanted.filter.since === undefined;
  return {
    report,
    captures: passed.toSorted((one, other) => one.receivedAt - other.receivedAt),
    earlier: isInVain ? await countEarlier(store, wanted.filter, start, judge) : null,
  };
}

const NOT_ANSWERED = Symbol('not answered');

/** Why a capture is not wanted, null where it is. */
type Judge = (capture: CaptureSummary, filter: CaptureFilter) => Promise<string | null | typeof NOT_ANSWERED>;

function createJudge({ captures }: Pick<Store, 'captures'>, { expectations, test }: Wanted): Judge {
  return async (capture, { text, status, ...filter }) => {
    const why =
      mismatch(filter, capture) ?? (expectations.length > 0 ? unexpected(expectations, capture) : null);
    if (why !== null) return why;
    if (text !== undefined && !(await holdsWords(captures, capture, text))) {
      return 'the words searched for are not in it';
    }
    if (test !== undefined) {
      const whole = await captures.get(capture.id);
      const problem = whole === null ? 'it has been deleted' : test(whole);
      if (problem !== null) return problem;
    }
    if (status === undefined) return null;
    return capture.response === null ? NOT_ANSWERED : mismatch({ status }, capture);
  };
}

async function holdsWords(
  captures: Pick<Store['captures'], 'list'>,
  { id, receivedAt }: CaptureSummary,
  text: string,
): Promise<boolean> {
  const found = await captures.list({ text, since: receivedAt, until: receivedAt + 1 }, { limit: 10_000 });
  return found.captures.some((capture) => capture.id === id);
}

async function countEarlier(
  { captures }: Pick<Store, 'captures'>,
  filter: CaptureFilter,
  start: number,
  judge: Judge,
): Promise<Waited['earlier']> {
  const until = Math.min(filter.until ?? start, start);
  const page = await captures.list({ ...filter, until }, { limit: MOST_EARLIER });
  const times: number[] = [];
  for (const capture of page.captures) {
    if ((await judge(capture, filter)) === null) times.push(capture.receivedAt);
  }
  if (times.length === 0) return null;
  return { count: times.length, isMore: page.nextCursor !== null, newestAt: Math.max(...times) };
}

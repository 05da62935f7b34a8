import { UsageError } from '../errors.ts';
import type { Capture } from '../model/capture.ts';
import { fitsPattern } from '../model/pattern.ts';

/** What has to come: so many events of a type. */
export interface Expectation {
  /** Null where any provider will do. */
  readonly provider: string | null;
  /** An event type, or a pattern in which `*` stands for any text. */
  readonly type: string;
  readonly count: number;
}

/** Why a capture is not what is wanted, in a few words; null where it is. */
export type CaptureTest = (capture: Capture) => string | null;

export interface Instead {
  readonly provider: string | null;
  /** The event type; for a capture without one, its method and path. */
  readonly what: string;
  readonly why: string;
  readonly count: number;
}

export interface ExpectationReport {
  readonly isMet: boolean;
  readonly expectations: readonly (Expectation & { readonly received: number })[];
  /** What came and was not expected, most first. */
  readonly instead: readonly Instead[];
}

export interface Tally {
  /** Counts a capture. Whether it was one of those expected. */
  add(capture: Capture): boolean;
  /** Counts one of which it is known whether it is wanted: `why` not, or null. */
  count(capture: CaptureFacts, why: string | null): void;
  isMet(): boolean;
  report(): ExpectationReport;
}

/** What is known of a capture without its headers and body. */
type CaptureFacts = Omit<Capture, 'headers' | 'body'>;

const MOST = 1_000_000;
/** So many kinds of what else came are told apart: who sends may make up any number of them. */
const MOST_KINDS = 1_000;
const OTHERS = { provider: null, what: 'others', why: 'not told apart' };

/**
 * Reads `iverton:deal.won x2`, `deal.*`, `iverton:* x3`. What stands before the first colon is a provider only if it is one:
 * event types may hold colons too.
 * @throws {UsageError}
 */
export function parseExpectation(text: string, isProvider: (id: string) => boolean): Expectation {
  const match = /^\s*(\S+)(?:\s+x(\d+))?\s*$/.exec(text);
  const count = Number(match?.[2] ?? 1);
  if (match === null || count < 1 || count > MOST) {
    throw new UsageError(`"${text}" cannot be expected`, "write it like 'iverton:deal.won x2'");
  }
  const what = match[1]!;
  const colon = what.indexOf(':');
  const head = what.slice(0, Math.max(0, colon));
  return isProvider(head)
    ? { provider: head, type: what.slice(colon + 1) || '*', count }
    : { provider: null, type: what, count };
}

/** `iverton:deal.won`. */
export function expectationName({ provider, type }: Expectation): string {
  return provider === null ? type : `${provider}:${type}`;
}

/**
 * Counts what comes against what is expected. A capture whose signature fails is not what was expected, whatever it says;
 * one that fits several expectations counts for each.
 */
export function createTally(expectations: readonly Expectation[], test: CaptureTest = () => null): Tally {
  const received = expectations.map(() => 0);
  const instead = new Map<string, Instead>();
  const isMet = (): boolean => expectations.every(({ count }, index) => received[index]! >= count);

  function count(capture: CaptureFacts, why: string | null): void {
    if (why === null) {
      expectations.forEach((expectation, index) => {
        if (fits(expectation, capture)) received[index]! += 1;
      });
      return;
    }
    const { provider } = capture;
    const what = capture.eventType ?? `${capture.method} ${capture.path}`;
    const key = JSON.stringify([provider, what, why]);
    const isKnown = instead.has(key) || instead.size < MOST_KINDS;
    const kind = isKnown ? { provider, what, why } : OTHERS;
    const kindKey = isKnown ? key : '';
    instead.set(kindKey, { ...kind, count: (instead.get(kindKey)?.count ?? 0) + 1 });
  }

  return {
    add: (capture) => {
      const why = unexpected(expectations, capture) ?? test(capture);
      count(capture, why);
      return why === null;
    },
    count,
    isMet,
    report: () => ({
      isMet: isMet(),
      expectations: expectations.map((expectation, index) => ({
        ...expectation,
        received: received[index]!,
      })),
      instead: [...instead.values()].toSorted((one, other) => other.count - one.count),
    }),
  };
}

/** Why a capture is none of those expected, whatever its body says; null where it is. */
export function unexpected(expectations: readonly Expectation[], capture: CaptureFacts): string | null {
  if (!expectations.some((expectation) => fits(expectation, capture))) return 'not expected';
  return capture.verdict?.ok === false ? capture.verdict.message : null;
}

function fits({ provider, type }: Expectation, capture: CaptureFacts): boolean {
  if (provider !== null && capture.provider !== provider) return false;
  return type === '*' || (capture.eventType !== null && fitsPattern(type, capture.eventType));
}

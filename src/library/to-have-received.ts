import type { Capture } from '../model/capture.ts';
import { cameInstead } from './came-instead.ts';
import { asQuery, createQueryTest, queryName, type CaptureQuery } from './capture-query.ts';
import type { MatcherContext, MatcherResult } from './matcher-context.ts';

export interface ToHaveReceivedOptions {
  /** Exactly so many; at least one unless given. */
  readonly times?: number;
}

/** Whether a receiver has got, so far, what a query asks for. */
export function toHaveReceived(
  this: MatcherContext,
  received: unknown,
  wanted: string | CaptureQuery,
  { times }: ToHaveReceivedOptions = {},
): MatcherResult {
  const captures = capturesOf(received);
  if (times !== undefined && !(Number.isInteger(times) && times >= 0)) {
    throw new TypeError(`times is a whole number from 0 on, not ${String(times)}`);
  }
  const query = asQuery<CaptureQuery>(wanted);
  // oxlint-disable-next-line oxc/no-this-in-exported-function -- a runner calls a matcher with its context
  const { equals, customTesters = [] } = this;
  const test = createQueryTest(query, (actual, expected) => equals(actual, expected, customTesters));
  const passed = captures.filter((capture) => test(capture) === null);
  const pass = times === undefined ? passed.length > 0 : passed.length === times;
  return {
    pass,
    message: () => {
      const count = times === undefined ? '' : ` ${often(times)}`;
      const expected = `expected ${queryName(query)} ${pass ? 'not ' : ''}to have been received${count}`;
      const came = passed.length === 0 ? 'it never came' : `it came ${often(passed.length)}`;
      const others = captures.filter((capture) => !passed.includes(capture));
      return [
        `${expected}, and ${captures.length === 0 ? 'nothing came' : came}`,
        ...section('it came as:', pass ? cameInstead(passed, () => null) : []),
        ...section(
          passed.length === 0 ? 'instead came:' : 'besides came:',
          pass ? [] : cameInstead(others, test),
        ),
      ].join('\n');
    },
  };
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function often(times: number): string {
  return times === 1 ? 'once' : times === 2 ? 'twice' : `${times} times`;
}

function capturesOf(received: unknown): readonly Capture[] {
  const list: unknown =
    typeof received === 'object' && received !== null && 'captures' in received
      ? received.captures
      : received;
  if (Array.isArray(list)) return list as readonly Capture[];
  throw new TypeError('toHaveReceived is for a receiver that createReceiver made, or for a list of captures');
}

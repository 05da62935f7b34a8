import { explained } from '../diagnosis/explained.ts';
import { matches } from '../expect/match.ts';
import type { Capture } from '../model/capture.ts';
import { printable } from '../model/printable.ts';
import { bodyText } from './http-message.ts';
import type { ReceivedCapture } from './received-capture.ts';
import { equals, findDifference, type Equals } from './subset.ts';

/** What a capture has to be; a condition that is left out holds always. */
export interface CaptureQuery<C extends Capture = Capture> {
  /** A provider's id. */
  readonly provider?: string;
  /** An event type, or a pattern in which `*` stands for any text: `deal.*`. */
  readonly type?: string;
  /**
   * `ok`, `failed`, `none` (not verified), a verdict's reason, or `any`. Left out, a capture whose signature fails does not
   * count: it is not what was meant, whatever it says.
   */
  readonly verdict?: string;
  /** The status it was answered with, or a class such as `2xx`: holds once it has been answered. */
  readonly status?: string | number;
  readonly method?: string;
  /** How the request target begins. */
  readonly path?: string;
  /**
   * A part of the JSON body: objects may hold more, arrays have the same length. Asymmetric matchers of a test runner work
   * (`expect.any(Number)`).
   */
  readonly body?: unknown;
  readonly test?: (capture: C) => boolean;
}

/** Why a capture is not what is wanted, in a few words; null where it is. */
export type QueryTest<C extends Capture = Capture> = (capture: C) => string | null;

const MOST_SHOWN = 80;

export function asQuery<Q extends CaptureQuery<never>>(query: string | Q): Q {
  return typeof query === 'string' ? ({ type: query } as Q) : query;
}

/** `deal.won`, `a POST to /hooks`, for messages. */
export function queryName({ provider, type, method, path }: CaptureQuery<never>): string {
  const request = [method?.toUpperCase(), path].filter((part) => part !== undefined).join(' ');
  const words = [provider, type ?? (request === '' ? undefined : request)];
  const name = words.filter((word) => word !== undefined).join(' ');
  return name === '' ? 'a request' : printable(name);
}

/** A query as a test, each condition with its own reason, the plainest first. */
export function createQueryTest<C extends Capture>(
  query: CaptureQuery<C>,
  equal: Equals = equals,
): QueryTest<C> {
  const { provider, type, verdict, method, path, body, test } = query;
  const status = query.status === undefined ? undefined : String(query.status);
  return (capture) => {
    if (provider !== undefined && !matches({ provider }, capture)) {
      return capture.provider === null ? 'of no known provider' : 'of another provider';
    }
    if (type !== undefined && !matches({ type }, capture)) {
      return capture.eventType === null ? 'no event type' : 'another event type';
    }
    if (method !== undefined && !matches({ method }, capture)) return `the method is ${capture.method}`;
    if (path !== undefined && !matches({ path }, capture)) return `the path is ${shorten(capture.path)}`;
    const refused = refusedVerdict(verdict, capture);
    if (refused !== null) return refused;
    if (status !== undefined && !matches({ status }, capture)) return statusOf(capture);
    if ('body' in query) {
      const problem = bodyProblem(capture, body, equal);
      if (problem !== null) return problem;
    }
    return test === undefined || test(capture) ? null : 'the test says no';
  };
}

/** One that a receiver handed out knows why its signature fails. */
type Explained = Capture & Partial<Pick<ReceivedCapture, 'diagnosis'>>;

function refusedVerdict(wanted: string | undefined, capture: Explained): string | null {
  const { verdict } = capture;
  if (wanted === 'any') return null;
  if (wanted === undefined) {
    return verdict?.ok === false ? (explained(capture.diagnosis?.() ?? [])?.fix ?? verdict.message) : null;
  }
  if (matches({ verdict: wanted }, capture)) return null;
  return verdict === null ? 'it was not verified' : `the verdict is ${verdict.reason}: ${verdict.message}`;
}

function statusOf({ response }: Capture): string {
  if (response === null) return 'it has not been answered';
  return response.status === null ? 'the connection was dropped' : `it was answered ${response.status}`;
}

function bodyProblem(capture: Capture, expected: unknown, equal: Equals): string | null {
  let json: unknown;
  try {
    json = JSON.parse(bodyText(capture)) as unknown;
  } catch {
    return capture.body.length === 0 ? 'the body is empty' : 'the body is not JSON';
  }
  const found = findDifference(json, expected, equal);
  if (found === null) return null;
  const place = found.path === '' ? 'the body' : printable(found.path);
  return found.actual === undefined
    ? `there is no ${place}`
    : `${place} is ${show(found.actual)}, not ${show(found.expected)}`;
}

/** A value in a message: asymmetric matchers by their own words, everything else as JSON. */
function show(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'asymmetricMatch' in value) {
    const named = value as { toAsymmetricMatcher?: () => string };
    if (typeof named.toAsymmetricMatcher === 'function') return shorten(named.toAsymmetricMatcher());
  }
  try {
    return shorten(JSON.stringify(value) ?? String(value));
  } catch {
    return shorten(String(value));
  }
}

function shorten(text: string): string {
  const letters = Array.from(text.slice(0, MOST_SHOWN * 2));
  return printable(letters.length > MOST_SHOWN ? `${letters.slice(0, MOST_SHOWN - 1).join('')}…` : text);
}

import { UsageError } from '../errors.ts';
import type { Clock } from '../model/clock.ts';
import { headerValue, withHeader, type Header } from '../model/request.ts';
import { plainAnswer, type Answer, type Answerer } from '../receiver/answer.ts';
import { parseRespondScript, scriptedAnswers } from '../receiver/respond.ts';
import { bodyBytes, headerList, type HeadersOption } from './options.ts';

/** An answer in full. */
export interface ReplyParts {
  /** 200 unless given. */
  readonly status?: number;
  readonly headers?: HeadersOption;
  /** Bytes and text as they are, everything else as JSON. */
  readonly body?: unknown;
}

/**
 * What a receiver answers: a status, a script (`500,500,200`, `delay:2s`, `drop`, `503+delay:1s`; one step a request, the last
 * one repeats), an answer in full, or a WHATWG Response.
 */
export type FixedReply = number | string | ReplyParts | Response;

/** The same, or a function of the capture that says it. */
export type Reply<C> = FixedReply | ((capture: C) => FixedReply | Promise<FixedReply>);

/** Answers one request, about which more is known by then. */
export type CaptureAnswerer<C> = (capture: C, ...request: Parameters<Answerer>) => Promise<Answer>;

/**
 * How to answer.
 * @throws {UsageError} for what is no answer. Where a function throws, what this returns rejects.
 */
export function createReplies<C>(reply: Reply<C>, clock: Clock): CaptureAnswerer<C> {
  if (typeof reply !== 'function') return ignoringCapture(fixed(reply, clock));
  return async (capture, request, signal) => {
    const gone = aborted(signal);
    const made = await Promise.race([Promise.resolve(reply(capture)), gone]);
    return made === GONE ? { kind: 'drop' } : fixed(made as FixedReply, clock)(request, signal);
  };
}

const GONE = Symbol('gone');

function aborted(signal: AbortSignal): Promise<typeof GONE> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(GONE);
    signal.addEventListener('abort', () => resolve(GONE), { once: true });
  });
}

function ignoringCapture<C>(answer: Answerer): CaptureAnswerer<C> {
  return (_capture, request, signal) => answer(request, signal);
}

function fixed(reply: FixedReply, clock: Clock): Answerer {
  if (typeof reply === 'number' || typeof reply === 'string') {
    return scriptedAnswers(readScript(String(reply)), clock);
  }
  if (typeof reply !== 'object' || reply === null) {
    throw new UsageError(
      `${String(reply)} is not an answer`,
      'give a status, a script, an object or a Response',
    );
  }
  if (isResponse(reply)) {
    // Its body can be read once, and it may answer many requests.
    let answer: Promise<Answer> | undefined;
    return () => (answer ??= readResponse(reply));
  }
  const answer = answerOf(reply);
  return async () => answer;
}

function readScript(script: string): ReturnType<typeof parseRespondScript> {
  try {
    return parseRespondScript(script);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // It speaks of the command's option.
    const message = error.message
      .replace(/ in --respond .* is not/, ' is not')
      .replace(/ \(--respond .*\)$/, '');
    throw new UsageError(message, error.hint);
  }
}

/** Of any make: an app may bring its own. */
function isResponse(reply: ReplyParts | Response): reply is Response {
  return 'arrayBuffer' in reply && typeof reply.arrayBuffer === 'function';
}

async function readResponse(response: Response): Promise<Answer> {
  if (response.type === 'error') return { kind: 'drop' };
  const body = new Uint8Array(await response.arrayBuffer());
  return sized(response.status, [...response.headers], body);
}

function answerOf({ status = 200, headers, body }: ReplyParts): Answer {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new UsageError(`${status} is not a status to answer with`, 'give one from 200 to 599');
  }
  const list = headerList(headers);
  if (body === undefined) return sized(status, list, new Uint8Array());
  const type =
    typeof body === 'string'
      ? 'text/plain; charset=utf-8'
      : body instanceof Uint8Array
        ? 'application/octet-stream'
        : 'application/json';
  const own = headerValue(list, 'content-type') !== undefined;
  return sized(status, own ? list : [...list, ['Content-Type', type]], bodyBytes(body, 'the body'));
}

function sized(status: number, headers: readonly Header[], body: Uint8Array): Answer {
  if (status === 204 || status === 304) return plainAnswer(status, '', headers);
  const length = String(body.length);
  return { kind: 'response', status, headers: withHeader(headers, 'Content-Length', length), body };
}

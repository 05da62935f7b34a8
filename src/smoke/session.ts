import type { Breakage } from '../forge/break.ts';
import { renderMessage, renderRequest, type PayloadOptions } from '../forge/forge.ts';
import type { Message } from '../forge/message.ts';
import type { Sender } from '../engine/sender.ts';
import type { AttemptError } from '../model/attempt.ts';
import type { Clock } from '../model/clock.ts';
import type { RandomBytes } from '../model/id.ts';
import type { Header, OutgoingRequest } from '../model/request.ts';
import { isSuccess, type Provider } from '../providers/provider.ts';
import type { Secret, SignatureForm } from '../signing/scheme.ts';
import { createExcerpts } from './excerpt.ts';

/** What is sent, and to whom. */
export interface Subject {
  readonly provider: Provider;
  readonly url: string;
  /** Null sends unsigned, where the provider allows that. */
  readonly secret: Secret | null;
  /** Sent besides the provider's own headers, and instead of those of the same name. */
  readonly headers: readonly Header[];
  readonly timeoutMs: number;
  /** Never to stand in a report, though an app may give it back in its answer. */
  readonly confidential: readonly Secret[];
}

export interface Tools {
  readonly sender: Pick<Sender, 'send'>;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly signal?: AbortSignal | undefined;
}

/** One request and what came of it. */
export interface Exchange {
  readonly eventType: string | null;
  readonly request: OutgoingRequest;
  /** Null where there was no answer. */
  readonly status: number | null;
  /** Null where there was one. */
  readonly error: AttemptError | null;
  /** The beginning of the answer's body, on one line, fit for a report. */
  readonly excerpt: string;
  readonly durationMs: number;
}

/** How a request differs from the correct delivery of a catalog event. */
export interface Change {
  readonly payload?: PayloadOptions;
  /** What is changed before it is signed. */
  readonly edit?: (message: Message) => Message;
  /** Headers instead of the provider's of the same name. */
  readonly headers?: readonly Header[];
  readonly form?: SignatureForm;
  readonly breakage?: Breakage;
  /** What is changed after it was signed. */
  readonly alter?: (request: OutgoingRequest) => OutgoingRequest;
}

export interface Session {
  readonly subject: Subject;
  readonly tools: Tools;
  /** Forges a new event. */
  forge(eventType: string, change?: Change): Promise<OutgoingRequest>;
  /** @throws {Interrupted} once the signal aborts. */
  send(request: OutgoingRequest, eventType?: string | null, timeoutMs?: number): Promise<Exchange>;
}

/** Thrown through all that is under way, when a person has had enough. */
export class Interrupted extends Error {}

export function createSession(subject: Subject, tools: Tools): Session {
  const { provider, url, secret, timeoutMs, confidential } = subject;
  const { sender, clock, randomBytes, signal } = tools;
  const excerptOf = createExcerpts(confidential);
  const send: Session['send'] = async (request, eventType = null, limitMs = timeoutMs) => {
    const begun = clock.now();
    const outcome = await sender.send(request, {
      timeoutMs: limitMs,
      ...(signal === undefined ? {} : { signal }),
    });
    if (signal?.aborted) throw new Interrupted();
    const durationMs = Math.max(0, clock.now() - begun);
    return outcome.kind === 'response'
      ? {
          eventType,
          request,
          status: outcome.response.status,
          error: null,
          excerpt: excerptOf(outcome.response),
          durationMs,
        }
      : { eventType, request, status: null, error: outcome.error, excerpt: '', durationMs };
  };
  return {
    subject,
    tools,
    send,
    forge: async (eventType, { payload = {}, edit, headers = [], form, breakage, alter } = {}) => {
      const world = { now: clock.now(), randomBytes };
      const message = await renderMessage(provider, eventType, payload, world);
      const request = renderRequest(
        edit === undefined ? message : edit(message),
        { url, secret, headers: merged(subject.headers, headers), form, breakage, keepsTime: false },
        world,
      );
      return alter === undefined ? request : alter(request);
    },
  };
}

function merged(own: readonly Header[], instead: readonly Header[]): Header[] {
  const names = new Set(instead.map(([name]) => name.toLowerCase()));
  return [...own.filter(([name]) => !names.has(name.toLowerCase())), ...instead];
}

/** Whether the provider counts it as delivered. */
export function isAcknowledged({ status }: Exchange, { success }: Provider): boolean {
  return status !== null && isSuccess(success.value, status);
}

/** So many requests in a row without an answer in time, and no more are tried. */
export const MOST_TIMEOUTS = 3;

/**
 * Sends one after the other: an app under test is small, and what it answers to one request should not hang on another.
 * Stops where the app hangs, or where already the first is hopeless.
 */
export async function sendInTurn<Item>(
  items: readonly Item[],
  send: (item: Item) => Promise<Exchange>,
  isHopeless: (first: Exchange) => boolean = () => false,
): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  for (const item of items) {
    exchanges.push(await send(item));
    if (exchanges.length === 1 && isHopeless(exchanges[0]!)) break;
    const last = exchanges.slice(-MOST_TIMEOUTS);
    if (last.length === MOST_TIMEOUTS && last.every(({ error }) => error?.code === 'timeout')) break;
  }
  return exchanges;
}

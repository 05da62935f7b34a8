import { randomBytes } from 'node:crypto';
import type { Diagnosis } from '../diagnosis/cause.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { contextFor } from '../diagnosis/known-secrets.ts';
import { UsageError, WebhookError } from '../errors.ts';
import { createBodyTest } from '../expect/body-test.ts';
import type { Capture } from '../model/capture.ts';
import { systemClock } from '../model/clock.ts';
import type { Header } from '../model/request.ts';
import { acknowledge, plainAnswer, type Answer, type Answerer } from '../receiver/answer.ts';
import { forwardTo } from '../receiver/forward.ts';
import { startReceiver } from '../receiver/receiver.ts';
import { openStore } from '../store/open.ts';
import { asQuery, createQueryTest, queryName, type CaptureQuery, type QueryTest } from './capture-query.ts';
import { createMemoryKeeper, type CaptureKeeper } from './memory-captures.ts';
import { targetUrl, toProvider, type Target } from './options.ts';
import { ReceivedCapture } from './received-capture.ts';
import { readSecrets, withOwn, type ReceiverSettings } from './receiver-settings.ts';
import { createReplies, type CaptureAnswerer, type Reply } from './replies.ts';
import { createWaiting, type WaitOptions } from './waiting.ts';

export interface ReceiverQuery extends CaptureQuery<ReceivedCapture> {
  /** Conditions on the JSON body as `--where` has them: `data.amount>=10`. All must hold. */
  readonly where?: string | readonly string[];
}

/** Receives webhooks for a test, until closed. While it is open it keeps its process alive. */
export interface Receiver {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /** All that came since it was made or reset, oldest first: there before it is answered. The array grows. */
  readonly captures: readonly ReceivedCapture[];
  /** What functions given to `respondWith` threw; each was answered 500. */
  readonly errors: readonly unknown[];
  /**
   * Waits for a capture: an event type or pattern (`deal.*`), or more conditions. One that has come already will do. One whose
   * signature fails does not count, unless `verdict` says so.
   * @throws {WebhookError} `ERR_NOT_RECEIVED` after `timeoutMs` (5000 ms unless given) or when the receiver is closed, with what
   * came instead and why it would not do; {UsageError} for conditions that make no sense.
   */
  waitFor(query: string | ReceiverQuery, options?: WaitOptions): Promise<ReceivedCapture>;
  /** Waits for so many, which it resolves with, oldest first. */
  waitFor(
    query: string | ReceiverQuery,
    options: WaitOptions & { readonly count: number },
  ): Promise<readonly ReceivedCapture[]>;
  /**
   * How to answer from now on. Where a function throws, the request is answered 500, the error stands in `errors`, and `close`
   * rejects with it.
   * @throws {UsageError} for what is no answer.
   */
  respondWith(reply: Reply<ReceivedCapture>): void;
  /**
   * Passes every request on from now on, and its answer back: the identical bytes.
   * @throws {UsageError} for what is no URL.
   */
  forwardTo(to: Target, options?: { readonly timeoutMs?: number }): void;
  /** Forgets what came, and answers as it was made to. Errors that `close` has to tell of stay. */
  reset(): void;
  /**
   * Answers what is under way, for a second at most, and resolves when every socket and the database are closed.
   * @throws {WebhookError} `ERR_ANSWER` where a function given to `respondWith` threw, with the first error as its cause. All is
   * closed by then.
   */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const MAX_BODY_BYTES = 25_000_000;
const REQUEST_TIMEOUT_MS = 300_000;
const FORWARD_TIMEOUT_MS = 30_000;
/** How long closing waits for answers under way: an app whose request was just seen has yet to get its 200. */
const DRAIN_MS = 1_000;

/**
 * Starts a receiver on a free port of this machine, in memory. Any number may be open in one process.
 * @throws {ListenError} where the port cannot be taken; {WebhookError} `ERR_UNKNOWN_PROVIDER`; {UsageError} `ERR_NO_SECRET` where
 * `strict` has nothing to verify with; {StoreError} where the database cannot be opened.
 */
export async function createReceiver(settings: ReceiverSettings = {}): Promise<Receiver> {
  const clock = systemClock;
  const provider = settings.provider === undefined ? null : await toProvider(settings.provider);
  const providers = await withOwn(provider);
  const secretsFor = readSecrets(settings, provider);
  const usual: CaptureAnswerer<ReceivedCapture> =
    settings.respond === undefined
      ? (_capture, ...request) => acknowledge(...request)
      : createReplies(settings.respond, clock);
  const captures: ReceivedCapture[] = [];
  const errors: unknown[] = [];
  const problems: string[] = [];
  const forwards: { close(): void }[] = [];
  const byHeaders = new WeakMap<readonly Header[], ReceivedCapture>();
  const byId = new Map<string, ReceivedCapture>();
  let answer: CaptureAnswerer<ReceivedCapture> = usual;
  let hasOwnAnswer = settings.respond !== undefined;
  let closing: Promise<void> | undefined;
  const waiting = createWaiting<ReceivedCapture>({
    clock,
    captures,
    problems: () => [...problems, ...errors.map((error) => `an answer threw: ${String(error)}`)],
    hint: () => `it listens at ${server.url}: is that where the app sends to?`,
  });

  const memory = createMemoryKeeper();
  const store = settings.database === undefined ? null : await openStore({ path: settings.database });
  const server = await startReceiver({
    host: settings.host ?? '127.0.0.1',
    port: settings.port ?? 0,
    providers,
    provider,
    secretsFor,
    maxBodyBytes: settings.maxBodyBytes ?? MAX_BODY_BYTES,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    captures: telling(store?.captures ?? memory),
    answer: answerCapture,
    handshakes: { answers: () => !hasOwnAnswer, verifyToken: settings.verifyToken },
    publicUrl: () => settings.publicUrl,
    strict: settings.verify === 'strict',
    enforceIp: false,
    clock,
    randomBytes: (size) => randomBytes(size),
    onEvent: (event) => {
      if (event.type === 'refused') problems.push(`no complete request: ${event.refused.message}`);
      if (event.type === 'error') problems.push(`a request was not kept: ${String(event.error)}`);
    },
  }).catch(async (error: unknown) => {
    await store?.close();
    throw error;
  });

  function diagnosed(capture: Omit<Capture, 'duplicateOf' | 'response'>): readonly Diagnosis[] {
    const sender = providers.find(({ id }) => id === capture.provider);
    if (sender === undefined || capture.verdict?.ok !== false) return [];
    const context = contextFor(sender, { providers, secretsFor }, capture.receivedAt);
    return diagnose(capture, sender, secretsFor(sender.id), context);
  }

  /** Takes captures in as they are kept, so that they are there before their senders know. */
  function telling(keeper: CaptureKeeper): CaptureKeeper {
    return {
      add: async (added) => {
        const { duplicateOf } = await keeper.add(added);
        const capture = new ReceivedCapture({ ...added, duplicateOf, response: null }, () =>
          diagnosed(added),
        );
        captures.push(capture);
        byHeaders.set(added.headers, capture);
        byId.set(capture.id, capture);
        waiting.notice(capture);
        return { duplicateOf };
      },
      recordResponse: async (id, response, kept) => {
        const capture = byId.get(id);
        byId.delete(id);
        if (capture !== undefined) {
          Object.assign(capture, { response });
          waiting.notice(capture);
        }
        await keeper.recordResponse(id, response, kept);
      },
    };
  }

  async function answerCapture(...[request, signal, provider]: Parameters<Answerer>): Promise<Answer> {
    try {
      // Each request has a list of its own.
      return await answer(byHeaders.get(request.headers)!, request, signal, provider);
    } catch (error) {
      errors.push(error);
      return plainAnswer(500, `webhook-cli: the answer threw: ${String(error)}\n`);
    }
  }

  async function end(): Promise<void> {
    waiting.end();
    const limit = new AbortController();
    const closed = server.close().then(() => limit.abort());
    await Promise.race([closed, clock.sleep(DRAIN_MS, limit.signal)]);
    await server.destroy();
    for (const forward of forwards) forward.close();
    await store?.close();
    if (errors.length === 0) return;
    throw new WebhookError('ERR_ANSWER', `a function given to respondWith threw: ${String(errors[0])}`, {
      hint: 'the request was answered 500; the error is the cause',
      cause: errors[0],
    });
  }

  async function waitFor(
    wanted: string | ReceiverQuery,
    options?: WaitOptions & { readonly count?: undefined },
  ): Promise<ReceivedCapture>;
  async function waitFor(
    wanted: string | ReceiverQuery,
    options: WaitOptions & { readonly count: number },
  ): Promise<readonly ReceivedCapture[]>;
  async function waitFor(
    wanted: string | ReceiverQuery,
    options: WaitOptions & { readonly count?: number | undefined } = {},
  ): Promise<ReceivedCapture | readonly ReceivedCapture[]> {
    const query = asQuery<ReceiverQuery>(wanted);
    const { count = 1 } = options;
    if (!Number.isInteger(count) || count < 1) {
      throw new UsageError(`count is a whole number from 1 on, not ${count}`);
    }
    const test = await withWhere(createQueryTest(query), query.where);
    const found = await waiting.wait(queryName(query), test, count, options);
    return options.count === undefined ? found[0]! : found;
  }

  const close = (): Promise<void> => (closing ??= end());
  return {
    url: server.url,
    port: server.port,
    captures,
    errors,
    waitFor,
    respondWith: (reply) => {
      answer = createReplies(reply, clock);
      hasOwnAnswer = true;
    },
    forwardTo: (to, { timeoutMs = FORWARD_TIMEOUT_MS } = {}) => {
      const forward = forwardTo({ target: targetUrl(to, 'forwardTo'), timeoutMs });
      forwards.push(forward);
      answer = (_capture, request, signal) => forward(request, signal);
      hasOwnAnswer = true;
    },
    reset: () => {
      captures.length = 0;
      problems.length = 0;
      memory.forget();
      answer = createReplies<ReceivedCapture>(settings.respond ?? 200, clock);
      hasOwnAnswer = settings.respond !== undefined;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function withWhere(
  test: QueryTest<ReceivedCapture>,
  where: string | readonly string[] = [],
): Promise<QueryTest<ReceivedCapture>> {
  const bodyTest = await createBodyTest({ where: [where].flat() });
  if (bodyTest === undefined) return test;
  return (capture: Capture & ReceivedCapture) => test(capture) ?? bodyTest(capture);
}

import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import type { AttemptError } from '../model/attempt.ts';
import {
  headerValues,
  pairHeaders,
  withoutHeaders,
  withoutHopByHop,
  type Header,
  type OutgoingRequest,
} from '../model/request.ts';
import type { Outcome, Sender, SendOptions } from './sender.ts';

/** Enough to show why an app refused, little enough never to matter. */
const DEFAULT_MAX_RESPONSE_BYTES = 1024 * 1024;
const CONNECTIONS_PER_ORIGIN = 64;
/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A sender over one shared pool of keep-alive connections. */
export async function createUndiciSender(): Promise<Sender> {
  const { Agent, buildConnector } = await import('undici');
  // Deadlines are those of the requests, connecting included. What is still connecting when the sender is closed, the agent
  // would leave to itself, and so keep the process alive.
  const open = buildConnector({ timeout: 0 });
  const connecting = new Set<Socket>();
  const agent = new Agent({
    connections: CONNECTIONS_PER_ORIGIN,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (options, callback) => {
      const socket = open(options, (...outcome) => {
        connecting.delete(socket);
        callback(...outcome);
      }) as unknown as Socket;
      connecting.add(socket);
    },
  });

  async function exchange(request: OutgoingRequest, limit: number, signal: AbortSignal): Promise<Outcome> {
    refuseUnsendable(request);
    const response = await agent.request({
      ...destination(request.url),
      method: request.method as Dispatcher.HttpMethod,
      headers: sendableHeaders(request.headers).flat(),
      // An empty body goes out as none at all, with Content-Length: 0.
      body: request.body.length === 0 ? null : request.body,
      responseHeaders: 'raw',
      signal,
    });
    const { bytes, truncated } = await readUpTo(response.body, limit);
    const headers = pairHeaders((response.headers as unknown as (string | Buffer)[]).map(latin1));
    return { kind: 'response', response: { status: response.statusCode, headers, body: bytes, truncated } };
  }

  return {
    send: async (request, options) => {
      const deadline = AbortSignal.timeout(Math.min(Math.ceil(options.timeoutMs), LONGEST_TIMER_MS));
      const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
      try {
        const limit = options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;
        return await orAborted(exchange(request, limit, signal), signal);
      } catch (error) {
        return { kind: 'failure', error: describe(error, deadline, options) };
      }
    },
    close: async () => {
      for (const socket of connecting) socket.destroy();
      await agent.destroy();
    },
  };
}

/** A URL's server, and its path and query as they are written where they can be sent so. */
function destination(text: string): { origin: string; path: string } {
  const url = new URL(text);
  const written = /^[a-z]+:\/\/[^/?#\\]+(\/[\x21-\x22\x24-\x7e]*)$/i.exec(text.split('#')[0]!)?.[1];
  return { origin: url.origin, path: written ?? url.pathname + url.search };
}

/**
 * Throws for what the client would refuse itself. It must not come that far: the client takes one of an origin's connections
 * out of service for each request it refuses, and after the last one every request waits for ever.
 */
function refuseUnsendable({ method, headers }: OutgoingRequest): void {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method)) throw new Error(`"${method}" is not a method`);
  for (const [name, value] of headers) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  if (headerValues(headers, 'host').length > 1) throw new Error('more than one Host header');
}

/** The client heeds its signal only once it is connected. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** The client writes the framing of a message itself. */
function sendableHeaders(headers: readonly Header[]): Header[] {
  return withoutHeaders(withoutHopByHop(headers), ['content-length']);
}

function latin1(text: string | Buffer): string {
  return typeof text === 'string' ? text : text.toString('latin1');
}

async function readUpTo(
  body: Dispatcher.ResponseData['body'],
  limit: number,
): Promise<{ bytes: Uint8Array; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, limit - size));
    size += chunk.length;
    if (size > limit) return { bytes: Buffer.concat(chunks), truncated: true };
  }
  return { bytes: Buffer.concat(chunks), truncated: false };
}

function describe(error: unknown, deadline: AbortSignal, options: SendOptions): AttemptError {
  if (options.signal?.aborted) return { code: 'aborted', message: 'interrupted' };
  if (deadline.aborted) {
    return { code: 'timeout', message: `no complete answer within ${options.timeoutMs / 1_000} s` };
  }
  const cause = rootCause(error) as { code?: unknown; name?: unknown };
  // Parse errors of the client come without a code.
  const code = String(cause.code ?? cause.name ?? '');
  const message = (cause as Error).message;
  const known = FAILURES.find(({ codes }) => codes.test(code));
  return known === undefined
    ? { code: 'network', message }
    : { code: known.code, message: known.say ?? message };
}

const FAILURES: readonly { codes: RegExp; code: AttemptError['code']; say?: string }[] = [
  { codes: /^ECONNREFUSED$/, code: 'refused', say: 'connection refused' },
  { codes: /^(ENOTFOUND|EAI_)/, code: 'dns', say: 'the host name cannot be resolved' },
  {
    codes: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/,
    code: 'reset',
    say: 'the connection was closed without a complete answer',
  },
  {
    codes: /^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/,
    code: 'timeout',
    say: 'no connection in time',
  },
  { codes: /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/, code: 'tls' },
  {
    codes: /^(HPE_|HTTPParserError|UND_ERR_(HEADERS_OVERFLOW|RES|HTTP))/,
    code: 'invalid-response',
    say: 'the answer is not valid HTTP',
  },
];

/** Refusals of several addresses (127.0.0.1 and ::1) come wrapped into one error. */
function rootCause(error: unknown): unknown {
  const { errors, cause } = error as { errors?: unknown[]; cause?: unknown };
  const inner = errors?.[0] ?? (cause instanceof Error ? cause : undefined);
  return inner === undefined ? error : rootCause(inner);
}

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { PassThrough, type Readable } from 'node:stream';
import { isLoopbackHost } from '../model/address.ts';
import {
  headerValue,
  pairHeaders,
  withHeader,
  withoutHopByHop,
  type Header,
  type RawRequest,
} from '../model/request.ts';
import { joinTarget } from '../model/target.ts';
import { decodeContent } from '../model/text.ts';
import { advise, adviseUnreachable } from './advice.ts';
import { plainAnswer, type Answer, type Answerer } from './answer.ts';
import { wireHeaders } from './wire-headers.ts';

export interface ForwardOptions {
  readonly target: URL;
  /** How long the app may take until its answer's head is there, in milliseconds. */
  readonly timeoutMs: number;
}

/** How much of an answer's body is kept for looking at, and how much of that shows why the app refused. */
const KEPT_BYTES = 64 * 1024;
const EXCERPT_BYTES = 2_048;
/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Answers with what the app under development answers to the identical request: same bytes, same headers in order. */
export function forwardTo(options: ForwardOptions): Answerer & { close(): void } {
  const secure = options.target.protocol === 'https:';
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, maxSockets: 256 })
    : new HttpAgent({ keepAlive: true, maxSockets: 256 });

  const answer: Answerer = async (request, signal) => {
    try {
      return relay(await exchange(request, signal), options.target);
    } catch (error) {
      const { status, remark } = adviseUnreachable(error, options.target, options.timeoutMs);
      const refusal = plainAnswer(status, `webhook-cli: ${remark}\n`);
      return { ...refusal, remarks: () => [remark] } as Answer;
    }
  };

  async function exchange(request: RawRequest, signal: AbortSignal): Promise<IncomingMessage> {
    try {
      return await send(request, signal, agent);
    } catch (error) {
      // The app closed a connection that was being kept for reuse, just as it was taken up again: most likely nothing was
      // read of the request. A second one of those kept may be just as dead, so this goes over a new one.
      if ((error as { reusedSocket?: boolean }).reusedSocket) return send(request, signal, false);
      throw error;
    }
  }

  function send(
    request: RawRequest,
    signal: AbortSignal,
    over: HttpAgent | HttpsAgent | false,
  ): Promise<IncomingMessage> {
    const { target } = options;
    return new Promise((resolve, reject) => {
      const outgoing = (secure ? httpsRequest : httpRequest)({
        agent: over,
        signal,
        protocol: target.protocol,
        hostname: target.hostname.replace(/^\[|\]$/g, ''),
        port: target.port,
        method: request.method,
        path: joinTarget(target, request.path),
        headers: wireHeaders(forwardedHeaders(request, target.host)),
        // A certificate of the developer's own making is normal on loopback.
        ...(secure && isLoopbackHost(target.hostname) ? { rejectUnauthorized: false } : {}),
      });
      const timer = AbortSignal.timeout(Math.min(options.timeoutMs, LONGEST_TIMER_MS));
      const expire = (): void => {
        outgoing.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
      };
      timer.addEventListener('abort', expire, { once: true });
      outgoing.on('response', (response) => {
        timer.removeEventListener('abort', expire);
        resolve(response);
      });
      outgoing.on('upgrade', (_response, socket) => {
        timer.removeEventListener('abort', expire);
        socket.destroy();
        reject(new Error('it switches to another protocol (101), which it was not asked for'));
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        timer.removeEventListener('abort', expire);
        const reusedSocket = outgoing.reusedSocket && /^(ECONNRESET|EPIPE)$/.test(error.code ?? '');
        reject(Object.assign(error, { reusedSocket }));
      });
      outgoing.end(request.body);
    });
  }

  return Object.assign(answer, { close: () => agent.destroy() });
}

function forwardedHeaders(request: RawRequest, host: string): Header[] {
  const headers = withHeader(withoutHopByHop(request.headers), 'Host', host);
  const sized = headerValue(headers, 'content-length') !== undefined;
  // Node would write a body without a length in chunks, and for most methods an empty one too, which not every app can read.
  // How a sender's body was cut into chunks was the affair of its connection.
  const bodiless = /^(GET|HEAD|DELETE|OPTIONS|TRACE)$/.test(request.method);
  const needsLength = !sized && (request.body.length > 0 || !bodiless);
  return needsLength ? [...headers, ['Content-Length', String(request.body.length)]] : headers;
}

function relay(response: IncomingMessage, target: URL): Answer {
  const status = response.statusCode ?? 502;
  const headers = withoutHopByHop(pairHeaders(response.rawHeaders));
  const excerpt = excerptOf(response);
  return {
    kind: 'response',
    status,
    ...(response.statusMessage === undefined ? {} : { statusMessage: response.statusMessage }),
    headers,
    body: excerpt.stream,
    remarks: (verdict) => {
      const body = excerptText(headers, excerpt.bytes().subarray(0, EXCERPT_BYTES));
      return advise({ status, headers, body }, target, verdict);
    },
    kept: () => ({ headers, body: excerpt.bytes(), truncated: excerpt.size() > KEPT_BYTES }),
  };
}

/** Passes a stream on untouched and keeps how it begins. */
function excerptOf(source: Readable): { stream: Readable; bytes: () => Uint8Array; size: () => number } {
  const kept: Buffer[] = [];
  let size = 0;
  const stream = new PassThrough();
  source.on('data', (chunk: Buffer) => {
    if (size < KEPT_BYTES) kept.push(chunk.subarray(0, KEPT_BYTES - size));
    size += chunk.length;
  });
  source.on('error', (error) => stream.destroy(error));
  source.pipe(stream);
  return { stream, bytes: () => Buffer.concat(kept), size: () => size };
}

/** The beginning of an answer as text; empty where it is none. A character that is cut at the end is dropped. */
function excerptText(headers: readonly Header[], start: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(decodeContent(headers, start), { stream: true });
  } catch {
    return '';
  }
}

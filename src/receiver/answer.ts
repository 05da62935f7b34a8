import type { Readable } from 'node:stream';
import type { CaptureAnswer } from '../model/capture.ts';
import type { Header, RawRequest } from '../model/request.ts';
import { isSuccess, type Provider } from '../providers/provider.ts';
import type { Verdict } from '../model/verdict.ts';

/** What the receiver answers a sender with. */
export type Answer =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly statusMessage?: string;
      readonly headers: readonly Header[];
      readonly body: Uint8Array | Readable;
      /** What the answer is about, for the one who watches: advice, an app's complaint. Known once the body is read. */
      readonly remarks?: (verdict: Verdict | null) => readonly string[];
      /** What to keep of an answer that came from elsewhere. Known once the body is read. */
      readonly kept?: () => CaptureAnswer;
    }
  /** The connection is closed without an answer. */
  | { readonly kind: 'drop' };

/**
 * Decides an answer after the capture has been committed. The signal aborts when the sender has gone; the provider is null where it
 * is not known.
 */
export type Answerer = (
  request: RawRequest,
  signal: AbortSignal,
  provider?: Provider | null,
) => Promise<Answer>;

/** The status that acknowledges a delivery: 200, or what its provider takes for success instead. */
export function acknowledgementOf(provider: Provider | null): number {
  const rule = provider?.success.value ?? [];
  const [first] = rule;
  return first === undefined || isSuccess(rule, 200) ? 200 : first[0];
}

export const acknowledge: Answerer = async (_request, _signal, provider) =>
  plainAnswer(acknowledgementOf(provider ?? null));

export function plainAnswer(status: number, text = '', headers: readonly Header[] = []): Answer {
  const body = Buffer.from(text);
  // Neither may have a body, and a 204 must not tell the length of one.
  const bodiless = status === 204 || status === 304;
  return {
    kind: 'response',
    status,
    headers: [
      ...headers,
      ...(text === '' ? [] : [['Content-Type', 'text/plain; charset=utf-8'] as const]),
      ...(bodiless ? [] : [['Content-Length', String(body.length)] as const]),
    ],
    body,
  };
}

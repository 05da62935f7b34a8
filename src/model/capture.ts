import type { Header, RawRequest } from './request.ts';
import type { Verdict } from './verdict.ts';

/** The answer a capture's sender got. */
export interface CaptureResponse {
  /** Null where the connection was dropped on purpose. */
  readonly status: number | null;
  /** From when the head of the request had arrived to the end of its answer, in milliseconds. */
  readonly durationMs: number;
}

/** What an app answered through the receiver. */
export interface CaptureAnswer {
  readonly headers: readonly Header[];
  /** How the body begins, up to 64 KiB. */
  readonly body: Uint8Array;
  readonly truncated: boolean;
}

/** One inbound request as received. */
export interface Capture extends RawRequest {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly receivedAt: number;
  readonly remoteAddress: string | null;
  readonly provider: string | null;
  readonly eventType: string | null;
  readonly eventId: string | null;
  /** The earliest capture of the same event, where this one repeats it. */
  readonly duplicateOf: string | null;
  /** Null where nothing could be verified: no provider, or no secret for it. */
  readonly verdict: Verdict | null;
  /** Null until the answer has been sent. */
  readonly response: CaptureResponse | null;
}

/** A capture without its headers and body: what lists hold. */
export interface CaptureSummary extends Omit<Capture, 'headers' | 'body'> {
  readonly bodySize: number;
}

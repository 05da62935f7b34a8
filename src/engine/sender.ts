import type { AttemptError, AttemptResponse } from '../model/attempt.ts';
import type { OutgoingRequest } from '../model/request.ts';

export interface SendOptions {
  /** Bounds the whole exchange, connection and body included, in milliseconds. */
  readonly timeoutMs: number;
  /** Response bodies are read up to this many bytes as they are on the wire, still encoded; 64 KiB unless given. */
  readonly maxResponseBytes?: number;
  readonly signal?: AbortSignal;
}

/** What came of one request. */
export type Outcome =
  | { readonly kind: 'response'; readonly response: AttemptResponse }
  | { readonly kind: 'failure'; readonly error: AttemptError };

/** Sends single requests. Never throws for what networks do, and never follows redirects. */
export interface Sender {
  send(request: OutgoingRequest, options: SendOptions): Promise<Outcome>;
  close(): Promise<void>;
}

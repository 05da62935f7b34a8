import type { Header } from './request.ts';

export type AttemptTrigger = 'scheduled' | 'manual' | 'replay' | 'test';

/** One HTTP request of a delivery, and what came of it. */
export interface Attempt {
  /** Counted from 1 within its delivery, or within its command. */
  readonly number: number;
  readonly trigger: AttemptTrigger;
  readonly provider: string | null;
  readonly eventType: string | null;
  readonly messageId: string | null;
  /** All times in milliseconds since the Unix epoch. */
  readonly scheduledAt: number;
  readonly startedAt: number;
  readonly durationMs: number;
  /** Whether the provider's success rule is met. */
  readonly ok: boolean;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly Header[];
    readonly bodySize: number;
  };
  readonly response: AttemptResponse | null;
  readonly error: AttemptError | null;
}

export interface AttemptResponse {
  readonly status: number;
  readonly headers: readonly Header[];
  /** The bytes as received, up to the sender's cap. */
  readonly body: Uint8Array;
  readonly truncated: boolean;
}

export interface AttemptError {
  readonly code:
    | 'timeout'
    | 'dns'
    | 'refused'
    | 'reset'
    | 'tls'
    | 'too-large'
    | 'blocked'
    | 'aborted'
    | 'invalid-response'
    | 'network';
  readonly message: string;
}

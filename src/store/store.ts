import type { Attempt } from '../model/attempt.ts';
import type { Capture, CaptureResponse, CaptureSummary } from '../model/capture.ts';

/** What a receiver knows of a capture when it stores it. */
export interface NewCapture extends Omit<Capture, 'duplicateOf' | 'response'> {
  /** Equal for captures of the same event; null where nothing tells. */
  readonly dedupeKey: string | null;
}

/** All conditions must hold; one left out holds always. Unknown names match nothing, and are no error. */
export interface CaptureFilter {
  readonly provider?: string;
  /** An event type, or a pattern in which `*` stands for any text: `deal.*`. */
  readonly type?: string;
  /** `ok`, `failed`, `none` (not verified), or a verdict's reason. */
  readonly verdict?: string;
  /** The status answered: one of it, or a class such as `5xx`. */
  readonly status?: string;
  readonly method?: string;
  /** How the request target begins. */
  readonly path?: string;
  /** Bounds of the time of receipt in milliseconds since the Unix epoch: from `since`, and before `until`. */
  readonly since?: number;
  readonly until?: number;
  /** Words that all occur in the headers or in the first 64 KiB of the decoded body; without any word nothing does. */
  readonly text?: string;
}

export interface Page {
  /** 1 to 10000. */
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface CapturePage {
  /** Newest first. */
  readonly captures: readonly CaptureSummary[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/**
 * Keeps captures. Every promise of a write resolves after its commit, and rejects with a StoreError where it could not
 * be committed.
 */
export interface CaptureStore {
  /** Resolves with the id of the earliest capture of the same event, if there is one. */
  add(capture: NewCapture): Promise<{ readonly duplicateOf: string | null }>;
  recordResponse(captureId: string, response: CaptureResponse): Promise<void>;
  get(id: string): Promise<Capture | null>;
  /** The newest capture that passes the filter. */
  latest(filter?: CaptureFilter): Promise<Capture | null>;
  list(filter: CaptureFilter, page: Page): Promise<CapturePage>;
  delete(ids: readonly string[]): Promise<number>;
  /** Resolves with how many were deleted. In short transactions; what arrives meanwhile stays. */
  deleteMatching(filter: CaptureFilter): Promise<number>;
  /** Brings the full-text index up to date, in short transactions. Resolves with how many captures it took in. */
  indexText(): Promise<number>;
}

export interface AttemptStore {
  add(attempt: Attempt & { readonly id: string; readonly captureId: string | null }): Promise<void>;
  /** The replays of a capture, oldest first. */
  ofCapture(captureId: string): Promise<readonly Attempt[]>;
}

export interface Store {
  readonly captures: CaptureStore;
  readonly attempts: AttemptStore;
  /** Commits what is waiting, then closes. */
  close(): Promise<void>;
}

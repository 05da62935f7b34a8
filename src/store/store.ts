import type { Attempt } from '../model/attempt.ts';
import type { Capture, CaptureAnswer, CaptureResponse, CaptureSummary } from '../model/capture.ts';
import type { Delivery, DeliveryStatus, DeliveryTrigger } from '../model/delivery.ts';
import type { Endpoint, EndpointStatus } from '../model/endpoint.ts';
import type { RetentionRule } from '../model/retention.ts';

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

export interface CaptureWindow {
  /** Newest first. */
  readonly captures: readonly CaptureSummary[];
  /** How many match, counted up to 100,000. */
  readonly total: number;
  /** Whether more match than were counted. */
  readonly isMore: boolean;
}

/** Ids of captures; null where there is none. */
export interface CaptureNeighbours {
  readonly newer: string | null;
  readonly older: string | null;
  /**
   * The newest before it of the same provider and event type; for one without a type, of the same method and path among
   * the 1000 before it.
   */
  readonly previous: string | null;
}

/**
 * Keeps captures. Every promise of a write resolves after its commit, and rejects with a StoreError where it could not
 * be committed.
 */
export interface CaptureStore {
  /** Resolves with the id of the earliest capture of the same event, if there is one. */
  add(capture: NewCapture): Promise<{ readonly duplicateOf: string | null }>;
  recordResponse(captureId: string, response: CaptureResponse, answer?: CaptureAnswer | null): Promise<void>;
  get(id: string): Promise<Capture | null>;
  /** What a capture's sender was answered, where that came from elsewhere: an app's headers and the beginning of its body. */
  answer(id: string): Promise<CaptureAnswer | null>;
  /** The newest capture that passes the filter. */
  latest(filter?: CaptureFilter): Promise<Capture | null>;
  list(filter: CaptureFilter, page: Page): Promise<CapturePage>;
  /** A part of all that match, by place, with how many do. */
  window(
    filter: CaptureFilter,
    span: { readonly offset: number; readonly limit: number },
  ): Promise<CaptureWindow>;
  /** Null where there is no such capture. */
  neighbours(id: string): Promise<CaptureNeighbours | null>;
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
  /** Oldest first. */
  ofDelivery(deliveryId: string): Promise<readonly Attempt[]>;
}

export interface EndpointFilter {
  readonly provider?: string;
  readonly status?: EndpointStatus;
}

export interface EndpointStore {
  add(endpoint: Endpoint): Promise<void>;
  get(id: string): Promise<Endpoint | null>;
  /** Oldest first. A page begins after the endpoint that `after` names. */
  list(
    filter?: EndpointFilter,
    page?: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<readonly Endpoint[]>;
  /**
   * Changes it under the write lock; `change` is synchronous. Where it is active no longer, its waiting deliveries are canceled
   * in the same transaction. Resolves with null where there is none.
   */
  update(id: string, change: (endpoint: Endpoint) => Endpoint): Promise<Endpoint | null>;
  /** Cancels what waits for it. Its history stays. */
  delete(id: string, now: number): Promise<boolean>;
}

/** What is delivered of an event to one endpoint. */
export interface PlannedDelivery {
  readonly endpointId: string;
  readonly id: string;
  /** The body; deliveries with the very same array share one message. */
  readonly body: Uint8Array;
  /** Why it is only recorded, or null where it is to be sent. */
  readonly discarded: string | null;
  readonly trigger: DeliveryTrigger;
  /** In milliseconds since the Unix epoch. */
  readonly dueAt: number;
}

export interface NewEvent {
  readonly id: string;
  /** Whether the id is ours, the provider having none: then it is never sent. */
  readonly isOwnId: boolean;
  readonly provider: string;
  readonly eventType: string | null;
  readonly createdAt: number;
  /** Names who waits for these deliveries, for claims of these alone. */
  readonly batch: string | null;
  /** Values to remember for filters, as `recall` gives them back. */
  readonly remember?: readonly { readonly filter: string; readonly key: string; readonly value: string }[];
}

/** Synchronous: it runs inside the transaction, maybe more than once. */
export type Plan = (
  endpoints: readonly Endpoint[],
  recall: (filter: string, key: string) => string | null,
) => readonly PlannedDelivery[];

export interface ClaimRequest {
  /** The engine's number, from `EngineStore.register`. */
  readonly owner: number;
  /** Deliveries due by then, in milliseconds since the Unix epoch. */
  readonly now: number;
  /** At most so many in all. */
  readonly room: number;
  /** The last so many of them go one each to endpoints that have nothing under way and are not slow; none unless given. */
  readonly reserved?: number;
  /** At most so many under way at one endpoint. */
  readonly roomAtEndpoint: number;
  /** How many are under way at an endpoint, by its id. */
  readonly underWay: (endpointId: string) => number;
  readonly isSlow?: (endpointId: string) => boolean;
  /** Whether deliveries of a provider's endpoints are made here; all are unless given. Others are left to whoever knows them. */
  readonly makes?: (providerId: string) => boolean;
  /** Only those of a batch. */
  readonly batch?: string | undefined;
}

/** A delivery that an engine has, with all that an attempt needs. */
export interface Claim {
  readonly deliverySeq: number;
  /** Fences the claim: of two claims of one delivery only the later can settle it. */
  readonly number: number;
  readonly owner: number;
  readonly deliveryId: string;
  readonly endpoint: Endpoint;
  readonly eventId: string;
  /** The event's id as the provider has it; null where it has none. */
  readonly sentId: string | null;
  readonly eventType: string | null;
  readonly body: Uint8Array;
  readonly trigger: DeliveryTrigger;
  readonly dueAt: number;
  readonly resumeAt: number | null;
  /** Attempts of the schedule, and attempts in all, before this one. */
  readonly step: number;
  readonly attempts: number;
  /** Why the attempt before failed: `status` for an answer, else the error's code; null where there was none. */
  readonly lastFailure: string | null;
}

export interface Claimed {
  readonly claims: readonly Claim[];
  /** When the earliest of what is not due yet will be; endpoints for which there is no room left are not looked into. */
  readonly nextDueAt: number | null;
  /** False where the engine is not entered any more: it was taken for dead, and gets nothing. */
  readonly isEntered: boolean;
}

/** The state of a delivery and its endpoint under the write lock, when an attempt is settled. */
export interface SettleState {
  readonly failures: { readonly delivery: number; readonly endpoint: number };
  readonly succeededSince: boolean;
  /** Of the endpoint, as it has them. */
  readonly failingSince: number | null;
  readonly pauses: number;
}

export interface Settlement {
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly nextAttemptAt: number | null;
  readonly failures: { readonly delivery: number; readonly endpoint: number };
  /** Of the endpoint; null unless given. */
  readonly failingSince?: number | null;
  /** Why it is given up before its schedule ends; null unless given. */
  readonly reason?: string | null;
  /** Why the endpoint is to be disabled, or null. */
  readonly disable: string | null;
  /** Where it is disabled only for a while: until when. */
  readonly pausedUntil?: number | null;
}

export interface Settled {
  /** Null where the claim was lost to another engine: the attempt is recorded, and changes nothing. */
  readonly status: DeliveryStatus | null;
  readonly nextAttemptAt: number | null;
  /** Where this settlement disabled the endpoint: why, and how many waiting deliveries it canceled. */
  readonly disabled: { readonly reason: string; readonly canceled: number } | null;
}

/** All conditions must hold. */
export interface DeliveryFilter {
  readonly endpoint?: string;
  readonly provider?: string;
  /** An event type, or a pattern with `*`. */
  readonly type?: string;
  readonly status?: DeliveryStatus;
  readonly since?: number;
  readonly until?: number;
  readonly event?: string;
}

export interface DeliveryPage {
  /** Newest first. */
  readonly deliveries: readonly Delivery[];
  readonly nextCursor: string | null;
}

export type RetryAnswer = 'due' | 'missing' | 'sending' | 'endpoint-not-active';

/** A bulk retry, remembered so that one that was cut short can be taken up again. */
export interface RetryRun {
  /** The batch of its deliveries. */
  readonly id: string;
  readonly begunAt: number;
  readonly resumed: boolean;
}

/** What came of an endpoint's latest deliveries, tests left out. */
export interface EndpointRecord {
  /** Of its latest 100 that ended in success or failure. */
  readonly succeeded: number;
  readonly failed: number;
  /** How many wait or are being sent. */
  readonly waiting: number;
  /** The most failed retries that one that waits has counted since the endpoint last acknowledged anything. */
  readonly retries: number;
}

/** Counts by status. */
export type DeliveryCounts = Readonly<Record<DeliveryStatus, number>>;

export interface DeliveryStore {
  /** Writes the event, its messages and its deliveries in one transaction. */
  publish(event: NewEvent, plan: Plan): Promise<readonly Delivery[]>;
  /** Takes due deliveries, oldest first at each endpoint, and begins with the endpoint after the one it ended with. */
  claim(request: ClaimRequest): Promise<Claimed>;
  /** Records the attempt and what follows from it in one transaction; `decide` is synchronous and runs inside. */
  settle(
    claim: Claim,
    attempt: Attempt & { readonly id: string; readonly endedAt: number },
    decide: (state: SettleState) => Settlement,
  ): Promise<Settled>;
  /** Gives claims back whose attempts were cut short. Their deliveries are due as before. */
  release(claims: readonly Claim[]): Promise<void>;
  get(id: string): Promise<Delivery | null>;
  /** The bytes that are sent. */
  body(id: string): Promise<Uint8Array | null>;
  list(filter: DeliveryFilter, page: Page): Promise<DeliveryPage>;
  /** Makes a delivery due now, by hand; a test stays one. Refused where an engine has it, or its endpoint is not active. */
  retry(id: string, now: number, batch: string): Promise<RetryAnswer>;
  /** Takes up the unfinished run of the same `selection` of the last 24 hours, or begins one over what `filter` matches, tests left out. */
  beginRetryRun(selection: string, filter: DeliveryFilter, id: string, now: number): Promise<RetryRun>;
  /** Makes the run's next deliveries due, in one short transaction. Resolves with how many; 0 when there are no more. */
  continueRetryRun(id: string, now: number): Promise<number>;
  endRetryRun(id: string): Promise<void>;
  /** Cancels what waits. Resolves with how many did. */
  cancel(ids: readonly string[], reason: string, now: number): Promise<number>;
  /** How many of a batch have each status. */
  count(batch: string): Promise<DeliveryCounts>;
  /** How deliveries to an endpoint have been going. */
  recordOf(endpointId: string): Promise<EndpointRecord>;
  /** The latest time that is stored; null in an empty database. */
  lastTime(): Promise<number | null>;
}

/** An engine that is, or was, at work on the database. */
export interface EngineRecord {
  readonly seq: number;
  readonly clock: string;
  readonly host: string;
  readonly pid: number;
  /** When its process began, in milliseconds since the Unix epoch. */
  readonly processStarted: number;
  /** Changes while it lives. */
  readonly beats: number;
}

export interface EngineStore {
  list(): Promise<readonly EngineRecord[]>;
  /**
   * Enters an engine, having removed those that `isGone` says are gone. Resolves with its number, or with an engine that
   * excludes it: one with another clock than the real one works alone.
   */
  register(
    engine: Omit<EngineRecord, 'seq' | 'beats'>,
    isGone: (engine: EngineRecord) => boolean,
  ): Promise<{ readonly seq: number } | { readonly excludedBy: EngineRecord }>;
  /** Shows that it lives. Resolves with false where it was taken for dead and removed. */
  beat(seq: number): Promise<boolean>;
  /** Removes an engine and frees what it had claimed. Resolves with how many deliveries those were. */
  remove(seq: number): Promise<number>;
}

/** Keeps the database from growing for ever. Every call is short: others that write come in between. */
export interface RetentionStore {
  /**
   * Deletes some of what the rule does not keep, the oldest first: captures, and events that have nothing to deliver any more. To be
   * called until it is done. Resolves with how many captures and deliveries were deleted.
   */
  prune(
    rule: RetentionRule,
    now: number,
  ): Promise<{ readonly captures: number; readonly deliveries: number; readonly isDone: boolean }>;
  /**
   * Gives some of what is free in the file back, as long as it is more than a share of it or the file is larger than `mostBytes`. To be
   * called until it is done.
   */
  giveBack(share: number, mostBytes?: number): Promise<{ readonly isDone: boolean }>;
  /** Of the file, in bytes. */
  size(): Promise<number>;
}

export interface Store {
  readonly captures: CaptureStore;
  readonly attempts: AttemptStore;
  readonly endpoints: EndpointStore;
  readonly deliveries: DeliveryStore;
  readonly engines: EngineStore;
  readonly retention: RetentionStore;
  /** A mark that differs from every one before whenever something has been written meanwhile, by any process. */
  changes(): Promise<string>;
  /** Commits what is waiting, then closes. */
  close(): Promise<void>;
}

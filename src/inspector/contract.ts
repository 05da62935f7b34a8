/**
 * What the inspector's page and its server say to each other: JSON over `/api`, every request with the run's token
 * (`Authorization: Bearer`). Types alone, so that the page can import them. Times are ISO-8601 texts in UTC unless said otherwise;
 * an error is `{ error: { code, message, hint? } }` with a status of 400 or above.
 */
import type { Diagnosis } from '../diagnosis/cause.ts';
import type { AttemptError } from '../model/attempt.ts';
import type { CaptureResponse } from '../model/capture.ts';
import type { DeliveryStatus, DeliveryTrigger } from '../model/delivery.ts';
import type { EndpointStatus } from '../model/endpoint.ts';
import type { Header } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';

export type { AttemptError, DeliveryStatus, Diagnosis, EndpointStatus, Header, Verdict };

/** Text where the bytes are UTF-8, otherwise base64. Either way the exact bytes. */
export type BodyFields = { readonly body: string } | { readonly bodyBase64: string };

/** `GET /api/state`: what runs beside the page. */
export interface State {
  readonly version: string;
  readonly database: string;
  /** Null where this process receives nothing. */
  readonly receiver: {
    readonly url: string;
    readonly tunnelUrl: string | null;
    readonly forward: string | null;
  } | null;
  /** The clock of this process's engine; null where it follows real time for what the page starts, and that alone. */
  readonly engine: ClockState | null;
  /**
   * `all`: this process delivers everything that waits. `own`: only what is started from the page (tests, retries, publishing).
   * `elsewhere`: another engine has the database for itself, and makes what is started here.
   */
  readonly delivers: 'all' | 'own' | 'elsewhere';
  /** The emulated APIs; null where none are served. */
  readonly apis: readonly { readonly provider: string; readonly url: string }[] | null;
}

/** An engine's clock. `real` and `scaled` run; `virtual` jumps by itself; `manual` moves by `POST /api/clock`. */
export interface ClockState {
  readonly clock: 'real' | 'scaled' | 'virtual' | 'manual';
  readonly now: string;
  readonly nextDueAt: string | null;
}

/**
 * `GET /api/changes`: server-sent events. Each is named `change`, has a `Change` as its data, and says that something was written to
 * the database since the last one, by any process; the first comes at once. At most one in 25 ms.
 */
export interface Change {
  /** Grows with each. */
  readonly number: number;
  readonly engine: ClockState | null;
}

// Captures ------------------------------------------------------------------------------------------------------------------------

/** The filters of `captures search`, as query parameters: provider, type, verdict, status, method, path, since, until, text. */
export type CaptureQuery = Partial<
  Record<'provider' | 'type' | 'verdict' | 'status' | 'method' | 'path' | 'since' | 'until' | 'text', string>
>;

export interface CaptureItem {
  readonly id: string;
  readonly receivedAt: string;
  readonly method: string;
  readonly path: string;
  readonly remoteAddress: string | null;
  readonly bodySize: number;
  readonly provider: string | null;
  readonly eventType: string | null;
  readonly eventId: string | null;
  readonly duplicateOf: string | null;
  /** Null where nothing could be verified. */
  readonly verdict: Verdict | null;
  /** Null until it was answered. */
  readonly response: CaptureResponse | null;
}

/** `GET /api/captures?<filters>&offset=0&limit=100`, newest first: a window into all that match. */
export interface CaptureWindow {
  readonly offset: number;
  readonly captures: readonly CaptureItem[];
  /** How many match, counted up to 100,000. */
  readonly total: number;
  /** Whether there are more than were counted. */
  readonly isMore: boolean;
}

/** What the sender was answered; headers and body are null where the answer was this program's own. */
export interface CaptureAnswer extends CaptureResponse {
  readonly headers: readonly Header[] | null;
  readonly body: string | null;
  readonly bodyBase64: string | null;
  /** Whether the body was longer than what is kept of it. */
  readonly truncated: boolean;
}

export type CaptureFull = Omit<CaptureItem, 'response'> & {
  readonly headers: readonly Header[];
  readonly response: CaptureAnswer | null;
} & BodyFields;

/** `GET /api/captures/:id`. Bodies over 1 MiB are cut to that; `GET /api/captures/:id/body` has all bytes. */
export interface CaptureDetail {
  readonly capture: CaptureFull;
  /** Why its signature does not verify, best first; empty where it does, and where no secret is known here. */
  readonly diagnosis: readonly Diagnosis[];
  readonly bodyTruncated: boolean;
  /** The body as text or base64 after its Content-Encoding was undone; null where it has none, or it cannot be undone. */
  readonly decoded: BodyFields | null;
  /** Its replays, oldest first. */
  readonly replays: readonly AttemptItem[];
  /** The capture before it of the same provider and type; null where there is none. */
  readonly previous: string | null;
  /** Its neighbours in time among all captures. */
  readonly newer: string | null;
  readonly older: string | null;
}

/** `GET /api/captures/:id/export?as=curl|http|fixture`: text to copy. `to` (a URL) says where curl sends to. */
export interface Exported {
  readonly text: string;
}

/** `POST /api/captures/:id/replay`. What is left out stays as captured. */
export interface ReplayRequest {
  readonly to: string;
  /** Whether the captured path and query are appended to `to`. */
  readonly keepPath?: boolean;
  /** Signs anew, with a fresh timestamp. */
  readonly resign?: boolean;
  /** Instead of the configured one, for `resign`. */
  readonly secret?: string;
  /** Text that replaces the body. */
  readonly body?: string;
  /** Besides or instead of the captured ones. */
  readonly headers?: readonly Header[];
}

/** Answer of a replay and of a send. */
export interface AttemptAnswer {
  readonly attempt: AttemptItem;
}

/** `DELETE /api/captures/:id`, and `DELETE /api/captures?<filters>`: `{ deleted }`. */
export interface Deleted {
  readonly deleted: number;
}

/** One HTTP request that was made, and what came of it. */
export interface AttemptItem {
  readonly number: number;
  readonly trigger: 'scheduled' | 'manual' | 'replay' | 'test';
  readonly provider: string | null;
  readonly eventType: string | null;
  readonly messageId: string | null;
  readonly scheduledAt: string;
  readonly startedAt: string;
  /** Milliseconds after the first attempt of its list. */
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly ok: boolean;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly Header[];
    readonly bodySize: number;
  };
  readonly response:
    | ({
        readonly status: number;
        readonly headers: readonly Header[];
        readonly truncated: boolean;
      } & BodyFields)
    | null;
  readonly error: AttemptError | null;
}

// Providers, and sending ------------------------------------------------------------------------------------------------------------

/** `GET /api/providers`: `{ providers }`. */
export interface ProviderItem {
  readonly id: string;
  readonly name: string;
  readonly stability: 'stable' | 'draft';
  /** The header that holds the signature, and what it is: `hmac-sha256`. */
  readonly signatureHeader: string;
  readonly scheme: string;
  /** Whether deliveries may go unsigned. */
  readonly unsignedAllowed: boolean;
  /** Whether this process has a secret for it. */
  readonly hasSecret: boolean;
  /** How it can be broken, as `ForgeRequest.break` takes it. */
  readonly breakages: readonly Breakage[];
  readonly events: readonly { readonly name: string; readonly description: string }[];
  /** `given`: an endpoint needs a secret from its maker; `generated`: it gets one. */
  readonly endpointSecret: 'given' | 'generated';
  readonly endpointHeaders: boolean;
  readonly filters: readonly { readonly name: string; readonly description: string }[];
  readonly httpsRequired: boolean;
  /** Sentences for people. */
  readonly schedule: string;
  readonly success: string;
  readonly disableRule: string;
  readonly timeoutMs: number;
}

export type Breakage = 'signature' | 'timestamp' | 'body' | 'missing-header' | 'wrong-secret';

/** `GET /api/providers/:id/payload?type=deal.won`: an example with fresh ids and the present time, pretty-printed or as it is sent. */
export interface Payload {
  readonly body: string;
}

/** `POST /api/forge` renders without sending; `POST /api/send` sends, and answers an `AttemptAnswer`. */
export interface ForgeRequest {
  readonly provider: string;
  /** Left out: told from the body. */
  readonly type?: string;
  /** The exact text to send. */
  readonly body: string;
  readonly to: string;
  readonly headers?: readonly Header[];
  readonly break?: Breakage;
  readonly unsigned?: boolean;
  /** Instead of the configured one. */
  readonly secret?: string;
}

export interface Forged {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly Header[];
    readonly bodySize: number;
  };
  readonly eventType: string | null;
  readonly eventId: string | null;
  /** Whether it is signed, and with which secret: `given`, `configured`, or none. */
  readonly signedWith: 'given' | 'configured' | null;
  /** The command that sends the same. */
  readonly curl: string;
}

/** `POST /api/publish`: to every subscribed endpoint, through the engine. */
export interface PublishRequest {
  readonly provider: string;
  readonly type: string;
  readonly body?: string;
}

export interface PublishAnswer {
  readonly event: { readonly id: string; readonly type: string | null };
  readonly deliveries: readonly DeliveryItem[];
}

// Endpoints -------------------------------------------------------------------------------------------------------------------------

export interface EndpointItem {
  readonly id: string;
  readonly provider: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  /** Masked; `POST /api/endpoints/:id/secret` reveals it as `{ secret }`. Null where deliveries go unsigned. */
  readonly secret: string | null;
  /** What the app verifies with, where the secret is a private key; null where that is the secret itself, or nothing. */
  readonly publicKey: string | null;
  readonly headers: readonly Header[];
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly status: EndpointStatus;
  readonly disabledReason: string | null;
  readonly disabledAt: string | null;
  /** Until when it is disabled, where that is only for a while. */
  readonly pausedUntil: string | null;
  readonly testedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly health: EndpointHealth;
}

export interface EndpointHealth {
  /** Of its latest 100 finished deliveries; tests are left out. */
  readonly succeeded: number;
  readonly failed: number;
  readonly waiting: number;
  /** What the disable rule has counted, of how much; null where the provider disables nothing. */
  readonly failures: { readonly count: number; readonly of: number; readonly unit: string } | null;
  /** One sentence: when it will be disabled, or why it is. */
  readonly outlook: string;
}

/** `GET /api/endpoints` (oldest first, at most 1,000): `{ endpoints }`. `GET /api/endpoints/:id`: `{ endpoint }`. */
export interface EndpointAnswer {
  readonly endpoint: EndpointItem;
}

/** `POST /api/endpoints` (provider and url required), and `PATCH /api/endpoints/:id` (what is left out stays). */
export interface EndpointChange {
  readonly provider?: string;
  readonly url?: string;
  /** `['*']` for all. */
  readonly eventTypes?: readonly string[];
  /** Left out at creation: generated where the provider generates it. */
  readonly secret?: string | null;
  readonly headers?: readonly Header[];
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  readonly active?: boolean;
}

/**
 * `DELETE /api/endpoints/:id`: `{ deleted }`. `POST /api/endpoints/:id/enable` (body `{ force? }`) and `/disable`: `EndpointAnswer`.
 * `POST /api/endpoints/:id/secret`: `{ secret }`. `POST /api/endpoints/:id/rotate-secret` (body `{ secret? }`): `{ endpoint, secret }`.
 * `POST /api/endpoints/:id/test` (body `{ type? }`) sends a test at once: `{ delivery: DeliveryDetail['delivery'] }`.
 */
export interface TestAnswer {
  readonly delivery: DeliveryItem & { readonly attempts: readonly AttemptItem[] };
}

// Deliveries ------------------------------------------------------------------------------------------------------------------------

/** As query parameters: endpoint, provider, type, status, event, since, until; and cursor, limit. */
export type DeliveryQuery = Partial<
  Record<'endpoint' | 'provider' | 'type' | 'status' | 'event' | 'since' | 'until', string>
>;

export interface DeliveryItem {
  readonly id: string;
  readonly eventId: string;
  readonly provider: string;
  readonly eventType: string | null;
  readonly endpointId: string;
  readonly status: DeliveryStatus;
  readonly trigger: DeliveryTrigger;
  readonly createdAt: string;
  readonly nextAttemptAt: string | null;
  readonly finishedAt: string | null;
  readonly attempts: number;
  readonly interruptions: number;
  readonly reason: string | null;
}

/** `GET /api/deliveries`, newest first. */
export interface DeliveryPage {
  readonly deliveries: readonly DeliveryItem[];
  readonly nextCursor: string | null;
}

/** `GET /api/deliveries/:id`. */
export interface DeliveryDetail {
  readonly delivery: Omit<DeliveryItem, 'attempts'> & {
    readonly bodySize: number;
    readonly attempts: readonly AttemptItem[];
  } & BodyFields;
  /** Null where it was deleted. */
  readonly endpoint: { readonly id: string; readonly url: string; readonly status: EndpointStatus } | null;
  /** The attempts that are still to come if all fail: when each is due. */
  readonly ahead: readonly string[];
}

/** `POST /api/deliveries/:id/retry` and `/cancel`: `{ delivery: DeliveryItem }`. */
export interface DeliveryAnswer {
  readonly delivery: DeliveryItem;
}

/** `POST /api/deliveries/retry` and `/cancel` (body: a `DeliveryQuery`): how many were made due, or canceled. */
export interface BulkAnswer {
  readonly deliveries: number;
}

/** `POST /api/clock`, of a manual clock: to the next due time, by a duration (`5m`), or on until nothing waits. Answers a `ClockState`. */
export type ClockMove = { readonly to: 'next' | 'end' } | { readonly by: string };

export interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

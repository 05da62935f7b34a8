import type { DeliveryStatus } from '../model/delivery.ts';
import type { SignatureScheme } from '../signing/scheme.ts';

/** A fact about a provider. `assumed` says why it had to be assumed, and is null where the provider documents it. */
export interface Fact<T> {
  readonly value: T;
  readonly assumed: string | null;
}

export function documented<T>(value: T): Fact<T> {
  return { value, assumed: null };
}

/** A fact that the provider's documents leave open, with what was chosen and why. */
export function assumed<T>(value: T, why: string): Fact<T> {
  return { value, assumed: why };
}

/** A place in a request: a dotted path into its JSON body, or a header. */
export type Location = { readonly body: string } | { readonly header: string };

export interface EventType {
  readonly name: string;
  readonly description: string;
  /**
   * Where its payload comes from: `documented` is the provider's own example, `synthesized` is ours for a documented
   * event type, `synthetic` is ours for an event type that the documents do not name.
   */
  readonly payload: 'documented' | 'synthesized' | 'synthetic';
}

/** Where an event's parts stand in a delivery. Of several places the first that holds something counts. */
export interface Envelope {
  readonly type: readonly Location[];
  readonly id: readonly Location[];
  readonly time: readonly Location[];
  /** The subscription the delivery was made for, where it is told. */
  readonly endpointId: readonly Location[];
  /** Dotted path of the resource; empty where the whole body is the resource. */
  readonly data: string;
  /** Dotted paths that get a fresh identifier in every forged event, keeping the text before the last `_`. */
  readonly freshIds: readonly string[];
}

/** What a delivery header is filled with; see `forge/`. */
type HeaderValue =
  | { readonly text: string }
  | { readonly from: 'eventType' | 'eventId' | 'endpointId' | 'attemptUnixSeconds' | 'deliveryId' };

export interface DeliveryHeader {
  readonly name: string;
  readonly value: HeaderValue;
  /** Not sent by the provider; sent where extra headers are asked for. */
  readonly extra?: boolean;
  /** Why the header or its value had to be assumed, where the provider does not document it. */
  readonly assumed?: string;
}

/** Inclusive ranges of status codes. */
export type StatusRange = readonly [from: number, to: number];

/** What a provider makes of a `Retry-After` in an answer that is no success. */
export interface RetryHints {
  readonly statuses: 'any' | readonly number[];
  /** Longer waits are cut to this. Shorter ones than the schedule's never shorten it. */
  readonly atMostSeconds: number;
}

export interface RetrySchedule {
  /** Waits in seconds between the end of one attempt and the start of the next. */
  readonly delaysSeconds: readonly number[];
  /** Up to this fraction of a wait is added to it at random; none where it is left out. */
  readonly jitter?: number;
  /** Left out where `Retry-After` changes nothing. */
  readonly hints?: RetryHints;
  /** Statuses after which the endpoint is disabled, such as 410. */
  readonly goneStatuses?: readonly number[];
  /** Statuses after which a delivery is given up. */
  readonly finalStatuses?: readonly number[];
}

export interface DisableRule {
  /** What is counted: failed retries, failed attempts, or deliveries that failed for good. */
  readonly unit: 'retry' | 'attempt' | 'delivery';
  readonly threshold: number;
  /** Whether a success sets the count back. */
  readonly consecutive: boolean;
}

/** A way to narrow what an endpoint gets, besides event types. Its filters must all let an event pass. */
export interface EndpointFilter {
  readonly name: string;
  readonly description: string;
  /** Where an event holds the value that must be in the filter's list; of several places the first that applies. */
  readonly places: readonly { readonly body: string; readonly eventTypes?: readonly string[] }[];
  /**
   * Where an event has none of the places: the value that an earlier event had of which this path held the same, such as the
   * vault that both are about.
   */
  readonly rememberedBy?: string;
}

/** One row of a provider's delivery log, before the provider's own shape is given to it. */
export interface LogEntry {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: string | null;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** The last attempt's; all null where there was none. Times in milliseconds since the Unix epoch. */
  readonly at: number;
  readonly responseStatus: number | null;
  readonly responseTimeMs: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Bodies as text; null where they are not text, or there is none. */
  readonly requestBody: string | null;
  readonly responseBody: string | null;
}

/** What an endpoint of a provider can have of its own. */
export interface EndpointSettings {
  /** Whether the provider makes the secret or its user does. */
  readonly secret: Fact<'generated' | 'given'>;
  /** What a generated secret begins with. */
  readonly secretPrefix?: string;
  readonly headers: Fact<boolean>;
  readonly filters: readonly EndpointFilter[];
  /** What a disabled endpoint needs before it is enabled again. */
  readonly enable: Fact<'nothing' | 'passed-test'>;
  /** The delivery log as the provider shows it. */
  readonly log: Fact<(endpointId: string, entries: readonly LogEntry[]) => unknown>;
}

/** Everything the program knows about one provider. Data: nothing else in the program knows a provider's name. */
export interface Provider {
  readonly id: string;
  readonly name: string;
  /** `draft` where the provider says that its webhook documents are not final. */
  readonly stability: 'stable' | 'draft';
  readonly signature: Fact<SignatureScheme>;
  /** Other facts of the signature that the documents leave open, one sentence each. */
  readonly signatureAssumptions: readonly string[];
  readonly envelope: Fact<Envelope>;
  readonly headers: readonly DeliveryHeader[];
  /** Statuses that acknowledge a delivery. */
  readonly success: Fact<readonly StatusRange[]>;
  /** How soon a consumer should answer, in milliseconds; null where nothing is said. */
  readonly deadlineMs: Fact<number | null>;
  /** How long the provider waits for an answer, in milliseconds. */
  readonly timeoutMs: Fact<number>;
  readonly retry: Fact<RetrySchedule>;
  readonly disable: Fact<DisableRule | null>;
  /** CIDR ranges deliveries come from; null where they are not published. */
  readonly ipRanges: Fact<readonly string[] | null>;
  readonly https: Fact<'required' | 'in-production' | 'not-required'>;
  readonly endpoint: EndpointSettings;
  readonly events: readonly EventType[];
  /** Peculiarities worth knowing, one sentence each. */
  readonly notes: readonly string[];
}

/** Types a provider record; a place to hang checks on when users bring their own. */
export function defineProvider(provider: Provider): Provider {
  return provider;
}

export const ANY_2XX: readonly StatusRange[] = [[200, 299]];

/** Whether a status meets a success rule. */
export function isSuccess(rule: readonly StatusRange[], status: number): boolean {
  return rule.some(([from, to]) => status >= from && status <= to);
}

/** `200`, `2xx`, `200-204, 208`: a success rule for people. */
export function describeSuccess(rule: readonly StatusRange[]): string {
  return rule
    .map(([from, to]) => {
      if (from === to) return String(from);
      return from % 100 === 0 && to === from + 99 ? `${from / 100}xx` : `${from}-${to}`;
    })
    .join(', ');
}

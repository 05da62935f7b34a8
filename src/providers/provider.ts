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

/** Waits in seconds between the end of one attempt and the start of the next. */
export interface RetrySchedule {
  readonly delaysSeconds: readonly number[];
}

export interface DisableRule {
  /** What is counted: failed retries, failed attempts, or deliveries that failed for good. */
  readonly unit: 'retry' | 'attempt' | 'delivery';
  readonly threshold: number;
  /** Whether a success sets the count back. */
  readonly consecutive: boolean;
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

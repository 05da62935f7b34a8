/** What a delivery header is filled with; see `forge/`. */
export type HeaderValue =
  | { readonly text: string }
  | {
      readonly from:
        | 'eventType'
        | 'eventId'
        | 'endpointId'
        | 'deliveryId'
        /** A UUID that stays the same over the attempts of a delivery. */
        | 'deliveryUuid'
        /** A UUID for each attempt. */
        | 'attemptUuid'
        | 'attemptUnixSeconds'
        | 'attemptUnixMillis'
        | 'attemptIso8601'
        /** The number of the attempt, from 1. */
        | 'attemptNumber'
        /** How many attempts came before; the header is left out of the first. */
        | 'retryNumber'
        /** Why the attempt before failed, in the provider's words (`retryReasons`); left out of the first. */
        | 'retryReason';
      /** Only what stands before, or after, the first of this text. */
      readonly before?: string;
      readonly after?: string;
      /** Sent where there is nothing of the kind, as of an endpoint that was never made: an example of the provider's make. */
      readonly otherwise?: string;
    };

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
  /** Waits in seconds between the end of one attempt and the start of the next; none where it does not retry. */
  readonly delaysSeconds: readonly number[];
  /** Up to this fraction of a wait is added to it at random; none where it is left out. */
  readonly jitter?: number;
  /** Left out where `Retry-After` changes nothing. */
  readonly hints?: RetryHints;
  /** Statuses after which the endpoint is disabled, such as 410. */
  readonly goneStatuses?: readonly number[];
  /** Statuses after which a delivery is given up. */
  readonly finalStatuses?: readonly (number | StatusRange)[];
  /** The only statuses that are tried again, where not all are. */
  readonly retryStatuses?: readonly (number | StatusRange)[];
  /**
   * Which attempts without an answer are tried again: all, those that came to no connection (name, connection or TLS; an answer
   * that is late is none of them), or none. All unless given.
   */
  readonly failures?: 'all' | 'connection' | 'none';
  /** An answer with this header is not tried again. */
  readonly noRetryHeader?: { readonly name: string; readonly value: string };
  /** The provider's words for why an attempt failed, by our outcome codes; `status` for an answer. */
  readonly reasons?: Readonly<Record<string, string>>;
}

/**
 * Disabled only for a while, which grows each time until something is acknowledged. Meanwhile it is disabled like any other: what
 * waits for it is canceled, and what comes is not sent later either. Once it is over, one more failure brings the next pause.
 */
export interface Pause {
  readonly firstSeconds: number;
  readonly factor: number;
  readonly atMostSeconds: number;
  /** Answers of these statuses disable for good instead. */
  readonly permanentStatuses?: readonly (number | StatusRange)[];
}

export interface CountingRule {
  /** What is counted: failed retries, failed attempts, or deliveries that failed for good. */
  readonly unit: 'retry' | 'attempt' | 'delivery';
  readonly threshold: number;
  /** Whether a success sets the count back. */
  readonly consecutive: boolean;
  readonly pause?: Pause;
}

/** Nothing but failures for this long: at the first failure so long after the first one since the last success. */
interface TimeRule {
  readonly unit: 'time';
  readonly seconds: number;
}

export type DisableRule = CountingRule | TimeRule;

export const ANY_2XX: readonly StatusRange[] = [[200, 299]];

/** Whether a status meets a success rule. */
export function isSuccess(rule: readonly StatusRange[], status: number): boolean {
  return rule.some(([from, to]) => status >= from && status <= to);
}

/** Whether a status is one of those, or in one of those ranges. */
export function isAmong(statuses: readonly (number | StatusRange)[], status: number): boolean {
  return statuses.some((entry) =>
    typeof entry === 'number' ? entry === status : status >= entry[0] && status <= entry[1],
  );
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

import type { DeliveryStatus } from '../model/delivery.ts';
import type { SignatureScheme } from '../signing/scheme.ts';
import type { Envelope, EventType } from './envelope.ts';
import type { Fact } from './fact.ts';
import type { DeliveryHeader, DisableRule, RetrySchedule, StatusRange } from './habits.ts';
import type { Handshake } from './handshake.ts';

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

/** A way of signing besides a provider's usual one: an older one, or one that has to be switched on. */
export interface OtherSignature {
  /** Short, to be named on a command line: `sha1`, `v2`, `signing-token`. */
  readonly name: string;
  readonly description: string;
  readonly scheme: SignatureScheme;
  /** Headers that requests signed so have besides. */
  readonly headers?: readonly DeliveryHeader[];
  /** Sent along with the usual one. */
  readonly sent?: boolean;
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
  /** Looked for in this order where a request holds no signature of the usual kind. */
  readonly otherSignatures: readonly OtherSignature[];
  readonly envelope: Fact<Envelope>;
  /** Whether it stands for a standard that several providers follow: in doubt, a request is its. */
  readonly generic: boolean;
  /** What deliveries are written in. */
  readonly body: 'json' | 'form';
  /** Whether JSON is written in ASCII alone, other characters escaped: `\u00e9`. */
  readonly escapesUnicode: boolean;
  readonly headers: readonly DeliveryHeader[];
  /** What names of headers begin with that nobody else sends, besides those that hold its id: `x-zm-` at Zoom. */
  readonly ownHeaders: readonly string[];
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
  readonly handshakes: readonly Handshake[];
  readonly events: readonly EventType[];
  /** The folder of its payloads, where they are not ours; absolute. */
  readonly fixtures?: string;
  /** Peculiarities worth knowing, one sentence each. */
  readonly notes: readonly string[];
}

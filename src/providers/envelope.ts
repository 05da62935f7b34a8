import type { OneOf } from '../signing/scheme.ts';

/**
 * A place in a request. `body` is a dotted path into its JSON, where a number counts in an array (`entry.0.id`); `form` a
 * parameter of a form body; `keyBeside` the first key of the body that is none of these, for providers that name the type by
 * the key of its object; `join` two or more places with text between, of which all but the first may be missing.
 */
export type Location = OneOf<
  | { readonly body: string }
  | { readonly header: string }
  | { readonly form: string }
  | { readonly query: string }
  | { readonly keyBeside: readonly string[] }
  | { readonly join: readonly [Location, ...Location[]]; readonly with: string }
>;

export interface EventType {
  readonly name: string;
  readonly description: string;
  /**
   * Where its payload comes from: `documented` is the provider's own example, `synthesized` is ours for a documented
   * event type, `synthetic` is ours for an event type that the documents do not name.
   */
  readonly payload: 'documented' | 'synthesized' | 'synthetic';
  /** The payload itself, where it is in no fixture file: a JSON value, or text that is taken as it is. */
  readonly example?: unknown;
  /** Headers that deliveries of this event type have besides, or with another value. */
  readonly headers?: Readonly<Record<string, string>>;
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
  /**
   * Dotted paths that get a fresh identifier in every forged event, of the same make: the text before the last `_` is kept, a
   * UUID stays a UUID, digits stay digits.
   */
  readonly freshIds: readonly string[];
  /**
   * An id of the provider's make, for providers whose events have one in no body but in a header: forged events get one like it.
   */
  readonly idLike?: string;
  /** Dotted path of the list of events, where one delivery can carry several; empty where the body is that list. */
  readonly batch?: string;
}

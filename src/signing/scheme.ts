/** Key material. Text is used as its UTF-8 bytes, verbatim, unless the scheme has a `key` that says otherwise. */
export type Secret = string | Uint8Array;

export type Hash = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';
export type DigestEncoding = 'hex' | 'HEX' | 'base64' | 'base64url';

type KeysOf<Union> = Union extends unknown ? keyof Union : never;

/** One of several objects and nothing of the others: a union alone lets pass what has the keys of two. */
export type OneOf<Union, All = Union> = Union extends unknown
  ? Union & { readonly [Key in Exclude<KeysOf<All>, keyof Union>]?: never }
  : never;

/** Where in a request a value stands that is signed, or that says when it was signed. */
export type SignedValue = OneOf<
  | { readonly header: string; readonly fallback?: readonly string[] }
  /** A field beside the signature itself, such as `t` in `t=1700000000,v1=…`. */
  | { readonly field: string }
  /** Dotted path into the JSON body. */
  | { readonly body: string }
  | { readonly form: string }
  | { readonly query: string }
>;

/** Where the signature stands. */
export type SignaturePlace = OneOf<
  | {
      /** The header the provider sends. Names compare without case. */
      readonly header: string;
      /** Looked at in this order where `header` is missing. */
      readonly fallback?: readonly string[];
      /** Others that may hold a signature too, during a rotation of secrets. All are compared. */
      readonly also?: readonly string[];
      /** Last resort: any header with `signature` in its name whose value has one of the forms. */
      readonly anyHeader?: boolean;
    }
  | { readonly body: string }
  | { readonly form: string }
  | { readonly query: string }
>;

/** How a value holds several signatures, or a signature among other fields. */
export interface SignatureItems {
  /** Between items: `,` at Stripe, a space at Standard Webhooks, `;` at Paddle. Items are trimmed. */
  readonly separator: string;
  /** Between an item's name and its value; the first one counts, as base64 may end in `=`. */
  readonly assign: string;
  /** The name of the items that are signatures, such as `v1`. */
  readonly field: string;
}

/** One way to write a signature. */
export interface SignatureForm {
  /** Text before the digest, such as `sha256=`; empty for a bare digest. */
  readonly prefix: string;
  /** Hexadecimal digits are accepted in either case, base64 with and without its padding. */
  readonly encoding: DigestEncoding;
  /** Said when a request verifies in this form, though the provider documents another. */
  readonly warning?: string;
}

/** How a secret becomes a key. */
export interface KeyForm {
  /** Taken off its start where it is there, such as `whsec_`. */
  readonly strip?: string;
  readonly encoding: 'utf8' | 'hex' | 'base64';
  /** Decoded only where the text begins with `strip`, else taken as UTF-8. */
  readonly onlyStripped?: boolean;
}

/** When a request was signed, and for how long the signature is good. */
export interface SignedTime {
  readonly from: SignedValue;
  readonly format: 'unix' | 'unix-ms' | 'iso8601' | 'http-date';
  /** Whether a JSON body holds it as a number; as text unless given. */
  readonly isNumber?: boolean;
  /** Seconds a request may be old or ahead of our clock; null where the provider sets no limit. */
  readonly toleranceSeconds: number | null;
}

/** A digest of the body that stands in the query of a URL that is signed itself. */
export interface BodyDigest {
  readonly query: string;
  readonly hash: Hash;
  readonly encoding: DigestEncoding;
  /** For bodies of this kind; others are signed by the template. */
  readonly unless: 'form';
}

/** What signatures have in common that are made from the request's bytes. */
interface SignedContent {
  readonly signature: SignaturePlace;
  /** Left out where the whole value is the signature; several of those may then stand in one value, between commas. */
  readonly items?: SignatureItems;
  /** The value as it is written: `t={timestamp},v1={signature}`. Left out: the signature alone. */
  readonly write?: string;
  /** The first is the form that is sent, all are accepted. */
  readonly forms: readonly [SignatureForm, ...SignatureForm[]];
  /**
   * What is signed, as a template; `{body}` where it is left out. `{body}` stands for the raw bytes, never decoded;
   * `{timestamp}` for the text that was received; `{method}`, `{url}`, `{path}` and `{secret}` for those; any other name for
   * one of `values`. Filters follow a bar: `{body|sha256hex}`, `{body|crc32}`, `{method|upper}`, `{body|formSorted}`,
   * `{url|decodedReserved}`.
   */
  readonly content?: string;
  readonly values?: Readonly<Record<string, SignedValue>>;
  readonly timestamp?: SignedTime;
  readonly bodyDigest?: BodyDigest;
  /** Deliveries may come unsigned, so no secret and no signature is no failure. */
  readonly optional?: boolean;
}

export interface HmacScheme extends SignedContent {
  readonly kind: 'hmac';
  readonly hash: Hash;
  readonly key?: KeyForm;
}

/** A plain digest; the secret is part of what is digested. */
export interface DigestScheme extends SignedContent {
  readonly kind: 'digest';
  readonly hash: Hash;
}

/** Signed with a private key, verified with the public one. */
export interface AsymmetricScheme extends SignedContent {
  readonly kind: 'asymmetric';
  readonly algorithm: 'ed25519' | 'ecdsa-p256-sha256' | 'rsa-sha256' | 'rsa-pss-sha512';
  /** How the provider hands its public key out. PEM is understood everywhere. */
  readonly publicKey: 'pem' | 'spki-base64' | 'raw-hex' | 'raw-base64';
}

/** The secret itself is sent along. */
export interface TokenScheme {
  readonly kind: 'token';
  readonly token: OneOf<
    | { readonly header: string; readonly fallback?: readonly string[]; readonly prefix?: string }
    /** `Authorization: Basic`; the secret is `user:password`. */
    | { readonly basic: true }
    | { readonly query: string }
    | { readonly body: string }
    | { readonly form: string }
  >;
  readonly optional?: boolean;
}

/** Nothing proves who sent a request. */
export interface UnsignedScheme {
  readonly kind: 'none';
  readonly optional?: true;
}

/** Schemes that are made from the request's bytes. */
export type ContentScheme = HmacScheme | DigestScheme | AsymmetricScheme;

/** How a provider signs: a description from which `sign` and `verify` both derive. */
export type SignatureScheme = ContentScheme | TokenScheme | UnsignedScheme;

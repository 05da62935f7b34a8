/** Key material. Text is used as its UTF-8 bytes, verbatim: nothing is trimmed, stripped or decoded. */
export type Secret = string | Uint8Array;

/** One way to write a signature into its header. */
export interface SignatureForm {
  /** Text before the digest, such as `sha256=`; empty for a bare digest. */
  readonly prefix: string;
  readonly encoding: 'hex' | 'base64';
  /** Said when a request verifies in this form, though the provider documents another. */
  readonly warning?: string;
}

/** An HMAC over the raw body, written into one header. */
export interface HmacScheme {
  readonly kind: 'hmac';
  readonly hash: 'sha256';
  /** The header the provider sends. Names compare without case. */
  readonly header: string;
  /** Looked at in this order where `header` is missing. */
  readonly fallbackHeaders?: readonly string[];
  /** Last resort: any header with `signature` in its name whose value has one of the forms. */
  readonly anySignatureHeader?: boolean;
  /** The first is the form that is sent, all are accepted. Hex digits are accepted in either case. */
  readonly forms: readonly [SignatureForm, ...SignatureForm[]];
  /** Deliveries may come unsigned, so no secret and no header is no failure. */
  readonly optional?: boolean;
}

/** How a provider signs: a description from which `sign` and `verify` both derive. */
export type SignatureScheme = HmacScheme;

/** `hmac-sha256` and the like. */
export function schemeName(scheme: SignatureScheme): string {
  return `${scheme.kind}-${scheme.hash}`;
}

/** `sha256=<hex>`, `<base64>` and the like. */
export function formName(form: SignatureForm): string {
  return `${form.prefix}<${form.encoding}>`;
}

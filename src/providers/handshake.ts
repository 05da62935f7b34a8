/**
 * What a provider sends to an endpoint before it delivers there, and the answer it wants. Texts are patterns: `{challenge}` and
 * any other name in braces stands for a value that the provider makes up, and for the same value in the answer; `{secret}` for
 * the endpoint's secret and `{verifyToken}` for the token that one agrees on with the provider. One record serves both sides:
 * a receiver matches and fills in the answer, a sender makes the values up and compares.
 *
 * Filters follow a bar: `{token|hmacSha256Hex}` (keyed with the secret), `{token|hmacSha256Base64}`, `{token|sha256Hex}`,
 * `{token|urlDecode}`. What stands in a query or a form is decoded already. A value is text, never empty, and never a number of JSON.
 */
export interface Handshake {
  /** As the provider calls it: `url_verification`. */
  readonly name: string;
  readonly description: string;
  readonly request: {
    readonly method: 'GET' | 'POST' | 'HEAD' | 'OPTIONS';
    readonly query?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    /** Dotted paths into the JSON body. A number or boolean has to be equal. */
    readonly body?: Readonly<Record<string, string | number | boolean>>;
    /** Parameters of a form body. */
    readonly form?: Readonly<Record<string, string>>;
  };
  /** Whether the request is signed as deliveries are. */
  readonly signed: boolean;
  readonly respond: HandshakeAnswer;
  /** Other answers that the provider takes. The first, `respond`, is the one that we give. */
  readonly accepts?: readonly HandshakeAnswer[];
  /** Answered where `{verifyToken}` or the signature is not the right one; 401 unless given. */
  readonly refuse?: number;
  /** A value that is the endpoint's secret from then on, such as `{token}`. */
  readonly secret?: string;
  /** How soon the answer is due. */
  readonly withinMs?: number;
  /** Why it had to be assumed, where the provider does not document it. */
  readonly assumed?: string;
}

export interface HandshakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, sent as it is; an object is sent as JSON; none where it is left out. */
  readonly body?: string | Readonly<Record<string, string | number | boolean>>;
  /** `text/plain` for text and `application/json` for an object unless given. */
  readonly contentType?: string;
}

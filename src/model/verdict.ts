/**
 * Why a verification ended as it did.
 * - `valid`: a signature matches; `unsigned`: signing is optional at this provider and no secret is configured.
 * - `missing-header`: no signature header; `malformed-header`: one is there and cannot be a signature.
 * - `no-match`: well formed, and made with another secret or over other bytes.
 * - `too-old`, `too-new`: it matches, and was made longer ago, or further ahead, than the provider's tolerance allows.
 * - `reserialized`: it matches the body parsed and written again as JSON, not the bytes that arrived.
 * - `no-secret`: nothing usable to verify with.
 */
export type VerdictReason =
  | 'valid'
  | 'unsigned'
  | 'missing-header'
  | 'malformed-header'
  | 'no-match'
  | 'too-old'
  | 'too-new'
  | 'reserialized'
  | 'no-secret';

/** The result of a verification. Never an exception. */
export interface Verdict {
  readonly ok: boolean;
  readonly reason: VerdictReason;
  /** One plain sentence. Contains no secret and no expected signature. */
  readonly message: string;
  /** What was checked, such as `hmac-sha256`. */
  readonly scheme: string;
  /** The signature header in question: the one that was found, else the one that was expected. */
  readonly header: string;
  /** The form of the signature that matched, such as `sha256=<hex>`. */
  readonly form?: string;
  /** Which of the configured secrets matched, counted from 0. */
  readonly secretIndex?: number;
  /** What is odd though the verdict stands, one sentence each. */
  readonly warnings?: readonly string[];
}

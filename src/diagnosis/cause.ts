/**
 * Why a signature does not verify. Stable codes.
 * - `body-…`: other bytes were signed than those that are here: re-serialised JSON, a newline at the end, line endings, a byte order
 *   mark, another charset, a form encoded anew, compression undone or not, the end cut off, base64 or a JSON text around it, an object
 *   written as text, NUL bytes at the end, nothing at all.
 * - `secret-…`: white space or quotes around it, a `whsec_`, `v1,` or `NAME=` too many or too few, decoded or not, another of the secrets that are
 *   known here, an empty one; `secret-wrong` where nothing that was tried explains it.
 * - `signature-…`: written in another encoding, with another prefix, made with another algorithm, found in another header or as one of
 *   several values; missing; or no signature at all.
 * - `content-…`: a timestamp, an id or the URL was signed with the body, in another unit or not at all; `content-wrong` where the parts are
 *   put together otherwise, `content-missing` where the request lacks one of them.
 * - `url-wrong`: the URL that was signed is another one than the request shows.
 * - `provider-other`: this is another provider's request.
 * - `time-…`: its timestamp is far from now: certain where the signature is right but for that.
 */
export type Cause =
  | 'body-reserialized'
  | 'body-newline'
  | 'body-line-endings'
  | 'body-bom'
  | 'body-charset'
  | 'body-form'
  | 'body-encoding'
  | 'body-truncated'
  | 'body-base64'
  | 'body-quoted'
  | 'body-object'
  | 'body-padding'
  | 'body-empty'
  | 'secret-whitespace'
  | 'secret-prefix'
  | 'secret-encoding'
  | 'secret-other'
  | 'secret-empty'
  | 'secret-wrong'
  | 'signature-encoding'
  | 'signature-prefix'
  | 'signature-algorithm'
  | 'signature-header'
  | 'signature-missing'
  | 'signature-malformed'
  | 'content-timestamp'
  | 'content-id'
  | 'content-url'
  | 'content-wrong'
  | 'content-missing'
  | 'url-wrong'
  | 'provider-other'
  | 'time-too-old'
  | 'time-too-new';

/** `certain`: the signature verifies with that change; `likely`: something in the request says so; `possible`: what remains. */
export type Confidence = 'certain' | 'likely' | 'possible';

export interface Diagnosis {
  readonly cause: Cause;
  readonly confidence: Confidence;
  /** What was found and what to do, in one sentence or two. Holds no secret and no expected signature. */
  readonly fix: string;
}

import type { Verdict } from '../model/verdict.ts';
import { hasLimit, judgeAge, readTime, type Refusal } from './age.ts';
import { signsBody, signsTime, type ContentContext } from './content.ts';
import { schemeName, signatureName } from './describe.ts';
import { encodeDigest, equalDigests, plainDigest } from './digest.ts';
import { decodeLine, findLines, type Candidate } from './extract.ts';
import { compare, usableKeys, type Key, type Match } from './match.ts';
import { isReserialized } from './near-miss.ts';
import type { ContentScheme, Secret, SignatureScheme } from './scheme.ts';
import {
  isForm,
  parseQuery,
  queryOf,
  readRequest,
  type RequestReader,
  type SignedRequest,
} from './signed-request.ts';
import {
  describeMalformed,
  describeMatch,
  describeMissing,
  describeNoSecret,
  nounOf,
  type Judge,
} from './verdicts.ts';
import { verifyToken } from './verify-token.ts';

/** What verifying reads of the world. */
export interface VerifyContext {
  /**
   * Milliseconds since the Unix epoch: when the request came. Left out, no signature is too old or too new.
   */
  readonly now?: number | undefined;
  /** The URLs that the sender may have used, for schemes that sign it; made from the request's headers where left out. */
  readonly urls?: readonly string[] | undefined;
}

/**
 * Checks a request's signature against one or several secrets (several during a rotation). Never throws:
 * whatever the request holds, the answer is a verdict. Digests are compared in constant time, every secret against every
 * signature. For asymmetric schemes the secrets are public keys; private ones are understood too, but for the 32 bytes of
 * an Ed25519 key, which look like a public one.
 */
export function verify(
  scheme: SignatureScheme,
  request: SignedRequest,
  secrets: readonly Secret[],
  context: VerifyContext = {},
): Verdict {
  const due = signatureName(scheme);
  const known = secretsAmong(secrets);
  if (scheme.kind === 'none') {
    return judgeOf(scheme, due)(true, 'unsigned', 'nothing is signed here: anyone could have sent it');
  }
  return scheme.kind === 'token'
    ? verifyToken(scheme, request, known, judgeOf(scheme, due))
    : verifyContent(scheme, readRequest(request), known, context, due);
}

/** JavaScript hands over anything: one secret is not a list of its letters, and what is none proves nothing. */
function secretsAmong(given: unknown): readonly Secret[] {
  if (isSecret(given)) return [given];
  return Array.isArray(given) ? given.filter(isSecret) : [];
}

function isSecret(value: unknown): value is Secret {
  return typeof value === 'string' || value instanceof Uint8Array;
}

function judgeOf(scheme: SignatureScheme, header: string): Judge {
  return (ok, reason, message) => ({ ok, reason, message, scheme: schemeName(scheme), header });
}

function verifyContent(
  scheme: ContentScheme,
  reader: RequestReader,
  secrets: readonly Secret[],
  context: VerifyContext,
  due: string,
): Verdict {
  const lines = findLines(scheme, reader, due);
  const place = lines[0]?.place ?? due;
  const result = judgeOf(scheme, place);
  const keys = usableKeys(scheme, secrets);
  if (keys.length === 0) {
    if (scheme.optional && lines.length === 0 && secrets.length === 0) {
      return result(true, 'unsigned', 'not signed, and signing is optional at this provider');
    }
    return result(false, 'no-secret', describeNoSecret(scheme, secrets));
  }
  if (lines.length === 0) return result(false, 'missing-header', `there is no ${nounOf(scheme, due)}`);
  const candidates =
    lines.length === 1 ? decodeLine(scheme, lines[0]!) : lines.flatMap((line) => decodeLine(scheme, line));
  if (candidates.length === 0) {
    return result(false, 'malformed-header', describeMalformed(scheme, place, lines));
  }
  const dated = datedOnes(scheme, reader, candidates);
  if ('reason' in dated) return result(false, dated.reason, dated.message);

  const { matches, missing } = compare(scheme, reader, keys, dated, context);
  let refusal: Refusal | null = null;
  for (const match of matches) {
    const found = refusalOf(scheme, reader, match, context.now);
    if (found === null) return describeMatch(scheme, match, due);
    refusal ??= found;
  }
  if (refusal !== null) return result(false, refusal.reason, refusal.message);
  if (missing !== null) return result(false, 'missing-header', describeMissing(scheme, missing));

  const mismatch = `the signature in ${place} does not match`;
  if (isRewritten(scheme, reader, keys, dated, context)) {
    return result(
      false,
      'reserialized',
      `${mismatch} these bytes, but matches them parsed and written again as JSON: the body was changed after or before it was signed`,
    );
  }
  return result(false, 'no-match', `${mismatch}: another secret, or other bytes`);
}

/** The signatures whose time can be read, where it is signed with them; else why the first one's cannot. */
function datedOnes(
  scheme: ContentScheme,
  reader: RequestReader,
  candidates: readonly Candidate[],
): readonly Candidate[] | Refusal {
  const { timestamp } = scheme;
  if (timestamp === undefined || !signsTime(scheme)) return candidates;
  let refusal: Refusal | null = null;
  // A header may hold very many signatures, all with the same time.
  const read = new Map<Candidate['field'], boolean>();
  const dated = candidates.filter((candidate) => {
    const known = read.get(candidate.field);
    if (known !== undefined) return known;
    const time = readTime(timestamp, reader, candidate);
    if (typeof time !== 'number') refusal ??= time;
    read.set(candidate.field, typeof time === 'number');
    return typeof time === 'number';
  });
  return dated.length === 0 && refusal !== null ? refusal : dated;
}

/** Why a signature that matches is refused all the same. Its own time counts, not that of another beside it. */
function refusalOf(
  scheme: ContentScheme,
  reader: RequestReader,
  { candidate, url }: Match,
  now: number | undefined,
): Refusal | null {
  const altered = alteredDigest(scheme, reader, url);
  if (altered !== null) return { reason: 'no-match', message: altered };
  const { timestamp } = scheme;
  if (timestamp === undefined || !hasLimit(scheme)) return null;
  const time = readTime(timestamp, reader, candidate);
  if (typeof time !== 'number') return time;
  const stale = judgeAge(timestamp, time, now);
  return stale === null
    ? null
    : { reason: stale.reason, message: `the signature in ${candidate.place} matches, but ${stale.message}` };
}

/** A body digest that is not the body's. It counts where the URL says it that is signed, not the one that was asked for. */
function alteredDigest(scheme: ContentScheme, reader: RequestReader, url: string | undefined): string | null {
  const rule = scheme.bodyDigest;
  if (rule === undefined) return null;
  const { body, headers, path } = reader.request;
  const told = parseQuery(queryOf(url ?? path ?? '')).get(rule.query);
  if (told === null) {
    const isDue = body.length > 0 && !isForm(headers);
    return isDue ? `the body is not signed: the query has no ${rule.query}` : null;
  }
  const due = encodeDigest(rule.encoding, plainDigest(rule.hash, body));
  const isHex = rule.encoding === 'hex' || rule.encoding === 'HEX';
  const [left, right] = isHex ? [told.toLowerCase(), due.toLowerCase()] : [told, due];
  return equalDigests(Buffer.from(left), Buffer.from(right))
    ? null
    : `the URL's signature matches, but ${rule.query} is not the digest of this body`;
}

function isRewritten(
  scheme: ContentScheme,
  reader: RequestReader,
  keys: readonly Key[],
  candidates: readonly Candidate[],
  context: ContentContext,
): boolean {
  if (scheme.kind === 'asymmetric' || !signsBody(scheme)) return false;
  return isReserialized(
    reader.request.body,
    (body) => compare(scheme, reader, keys, candidates, { ...context, body }).matches.length > 0,
  );
}

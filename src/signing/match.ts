import type { KeyObject } from 'node:crypto';
import { contentsOf, isBodyAlone, signsFields, type Content, type ContentContext } from './content.ts';
import { equalDigests, hmac, plainDigest } from './digest.ts';
import type { Candidate } from './extract.ts';
import { hmacKey, joined, publicKey, verifyBytes } from './keys.ts';
import type { ContentScheme, Secret } from './scheme.ts';
import type { RequestReader } from './signed-request.ts';

/** A secret made ready, with its place among those that were given. */
export interface Key {
  readonly key: Secret | KeyObject;
  readonly index: number;
}

export function usableKeys(scheme: ContentScheme, secrets: readonly Secret[]): Key[] {
  const keys: Key[] = [];
  for (let index = 0; index < secrets.length; index += 1) {
    const key = keyOf(scheme, secrets[index]!);
    if (key !== null) keys.push({ key, index });
  }
  return keys;
}

function keyOf(scheme: ContentScheme, secret: Secret): Secret | KeyObject | null {
  if (scheme.kind === 'hmac') return hmacKey(scheme, secret);
  if (secret.length === 0) return null;
  return scheme.kind === 'digest' ? secret : publicKey(scheme, secret);
}

export interface Match {
  readonly candidate: Candidate;
  /** Which of the secrets it was made with. */
  readonly secretIndex: number;
  /** Which of the URLs it was made with, where one is signed. */
  readonly url?: string | undefined;
}

interface Comparison {
  /** By secrets first, then by signatures. */
  readonly matches: readonly Match[];
  /** The first value that was signed and is not there. */
  readonly missing: string | null;
}

/** Compares everything with everything, and does not stop at the first that fits. */
export function compare(
  scheme: ContentScheme,
  reader: RequestReader,
  keys: readonly Key[],
  candidates: readonly Candidate[],
  context: ContentContext,
): Comparison {
  const matches: Match[] = [];
  if (scheme.kind === 'hmac' && isBodyAlone(scheme)) {
    // By far the most frequent, so without the lists that the others take.
    const body = context.body ?? reader.request.body;
    for (const { key, index } of keys) {
      const digest = hmac(scheme.hash, key as Secret, body);
      for (const candidate of candidates) {
        if (equalDigests(candidate.bytes, digest)) matches.push({ candidate, secretIndex: index });
      }
    }
    return { matches, missing: null };
  }
  let missing: string | null = null;
  const groups = groupsOf(scheme, candidates);
  let shared: readonly (readonly Content[])[] | null = null;
  for (const { key, index } of keys) {
    const isSecretSigned = scheme.kind === 'digest';
    if (shared === null || isSecretSigned) {
      const known = isSecretSigned ? { ...context, secret: key as Secret } : context;
      shared = groups.map((group) => contentsOf(scheme, reader, group[0]!.field, known).map(inOnePiece));
    }
    for (let at = 0; at < groups.length; at += 1) {
      for (const content of shared[at]!) {
        if ('missing' in content) {
          missing ??= content.missing;
          continue;
        }
        const digest = digestOf(scheme, key, content.parts);
        for (const candidate of groups[at]!) {
          if (fits(scheme, key, content.parts, digest, candidate.bytes)) {
            matches.push({ candidate, secretIndex: index, url: content.url });
          }
        }
      }
    }
  }
  return { matches, missing };

  function inOnePiece(content: Content): Content {
    return scheme.kind === 'asymmetric' && 'parts' in content
      ? { ...content, parts: [joined(content.parts)] }
      : content;
  }
}

/** Each costs a digest of the whole body or a check of it, and whoever sends a request may send many; a rotation has a few. */
const MOST_GROUPS = 16;
const MOST_SLOW_CHECKS = 16;

/** The signatures that are of one content. */
function groupsOf(
  scheme: ContentScheme,
  candidates: readonly Candidate[],
): readonly (readonly [Candidate, ...Candidate[]])[] {
  const some = scheme.kind === 'asymmetric' ? candidates.slice(0, MOST_SLOW_CHECKS) : candidates;
  if (isBodyAlone(scheme) || !signsFields(scheme)) {
    const [first, ...others] = some;
    return first === undefined ? [] : [[first, ...others]];
  }
  const groups = new Map<Candidate['field'], [Candidate, ...Candidate[]]>();
  for (const candidate of some) {
    const group = groups.get(candidate.field);
    if (group !== undefined) group.push(candidate);
    else if (groups.size < MOST_GROUPS) groups.set(candidate.field, [candidate]);
  }
  return [...groups.values()];
}

function digestOf(scheme: ContentScheme, key: Key['key'], parts: readonly Uint8Array[]): Buffer | null {
  if (scheme.kind === 'hmac') return hmac(scheme.hash, key as Secret, ...parts);
  return scheme.kind === 'digest' ? plainDigest(scheme.hash, ...parts) : null;
}

function fits(
  scheme: ContentScheme,
  key: Key['key'],
  parts: readonly Uint8Array[],
  digest: Buffer | null,
  signature: Buffer,
): boolean {
  if (scheme.kind === 'asymmetric') return verifyBytes(scheme.algorithm, key as KeyObject, parts, signature);
  return digest !== null && equalDigests(signature, digest);
}

import type { KeyObject } from 'node:crypto';
import { withHeader, type RawRequest } from '../model/request.ts';
import { contentsOf } from '../signing/content.ts';
import { plainDigest } from '../signing/digest.ts';
import { hmacKey, publicKey, verifyBytes } from '../signing/keys.ts';
import type { ContentScheme, Hash, Secret } from '../signing/scheme.ts';
import { readRequest, type RequestReader } from '../signing/signed-request.ts';
import { isOneOf, sizeOf, type Budget } from './budget.ts';
import type { Reading } from './readings.ts';

/** A secret made ready for a scheme. */
export type Key = Secret | KeyObject;

/** What may have been signed instead of what the request and the scheme say. */
export interface Change {
  /** Another body, in parts. */
  readonly body?: readonly Uint8Array[];
  /** What stands before and after the body, whatever the scheme's template says. */
  readonly around?: { readonly before: Uint8Array; readonly after: Uint8Array };
  /** Another template. Not made of what a request holds: templates are kept. */
  readonly template?: string;
  /** Another text of the timestamp. */
  readonly time?: string;
  readonly urls?: readonly string[];
  readonly hash?: Hash;
}

/** Whether a signature is one of these contents, within a budget. */
export interface Prover {
  readonly scheme: ContentScheme;
  readonly reader: RequestReader;
  /** The readings that fit; `null` where nothing could be computed: too dear, or something is missing. */
  fitting(key: Key, change: Change, readings: readonly Reading[]): readonly Reading[] | null;
  readonly budget: Budget;
}

export function createProver(
  scheme: ContentScheme,
  request: RawRequest,
  urls: readonly string[] | undefined,
  budget: Budget,
): Prover {
  const reader = readRequest(request);
  const dependsOnFields = hasFields(scheme);

  /** Everything that may have been signed, each in parts. */
  function contents(key: Key, change: Change, field: Reading['field']): (readonly Uint8Array[])[] {
    const body = change.body ?? [request.body];
    if (change.around !== undefined) return [[change.around.before, ...body, change.around.after]];
    const { template = scheme.content, time } = change;
    const own = template === undefined ? scheme : { ...scheme, content: template };
    const isPlain = !/\{body\|/.test(template ?? '');
    // What filters make of a body is computed before it is signed, and costs as much.
    if (!isPlain && !budget.takeBytes(sizeOf(body))) return [];
    const context = {
      urls: change.urls ?? urls,
      body: isPlain ? BODY : body.length === 1 ? body[0]! : Buffer.concat(body),
      ...(scheme.kind === 'digest' ? { secret: key as Secret } : {}),
    };
    const [from, fields] = time === undefined ? [reader, field] : withTime(scheme, reader, field, time);
    return contentsOf(own, from, fields, context).flatMap((content) => {
      if ('missing' in content) return [];
      return isPlain ? [content.parts.flatMap((part) => (part === BODY ? body : [part]))] : [content.parts];
    });
  }

  /** Readings of one line say the same beside their signatures, so they share the contents. */
  function groups(readings: readonly Reading[], { around }: Change): Iterable<readonly Reading[]> {
    if (!dependsOnFields || around !== undefined) return [readings];
    const byField = new Map<Reading['field'], Reading[]>();
    for (const reading of readings)
      byField.set(reading.field, [...(byField.get(reading.field) ?? []), reading]);
    return byField.values();
  }

  function fits(
    key: Key,
    hash: Hash,
    parts: readonly Uint8Array[],
    group: readonly Reading[],
  ): Reading[] | null {
    if (scheme.kind === 'asymmetric') {
      const size = sizeOf(parts);
      return group.every(() => budget.take(size))
        ? group.filter(({ digest }) => verifyBytes(scheme.algorithm, key as KeyObject, parts, digest))
        : null;
    }
    let expected: Buffer | null = null;
    if (scheme.kind === 'hmac') expected = budget.digest(hash, key as Secret, parts);
    else if (budget.take(sizeOf(parts))) expected = plainDigest(hash, ...parts);
    return expected === null ? null : group.filter(({ digest }) => isOneOf(expected, [digest]));
  }

  return {
    scheme,
    reader,
    budget,
    fitting(key, change, readings) {
      const found: Reading[] = [];
      let isTried = false;
      for (const group of groups(readings, change)) {
        if (budget.isSpent()) break;
        for (const parts of contents(key, change, group[0]!.field)) {
          const hash = change.hash ?? (scheme.kind === 'asymmetric' ? 'sha256' : scheme.hash);
          const fit = fits(key, hash, parts, group);
          if (fit === null) continue;
          isTried = true;
          found.push(...fit);
        }
      }
      return isTried ? found : null;
    },
  };
}

/** Stands for the body until its parts are put in, so that a large body is not copied. */
const BODY = Buffer.from('{body}');

/** Null where the secret is no key. */
export function keyOf(scheme: ContentScheme, secret: Secret): Key | null {
  if (scheme.kind === 'hmac') return hmacKey(scheme, secret);
  if (secret.length === 0) return null;
  return scheme.kind === 'digest' ? secret : publicKey(scheme, secret);
}

function hasFields({ timestamp, values = {} }: ContentScheme): boolean {
  return [timestamp?.from, ...Object.values(values)].some((place) => place !== undefined && 'field' in place);
}

/** The same request with another timestamp. */
function withTime(
  { timestamp }: ContentScheme,
  reader: RequestReader,
  field: Reading['field'],
  time: string,
): readonly [RequestReader, Reading['field']] {
  const from = timestamp?.from;
  if (from === undefined) return [reader, field];
  if ('field' in from) return [reader, (name) => (name === from.field ? time : field(name))];
  if (!('header' in from)) return [reader, field];
  const { request } = reader;
  return [readRequest({ ...request, headers: withHeader(request.headers, from.header, time) }), field];
}

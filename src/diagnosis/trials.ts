import type { RawRequest } from '../model/request.ts';
import type { VerdictReason } from '../model/verdict.ts';
import { isBodyAlone, signsBody } from '../signing/content.ts';
import { signsUrl } from '../signing/describe.ts';
import type { ContentScheme, Hash, Secret } from '../signing/scheme.ts';
import { rareBodyTrials, usualBodyTrials } from './bodies.ts';
import type { BodyTrial } from './body-trial.ts';
import type { Budget } from './budget.ts';
import type { Cause, Confidence } from './cause.ts';
import { contentTrials } from './contents.ts';
import type { DiagnosisContext } from './context.ts';
import { keyOf, type Change, type Key, type Prover } from './prover.ts';
import { HASH_OF_SIZE, sizeOfSignature, type Reading } from './readings.ts';
import { rareSecretTrials, standardKey, usualSecretTrials } from './secrets.ts';
import { templateTrials } from './templates.ts';
import { likelyUrls, urlTrials } from './urls.ts';

/** Where trials note what they cost and find. */
export interface Notes {
  readonly budget: Budget;
  readonly tried: Set<Cause>;
  readonly add: (cause: Cause, confidence: Confidence, fix: string) => void;
}

interface Trial extends Change {
  readonly cause: Cause;
  readonly fix: string;
  readonly key: Key;
}

/** What is signed, by whom, and what is known beside it. */
export interface Case {
  readonly request: RawRequest;
  readonly prover: Prover;
  readonly secrets: readonly Secret[];
  readonly readings: readonly Reading[];
  readonly reason: VerdictReason;
  readonly context: DiagnosisContext;
}

const MOST_OTHER_SECRETS = 12;

/**
 * Tries one change after another until one explains the signature: first what is usual, with every secret, so that several secrets do
 * not use up the trials before it comes to that.
 */
export function tryChanges(one: Case, notes: Notes): boolean {
  const { prover, readings, reason } = one;
  const { budget, tried } = notes;
  const { scheme } = prover;
  const isReserializedTried = scheme.kind !== 'asymmetric' && signsBody(scheme);
  if (isReserializedTried && (reason === 'no-match' || reason === 'reserialized'))
    tried.add('body-reserialized');
  if (readings.length === 0) return false;
  if (tryReadings(one, notes)) return true;

  const size = sizeOfSignature(scheme);
  const targets = readings.filter(({ digest }) => size === null || digest.length === size);
  if (targets.length === 0) return false;
  for (const { cause, fix, key, ...change } of changes(one, isReserializedTried)) {
    if (budget.isSpent()) return false;
    const fitting = prover.fitting(key, change, targets);
    if (fitting === null) continue;
    tried.add(cause);
    if (note(fitting, cause, fix, notes)) return true;
  }
  return false;
}

/** All changes, likeliest first. */
function* changes(
  { request, prover, secrets, readings, reason, context }: Case,
  isReserializedTried: boolean,
): Generator<Trial> {
  const { headers, body } = request;
  const { scheme, reader } = prover;
  const { otherSecrets = [] } = context;
  const keys = secrets.map((secret) => keyOf(scheme, secret)).filter((key) => key !== null);
  // Several URLs cost several digests; for changes of something else the likeliest are enough.
  const at = signsUrl(scheme) ? { urls: likelyUrls(request, context.urls) } : {};
  const withAll = function* (trial: Omit<Trial, 'key'>): Generator<Trial> {
    for (const key of keys) yield { ...at, ...trial, key };
  };
  const withBody = ({ cause, fix, parts }: BodyTrial): Generator<Trial> =>
    withAll({ cause, fix, body: parts });
  const bodies = function* (): Generator<Trial> {
    if (!signsBody(scheme)) return;
    for (const trial of usualBodyTrials(headers, body, isReserializedTried && reason === 'no-match')) {
      yield* withBody(trial);
    }
  };
  const urls = signsUrl(scheme) ? urlTrials(request, context.urls) : [];
  for (const { url, fix } of urls) yield* withAll({ cause: 'url-wrong', fix, urls: [url] });
  // The verdict says already that the body is to blame; which change it was is left to find.
  if (reason === 'reserialized') yield* bodies();
  for (const secret of secrets) {
    for (const trial of usualSecretTrials(scheme, secret)) yield { ...at, ...trial };
  }
  if (reason !== 'reserialized') yield* bodies();
  for (const { name, secret } of otherSecrets.slice(0, MOST_OTHER_SECRETS)) {
    const fix = `it is signed with the secret of ${name}: configure that one here, or check which endpoint sends this`;
    const key = keyOf(scheme, secret);
    if (key !== null) yield { ...at, cause: 'secret-other', fix, key };
  }
  const field = readings[0]!.field;
  const [usualTemplates, rareTemplates] = templateTrials(scheme, reader, field);
  for (const trial of usualTemplates) yield* withAll(trial);
  const [usual, rare] = isBodyAlone(scheme) && scheme.kind !== 'digest' ? contentTrials(request) : [[], []];
  for (const { cause, fix, before, after, isStandard } of usual) {
    const around = { before, after };
    yield* withAll({ cause, fix, around });
    if (!isStandard || scheme.kind !== 'hmac') continue;
    for (const key of secrets.map(standardKey)) {
      if (key !== null) yield { cause, fix, around, key };
    }
  }
  for (const trial of rareTemplates) yield* withAll(trial);
  if (scheme.kind !== 'asymmetric') {
    const empty = 'the sender signs with an empty secret: set the secret there, the variable may be missing';
    yield { ...at, cause: 'secret-empty', fix: empty, key: '' };
  }
  for (const secret of secrets) {
    for (const trial of rareSecretTrials(scheme, secret)) yield { ...at, ...trial };
  }
  if (signsBody(scheme)) for (const trial of rareBodyTrials(headers, body)) yield* withBody(trial);
  for (const { cause, fix, before, after } of rare) yield* withAll({ cause, fix, around: { before, after } });
}

/**
 * Whether the right signature stands somewhere, written in another way or made with another algorithm. What stands where and as it is
 * due has been compared by `verify`.
 */
function tryReadings({ prover, secrets, readings, request, context }: Case, { tried, add }: Notes): boolean {
  const { scheme } = prover;
  const changed = readings.filter(({ change }) => change !== null);
  const urls = signsUrl(scheme) ? { urls: likelyUrls(request, context.urls) } : {};
  for (const { hash, alike } of byHash(scheme, changed)) {
    for (const secret of secrets) {
      const key = keyOf(scheme, secret);
      const fitting = key === null ? null : prover.fitting(key, { ...urls, hash }, alike);
      if (fitting === null) {
        if (prover.budget.isSpent()) return false;
        continue;
      }
      for (const { change } of alike) tried.add(change!.cause);
      const [match] = fitting;
      if (match === undefined) continue;
      add(match.change!.cause, 'certain', `the signature is right, but ${match.change!.how}`);
      return true;
    }
  }
  return false;
}

/** Readings by what made digests of their size, the scheme's own first. */
function byHash(
  scheme: ContentScheme,
  changed: readonly Reading[],
): readonly { readonly hash: Hash; readonly alike: readonly Reading[] }[] {
  if (changed.length === 0) return [];
  if (scheme.kind === 'asymmetric') return [{ hash: 'sha256', alike: changed }];
  const hashOf = ({ digest }: Reading): Hash => HASH_OF_SIZE.get(digest.length)!;
  return [...new Set([scheme.hash, ...changed.map(hashOf)])]
    .map((hash) => ({ hash, alike: changed.filter((reading) => hashOf(reading) === hash) }))
    .filter(({ alike }) => alike.length > 0);
}

/** Notes a change that fits. It alone is enough only for a signature that is written as is due. */
function note(fitting: readonly Reading[], cause: Cause, fix: string, { add }: Notes): boolean {
  const match = fitting.find(({ change }) => change === null) ?? fitting[0];
  if (match === undefined) return false;
  if (match.change === null) add(cause, 'certain', fix);
  else {
    add(cause, 'likely', fix);
    add(match.change.cause, 'likely', `besides, the signature is not as is due: ${match.change.how}`);
  }
  return true;
}

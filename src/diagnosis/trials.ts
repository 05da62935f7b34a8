import type { RawRequest } from '../model/request.ts';
import type { Verdict, VerdictReason } from '../model/verdict.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';
import { rareBodyTrials, usualBodyTrials } from './bodies.ts';
import { isOneOf, type Budget } from './budget.ts';
import type { Cause, Confidence } from './cause.ts';
import { contentTrials } from './contents.ts';
import type { DiagnosisContext } from './context.ts';
import { HASH_OF_SIZE, type Reading } from './readings.ts';
import { rareSecretTrials, standardKey, usualSecretTrials } from './secrets.ts';

/** Where trials note what they cost and find. */
export interface Notes {
  readonly budget: Budget;
  readonly tried: Set<Cause>;
  readonly add: (cause: Cause, confidence: Confidence, fix: string) => void;
}

interface Trial {
  readonly cause: Cause;
  readonly fix: string;
  readonly parts: readonly Uint8Array[];
  readonly secret: Secret;
}

const MOST_OTHER_SECRETS = 12;

/**
 * Tries one change after another until one explains the signature: first what is usual, with every secret, so that several secrets do
 * not use up the trials before it comes to that.
 */
export function tryChanges(
  request: RawRequest,
  { signature: { value: scheme } }: Provider,
  secrets: readonly Secret[],
  readings: readonly Reading[],
  { reason }: Verdict,
  context: DiagnosisContext,
  notes: Notes,
): boolean {
  const { budget, tried } = notes;
  if (reason === 'no-match' || reason === 'reserialized') tried.add('body-reserialized');
  if (readings.length === 0) return false;
  if (tryReadings(request, scheme.hash, secrets, readings, notes)) return true;

  const targets = readings.filter(({ digest }) => HASH_OF_SIZE.get(digest.length) === scheme.hash);
  if (targets.length === 0) return false;
  for (const { cause, fix, parts, secret } of changes(request, secrets, reason, context)) {
    if (budget.isSpent()) return false;
    const expected = budget.digest(scheme.hash, secret, parts);
    if (expected === null) continue;
    tried.add(cause);
    if (note(expected, targets, cause, fix, notes)) return true;
  }
  return false;
}

/** All changes, likeliest first. */
function* changes(
  request: RawRequest,
  secrets: readonly Secret[],
  reason: VerdictReason,
  { otherSecrets = [] }: DiagnosisContext,
): Generator<Trial> {
  const { headers, body } = request;
  const withAll = function* (trial: Omit<Trial, 'secret'>): Generator<Trial> {
    for (const secret of secrets) yield { ...trial, secret };
  };
  const bodies = function* (): Generator<Trial> {
    for (const trial of usualBodyTrials(headers, body, reason === 'no-match')) yield* withAll(trial);
  };
  // The verdict says already that the body is to blame; which change it was is left to find.
  if (reason === 'reserialized') yield* bodies();
  for (const secret of secrets) {
    for (const trial of usualSecretTrials(secret)) yield { ...trial, parts: [body] };
  }
  if (reason !== 'reserialized') yield* bodies();
  for (const { name, secret } of otherSecrets.slice(0, MOST_OTHER_SECRETS)) {
    const fix = `it is signed with the secret of ${name}: configure that one here, or check which endpoint sends this`;
    if (secret.length > 0) yield { cause: 'secret-other', fix, parts: [body], secret };
  }
  const [usual, rare] = contentTrials(request);
  for (const { cause, fix, before, after, isStandard } of usual) {
    const parts = [before, body, after];
    yield* withAll({ cause, fix, parts });
    if (!isStandard) continue;
    for (const key of secrets.map(standardKey)) {
      if (key !== null) yield { cause, fix, parts, secret: key };
    }
  }
  const empty = 'the sender signs with an empty secret: set the secret there, the variable may be missing';
  yield { cause: 'secret-empty', fix: empty, parts: [body], secret: '' };
  for (const secret of secrets) {
    for (const trial of rareSecretTrials(secret)) yield { ...trial, parts: [body] };
  }
  for (const trial of rareBodyTrials(headers, body)) yield* withAll(trial);
  for (const { cause, fix, before, after } of rare)
    yield* withAll({ cause, fix, parts: [before, body, after] });
}

/**
 * Whether the right digest stands somewhere, written in another way or made with another algorithm. What stands where and as it is due
 * has been compared by `verify`.
 */
function tryReadings(
  { body }: RawRequest,
  due: 'sha256',
  secrets: readonly Secret[],
  readings: readonly Reading[],
  { budget, tried, add }: Notes,
): boolean {
  const changed = readings.filter(({ change }) => change !== null);
  const hashes = new Set([due, ...changed.map(({ digest }) => HASH_OF_SIZE.get(digest.length)!)]);
  for (const hash of hashes) {
    const alike = changed.filter(({ digest }) => HASH_OF_SIZE.get(digest.length) === hash);
    if (alike.length === 0) continue;
    for (const secret of secrets) {
      const expected = budget.digest(hash, secret, [body]);
      if (expected === null) return false;
      for (const { change } of alike) tried.add(change!.cause);
      const match = fitting(expected, alike);
      if (match === null) continue;
      add(match.change!.cause, 'certain', `the signature is right, but ${match.change!.how}`);
      return true;
    }
  }
  return false;
}

/** Notes a change that fits. It alone is enough only for a signature that is written as is due. */
function note(
  expected: Buffer,
  targets: readonly Reading[],
  cause: Cause,
  fix: string,
  { add }: Notes,
): boolean {
  const match = fitting(expected, targets);
  if (match === null) return false;
  if (match.change === null) add(cause, 'certain', fix);
  else {
    add(cause, 'likely', fix);
    add(match.change.cause, 'likely', `besides, the signature is not as is due: ${match.change.how}`);
  }
  return true;
}

/** The reading with that digest, preferably one that the scheme reads so. Compares with all of them. */
function fitting(expected: Buffer, readings: readonly Reading[]): Reading | null {
  const equal = readings.filter(({ digest }) => isOneOf(expected, [digest]));
  return equal.find(({ change }) => change === null) ?? equal[0] ?? null;
}

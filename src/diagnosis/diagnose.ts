import type { RawRequest } from '../model/request.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';
import { verify } from '../signing/verify.ts';
import { createBudget } from './budget.ts';
import type { Cause, Confidence, Diagnosis } from './cause.ts';
import type { DiagnosisContext } from './context.ts';
import { inferBody, inferRest, inferTime } from './infer.ts';
import { inferOther } from './infer-provider.ts';
import { readSignatures } from './readings.ts';
import { tryChanges } from './trials.ts';

export type { DiagnosisContext };

export interface Examination {
  /** Best first; empty where the signature verifies. */
  readonly diagnosis: readonly Diagnosis[];
  /** What was tried, by its cause; each once. */
  readonly tried: readonly Cause[];
  readonly trials: number;
  readonly hashedBytes: number;
  /** Whether something was left untried because it would have cost too much. */
  readonly isCutShort: boolean;
}

const ORDER: readonly Confidence[] = ['certain', 'likely', 'possible'];

/**
 * Why a request's signature does not verify, found by trying what would make it verify: one change at a time, at most 64 HMACs over
 * at most 32 MB beyond those of `verify`. Pure; never throws. A digest made with a secret is compared with what the request holds in
 * constant time, whether it is equal or where it differs; the search then ends after the first HMAC that fits, so the time of the
 * whole tells which change that was, as the answer does. No secret and no expected signature is in what it says.
 */
export function diagnose(
  request: RawRequest,
  provider: Provider,
  secrets: readonly Secret[],
  context: DiagnosisContext = {},
): readonly Diagnosis[] {
  return examine(request, provider, secrets, context).diagnosis;
}

/** The same, with what was tried and what it cost. */
export function examine(
  request: RawRequest,
  provider: Provider,
  secrets: readonly Secret[],
  context: DiagnosisContext = {},
): Examination {
  const scheme = provider.signature.value;
  const verdict = verify(scheme, request, secrets);
  if (verdict.ok) return { diagnosis: [], tried: [], trials: 0, hashedBytes: 0, isCutShort: false };

  const budget = createBudget();
  const found: Diagnosis[] = [];
  const tried = new Set<Cause>();
  const add = (cause: Cause, confidence: Confidence, fix: string): void => {
    const isCertain = confidence === 'certain' && !found.some((known) => known.confidence === 'certain');
    const held = confidence === 'certain' && !isCertain ? 'likely' : confidence;
    if (!found.some((known) => known.cause === cause)) found.push({ cause, confidence: held, fix });
  };
  const usable = secrets.filter((secret) => secret.length > 0);
  const readings = readSignatures(scheme, request.headers);
  const notes = { budget, tried, add };
  if (!tryChanges(request, provider, usable, readings, verdict, context, notes)) {
    inferOther(request, provider, context, notes);
    inferBody(request, add);
    inferRest(request, provider, usable, readings, verdict, add);
  }
  inferTime(request, provider, context.now, add);

  const { trials, hashedBytes, isExhausted } = budget.spent();
  return {
    diagnosis: found.toSorted(
      (one, other) => ORDER.indexOf(one.confidence) - ORDER.indexOf(other.confidence),
    ),
    tried: [...tried],
    trials,
    hashedBytes,
    isCutShort: isExhausted,
  };
}

import type { RawRequest } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Provider } from '../providers/provider.ts';
import { verifyRequest } from '../providers/signatures.ts';
import { signsBody } from '../signing/content.ts';
import { hasContent } from '../signing/describe.ts';
import type { ContentScheme, Secret } from '../signing/scheme.ts';
import { tryBodyDigest } from './body-digest.ts';
import { createBudget } from './budget.ts';
import type { Cause, Confidence, Diagnosis } from './cause.ts';
import type { DiagnosisContext } from './context.ts';
import { schemesInUse } from './in-use.ts';
import { inferBody, inferRest } from './infer.ts';
import { inferOther } from './infer-provider.ts';
import { inferStale, inferTime, isStale } from './infer-time.ts';
import { createProver } from './prover.ts';
import { readSignatures } from './readings.ts';
import { examineToken } from './tokens.ts';
import { tryChanges, type Notes } from './trials.ts';

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
 * Why a request's signature does not verify, found by trying what would make it verify: one change at a time, at most 64 digests
 * or verifications over at most 32 MB beyond those of `verify`. Pure; never throws. A digest made with a secret is compared with what the request holds in
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
  const verdict = verifyRequest(provider, request, secrets, context);
  if (verdict.ok) return { diagnosis: [], tried: [], trials: 0, hashedBytes: 0, isCutShort: false };

  const schemes = schemesInUse(provider, request).map((one) => one.scheme);
  const scheme = schemes[0]!;
  const budget = createBudget();
  const found: Diagnosis[] = [];
  const tried = new Set<Cause>();
  const add: Notes['add'] = (cause, confidence, fix) => {
    const isCertain = confidence === 'certain' && !found.some((known) => known.confidence === 'certain');
    const held = confidence === 'certain' && !isCertain ? 'likely' : confidence;
    if (!found.some((known) => known.cause === cause)) found.push({ cause, confidence: held, fix });
  };
  const notes = { budget, tried, add };
  const usable = secrets.filter((secret) => secret.length > 0);
  if (isStale(verdict)) inferStale(request, scheme, verdict, context.now, add);
  else if (scheme.kind === 'token') {
    examineToken(scheme, request, provider, usable, verdict, context, notes);
    if (found[0]?.confidence !== 'certain') inferOther(request, provider, context, notes);
  } else {
    examineSignature(schemes.filter(hasContent), request, provider, usable, verdict, context, notes);
  }

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

function examineSignature(
  schemes: readonly ContentScheme[],
  request: RawRequest,
  provider: Provider,
  secrets: readonly Secret[],
  verdict: Verdict,
  context: DiagnosisContext,
  notes: Notes,
): void {
  const { reason } = verdict;
  const cases = schemes.map((scheme) => {
    const prover = createProver(scheme, request, context.urls, notes.budget);
    const readings = readSignatures(scheme, prover.reader);
    return { request, prover, secrets, readings, reason, context };
  });
  const [first] = cases;
  if (first === undefined) return;
  const { scheme } = first.prover;
  if (!cases.some((one) => tryBodyDigest(one, notes) || tryChanges(one, notes))) {
    inferOther(request, provider, context, notes);
    if (signsBody(scheme)) inferBody(request, notes.add);
    inferRest(request, provider, scheme, secrets, first.readings, verdict, notes.add);
  }
  inferTime(request, provider, scheme, context.now, notes.add);
}

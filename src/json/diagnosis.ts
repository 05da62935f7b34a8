import type { Diagnosis } from '../diagnosis/cause.ts';

/** A diagnosis as the JSON contract has it. */
export function diagnosisJson({ cause, confidence, fix }: Diagnosis): unknown {
  return { cause, confidence, fix };
}

import type { Diagnosis } from './cause.ts';

/** The best explanation, where it says more than a verdict does: not what merely remains. */
export function explained([best]: readonly Diagnosis[]): Diagnosis | null {
  return best === undefined || best.confidence === 'possible' ? null : best;
}

/** A fact about a provider. `assumed` says why it had to be assumed, and is null where the provider documents it. */
export interface Fact<T> {
  readonly value: T;
  readonly assumed: string | null;
}

/** A fact, or its bare value, which counts as documented. */
export type Given<T> = T | Fact<T>;

export function documented<T>(value: T): Fact<T> {
  return { value, assumed: null };
}

/** A fact that the provider's documents leave open, with what was chosen and why. */
export function assumed<T>(value: T, why: string): Fact<T> {
  return { value, assumed: why };
}

/** A fact from what may be its bare value. */
export function factOf<T>(given: Given<T>): Fact<T> {
  return isFact(given) ? given : documented(given);
}

function isFact<T>(given: Given<T>): given is Fact<T> {
  return typeof given === 'object' && given !== null && 'value' in given && 'assumed' in given;
}

import type { ExpectationReport } from '../expect/expectation.ts';

/** What was expected and what came of it, as the JSON contract has it. */
export function expectationJson({ isMet, expectations, instead }: ExpectationReport): object {
  return {
    met: isMet,
    expectations: expectations.map(({ provider, type, count, received }) => ({
      provider,
      type,
      count,
      received,
    })),
    instead: instead.map(({ provider, what, why, count }) => ({ provider, what, why, count })),
  };
}

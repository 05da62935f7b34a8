/** What a matcher uses of a test runner's own context; that of vitest, of Jest and of the `expect` package has it. */
export interface MatcherContext {
  equals(actual: unknown, expected: unknown, customTesters?: unknown[]): boolean;
  readonly customTesters?: unknown[];
  readonly isNot?: boolean | undefined;
}

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

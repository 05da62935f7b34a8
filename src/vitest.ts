import { expect } from 'vitest';
import { matchers, type WebhookMatchers } from './matchers.ts';

declare module 'vitest' {
  // The name and the default are vitest's own.
  // oxlint-disable-next-line typescript/no-explicit-any, typescript/no-empty-object-type
  interface Matchers<T = any> extends WebhookMatchers<void, T> {}
}

expect.extend(matchers);

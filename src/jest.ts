// So that there is a module to add to.
// oxlint-disable-next-line unicorn/require-module-specifiers, import/no-empty-named-blocks
import type {} from 'expect';
import { UsageError } from './errors.ts';
import { matchers, type WebhookMatchers } from './matchers.ts';

// For `import { expect } from '@jest/globals'`, and for the global one of @types/jest.
declare module 'expect' {
  // oxlint-disable-next-line typescript/no-empty-object-type
  interface Matchers<R extends void | Promise<void>, T = unknown> extends WebhookMatchers<R, T> {}
}
declare global {
  // oxlint-disable-next-line typescript/no-namespace
  namespace jest {
    // oxlint-disable-next-line typescript/no-empty-object-type
    interface Matchers<R, T = {}> extends WebhookMatchers<R, T> {}
  }
}

const { expect } = globalThis as { expect?: { extend?: (added: typeof matchers) => void } };
if (typeof expect?.extend !== 'function') {
  throw new UsageError(
    'there is no global expect to extend: webhook-cli/jest is for the set-up files of Jest (setupFilesAfterEnv)',
    "where injectGlobals is false, extend your own: import { matchers } from 'webhook-cli/matchers'; expect.extend(matchers)",
    'ERR_NO_EXPECT',
  );
}
expect.extend(matchers);

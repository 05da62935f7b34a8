import { defineConfig } from 'vitest/config';

/** Against the providers' own SDKs: they weigh hundreds of megabytes, so they are installed apart, by `test:interop`. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    env: { NO_COLOR: '1' },
    reporters: process.env['CI'] ? ['default', 'json'] : ['default'],
    outputFile: { json: '.test-results/interop.json' },
  },
});

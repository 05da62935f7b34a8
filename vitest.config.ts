import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/packed/**'],
    globalSetup: ['test/support/build.ts', 'test/support/chromium.ts'],
    // Most tests wait for processes of their own: even two cores are better used by two workers.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { NO_COLOR: '1' },
    reporters: process.env['CI'] ? ['default', 'json'] : ['default'],
    outputFile: { json: '.test-results/tests.json' },
  },
});

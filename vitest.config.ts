import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/packed/**'],
    globalSetup: ['test/support/build.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { NO_COLOR: '1' },
    reporters: process.env['CI'] ? ['default', 'json'] : ['default'],
    outputFile: { json: '.test-results/tests.json' },
  },
});

import { defineConfig } from 'vitest/config';

/** The package as people install it: needs the npm registry and some minutes, so it runs apart from the other tests. */
export default defineConfig({
  test: {
    include: ['test/packed/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    env: { NO_COLOR: '1' },
    reporters: process.env['CI'] ? ['default', 'json'] : ['default'],
    outputFile: { json: '.test-results/packed.json' },
  },
});

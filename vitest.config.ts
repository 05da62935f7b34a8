import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const dist = fileURLToPath(new URL('dist/', import.meta.url));

export default defineConfig({
  // The examples import the package by its name.
  resolve: {
    alias: [
      { find: /^webhook-cli$/, replacement: `${dist}index.js` },
      { find: /^webhook-cli\/(\w+)$/, replacement: `${dist}$1.js` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts', 'examples/{express,fetch}/*.test.*'],
    exclude: ['test/packed/**', 'test/interop/**'],
    globalSetup: ['test/support/build.ts', 'test/support/chromium.ts'],
    // Most tests wait for processes of their own: even two cores are better used by three workers.
    maxWorkers: 3,
    testTimeout: 60_000,
    // A loaded machine takes its time.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
    env: { NO_COLOR: '1' },
    reporters: process.env['CI'] ? ['default', 'json'] : ['default'],
    outputFile: { json: '.test-results/tests.json' },
  },
});

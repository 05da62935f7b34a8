// Prints `N passed, N failed` from the test runner's own reports, and fails where there are none or something failed.
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../.test-results/', import.meta.url);
let reports = [];
try {
  reports = readdirSync(folder).filter((name) => name.endsWith('.json'));
} catch {
  // No report: the tests did not get as far as running.
}
const count = { passed: 0, failed: 0, skipped: 0 };
for (const name of reports) {
  const report = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
  count.passed += report.numPassedTests;
  // A file that fails to load holds no failed test.
  count.failed +=
    report.numFailedTests +
    report.testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
    ).length;
  count.skipped += report.numPendingTests;
}
if (reports.length === 0) count.failed += 1;
console.log(
  `${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}`,
);
if (count.failed > 0) process.exitCode = 1;

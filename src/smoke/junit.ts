import { countChecks, type CheckStatus } from '../model/check.ts';
import type { SmokeCheck } from './smoke.ts';

/** A JUnit report as GitLab, Jenkins and GitHub's reporters read it. Pure. */
export function junitReport(checks: readonly SmokeCheck[], provider: string, isStrict: boolean): string {
  const counts = countChecks(checks);
  const failures = counts.failed + (isStrict ? counts.warned : 0);
  const time = seconds(checks.reduce((sum, { durationMs }) => sum + durationMs, 0));
  const sums = `tests="${checks.length}" failures="${failures}" errors="0" skipped="${counts.skipped}" time="${time}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="webhook-cli smoke" ${sums}>`,
    `  <testsuite name="${escapeXml(`webhook-cli smoke ${provider}`)}" ${sums}>`,
    ...checks.map((check) => testCase(check, provider, isStrict)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(check: SmokeCheck, provider: string, isStrict: boolean): string {
  const { id, title, durationMs } = check;
  const start = `    <testcase classname="${escapeXml(provider)}" name="${escapeXml(`${id} ${title}`)}" time="${seconds(durationMs)}"`;
  const status: CheckStatus = isStrict && check.status === 'warned' ? 'failed' : check.status;
  const inner = ELEMENTS[status](check);
  return inner === '' ? `${start}/>` : `${start}>\n      ${inner}\n    </testcase>`;
}

const ELEMENTS: Readonly<Record<CheckStatus, (check: SmokeCheck) => string>> = {
  passed: ({ message }) => (message === '' ? '' : `<system-out>${escapeXml(message)}</system-out>`),
  failed: (check) =>
    `<failure message="${escapeXml(check.message)}" type="${escapeXml(check.id)}">${escapeXml(said(check))}</failure>`,
  warned: (check) => `<system-out>${escapeXml(`warning: ${said(check)}`)}</system-out>`,
  skipped: ({ message }) => `<skipped message="${escapeXml(message)}"/>`,
};

function said({ message, hint }: SmokeCheck): string {
  return hint === null ? message : `${message}\nhint: ${hint}`;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

/** Text fit for an attribute or an element. What XML 1.0 has no way to write stands as a replacement character. */
export function escapeXml(text: string): string {
  return (
    text
      // Halves of a character beyond the first 65,536 among them.
      .replace(/\p{Surrogate}/gu, '\ufffd')
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character]!)
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

import { countChecks, type CheckStatus } from '../model/check.ts';
import { groupChecks } from './group.ts';
import type { SmokeCheck } from './smoke.ts';

/** Workflow commands that GitHub Actions shows as annotations, one a line. Pure. */
export function annotations(checks: readonly SmokeCheck[], isStrict: boolean): readonly string[] {
  return groupChecks(checks)
    .filter(({ status }) => status === 'failed' || status === 'warned')
    .map(({ id, title, status, message, hint }) => {
      const command = status === 'failed' || isStrict ? 'error' : 'warning';
      const text = [`${title}: ${message}`, ...(hint === null ? [] : [`hint: ${hint}`])].join('\n');
      return `::${command} title=${escapeProperty(`webhook-cli ${id}`)}::${escapeData(text)}`;
    });
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

const MARKS: Readonly<Record<CheckStatus, string>> = {
  passed: '✅',
  failed: '❌',
  warned: '⚠️',
  skipped: '➖',
};

/** A Markdown table for the summary of a job. Pure. */
export function stepSummary(checks: readonly SmokeCheck[], provider: string): string {
  const { passed, failed, warned, skipped } = countChecks(checks);
  const rows = groupChecks(checks).map(({ id, title, status, message, hint }) => {
    const seen = [message, hint === null ? '' : `hint: ${hint}`].filter((text) => text !== '');
    return `| ${MARKS[status]} | ${id} | ${cell(title)} | ${seen.map(cell).join('<br>')} |`;
  });
  return [
    `### webhook-cli smoke: ${cell(provider)}`,
    '',
    '| | Rule | The app | Seen |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `${passed} passed, ${failed} failed, ${warned} with a warning, ${skipped} skipped`,
    '',
    '',
  ].join('\n');
}

/** Text that stays text in a table: an app may answer with anything. */
function cell(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~@]/g, (character) => `&#${character.charCodeAt(0)};`);
}

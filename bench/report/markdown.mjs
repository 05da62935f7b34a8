import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { BAR_HEAD, barRows, DETAIL_HEAD, detailRows, machineOf, tableLines } from './words.mjs';

export const README = fileURLToPath(new URL('../README.md', import.meta.url));
/** Ends what is kept of a run when the next one takes its place. */
export const DETAILS = '<!-- details -->';

/** The section of bench/README.md: the table of all bars, then what each benchmark found. */
export function markdownReport(report) {
  return formatted(
    [
      `### The run of ${machineOf(report)}`,
      tableMarkdown(BAR_HEAD, barRows(report.benchmarks)),
      DETAILS,
      ...report.benchmarks.filter(({ error }) => error === null).map(detailMarkdown),
    ].join('\n\n'),
  );
}

export async function formatted(text) {
  return (await format(text, { ...(await resolveConfig(README)), parser: 'markdown' })).trimEnd();
}

function detailMarkdown(result) {
  const { name, what, how, table, notes } = result;
  return [
    `#### ${name}`,
    `${sentence(what)} ${sentence(how)}`,
    tableMarkdown(DETAIL_HEAD, detailRows(result)),
    ...(table === null ? [] : [tableMarkdown(table.head, tableLines(table))]),
    ...notes.map(sentence),
  ].join('\n\n');
}

function tableMarkdown(head, lines) {
  const show = (line) => `| ${line.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [show(head), show(head.map(() => '---')), ...lines.map(show)].join('\n');
}

function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

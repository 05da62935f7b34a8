import { BAR_HEAD, barRows, DETAIL_HEAD, detailRows, machineOf, tableLines } from './words.mjs';

/** Everything that one benchmark found. */
export function detailText(result) {
  const { name, what, how, table, notes, error } = result;
  if (error !== null) return `${name} failed: ${error}`;
  return [
    `${name}: ${what}`,
    `  ${how}`,
    indent(tableText(DETAIL_HEAD, detailRows(result))),
    ...(table === null ? [] : [indent(tableText(table.head, tableLines(table)))]),
    ...notes.map((note) => `  ${note}`),
  ].join('\n');
}

/** The one table of every bar. */
export function reportText(report) {
  return `${machineOf(report)}\n\n${tableText(BAR_HEAD, barRows(report.benchmarks))}`;
}

function tableText(head, lines) {
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column].length)));
  const show = (line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  return [show(head), widths.map((width) => '-'.repeat(width)).join('  '), ...lines.map(show)].join('\n');
}

function indent(text) {
  return text.replaceAll(/^/gm, '  ');
}

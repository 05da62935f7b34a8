// How figures are written, in a terminal and in Markdown alike.

/** `5,123 (4,900 to 5,310) requests/s, of 5`, led by the place that is looked at where that is not the median. */
function figureOf({ figures, unit, digits, bar, lead }) {
  const first = bar?.of ?? lead;
  const show = (value) => number(value, digits);
  const { min, median, max, samples } = figures;
  const whole = samples === 1 ? show(median) : `${show(median)} (${show(min)} to ${show(max)})`;
  const isLed = first !== 'median' && Object.hasOwn(figures, first) && samples > 1;
  return `${isLed ? `${first} ${show(figures[first])}, ` : ''}${whole} ${unit}`;
}

/** `0.38 x bare`, `+31.2 ms to node -e 0`. */
function comparisonOf({ against, ratio, difference, unit, digits }) {
  if (ratio !== null) return `${number(ratio, 2)} x ${against}`;
  if (difference !== null) return `${signed(difference, digits)} ${unit} to ${against}`;
  return '';
}

/** `at least 0.35`, `at most 50 ms (p95)`. */
function barOf({ bar, unit }) {
  if (bar === null) return '';
  const limit = bar.atLeast === undefined ? `at most ${bar.atMost}` : `at least ${bar.atLeast}`;
  if (bar.of === 'ratio') return `${limit} x`;
  if (bar.of === 'difference') return limit.replace('most ', 'most +') + ` ${unit}`;
  return `${limit} ${unit}${bar.of === 'median' ? '' : ` (${bar.of})`}`;
}

function outcomeOf({ met, missedBy }) {
  if (met === null) return '';
  return met ? 'met' : `missed by ${percent(missedBy)}`;
}

function besidesOf({ figures, bar, lead, besides }) {
  const tails = ['p95', 'p99'].filter((key) => Object.hasOwn(figures, key) && (bar?.of ?? lead) !== key);
  const all = { ...Object.fromEntries(tails.map((key) => [key, figures[key]])), ...besides };
  return Object.entries(all)
    .map(([name, value]) => `${name} ${number(value, digitsFor(value))}`)
    .join(', ');
}

export function machineOf({ startedAt, quick, machine }) {
  const { cpu, cores, memoryGB, node, system } = machine;
  const length = quick ? ', a quick run' : '';
  return `${startedAt.slice(0, 10)}${length}: ${cpu}, ${cores} cores, ${memoryGB} GB, Node ${node}, ${system}`;
}

/** The one table of all bars: what has one, and what is as telling without. */
export function barRows(benchmarks) {
  return benchmarks.flatMap(({ name, rows, error }) => {
    if (error !== null) return [[name, 'failed', error, '', '', 'failed']];
    return rows
      .filter(({ headline }) => headline)
      .map((row) => [name, row.label, figureOf(row), comparisonOf(row), barOf(row), outcomeOf(row)]);
  });
}

export const BAR_HEAD = ['benchmark', 'of', 'median (min to max)', 'compared', 'bar', 'outcome'];
export const DETAIL_HEAD = ['of', 'median (min to max)', 'compared', 'besides'];

export function detailRows({ rows }) {
  return rows.map((row) => [row.label, figureOf(row), comparisonOf(row), besidesOf(row)]);
}

/** A benchmark's own table as text. */
export function tableLines({ lines }) {
  return lines.map((line) =>
    line.map((cell) => (typeof cell === 'number' ? number(cell, digitsFor(cell)) : String(cell))),
  );
}

function number(value, digits) {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function digitsFor(value) {
  const size = Math.abs(value);
  if (Number.isInteger(value)) return 0;
  if (size < 10) return 2;
  return size < 100 ? 1 : 0;
}

function signed(value, digits) {
  return `${value < 0 ? '' : '+'}${number(value, digits)}`;
}

function percent(share) {
  return `${number(share * 100, share < 0.01 ? 1 : 0)} %`;
}

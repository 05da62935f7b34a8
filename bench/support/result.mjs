/**
 * What a benchmark returns; nothing in it is text for a terminal, so tables, JSON and Markdown are made of the same.
 *
 * @typedef {{ min: number, median: number, max: number, samples: number, p95?: number, p99?: number }} Figures
 * @typedef {{ of: 'ratio' | 'difference' | keyof Figures, atLeast?: number, atMost?: number }} Bar
 * @typedef {{
 *   label: string, unit: string, figures: Figures, digits: number, against: string | null,
 *   ratio: number | null, difference: number | null,
 *   bar: Bar | null, met: boolean | null, missedBy: number | null, besides: Record<string, number>, headline: boolean,
 *   lead: keyof Figures | null,
 * }} Row `missedBy` is a share of the bar; `besides` are further figures of the same thing, by name; a
 *   `headline` stands in the table of all bars; `lead` is the figure to look at where that is neither the median nor the bar's.
 * @typedef {{ head: string[], lines: (string | number)[][] }} Table
 * @typedef {{ name: string, what: string, how: string, rows: Row[], table?: Table, notes: string[] }} Result
 */

/** @returns {Row} with what is left out filled in, and judged where there is a bar. */
export function row({ against = null, ratio = null, difference = null, bar = null, ...rest }) {
  const whole = {
    digits: 0,
    besides: {},
    lead: null,
    headline: bar !== null,
    ...rest,
    against,
    ratio,
    difference,
    bar,
  };
  return { ...whole, ...judge(whole) };
}

function judge({ bar, ratio, difference, figures }) {
  if (bar === null) return { met: null, missedBy: null };
  const value = { ratio, difference, ...figures }[bar.of];
  const excess = bar.atLeast === undefined ? value - bar.atMost : bar.atLeast - value;
  const met = excess <= 0;
  return { met, missedBy: met ? null : excess / Math.abs(bar.atLeast ?? bar.atMost) };
}

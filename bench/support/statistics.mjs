export function median(values) {
  return percentile(values, 0.5);
}

/** The value below which that share of them lies; between two neighbours where the place is between them. */
export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place % 1);
}

/** The same over several groups of which each counts as much as every other, however many values it has. */
export function pooledPercentile(groups, share) {
  const weighted = groups.flatMap((values) => values.map((value) => ({ value, weight: 1 / values.length })));
  weighted.sort((left, right) => left.value - right.value);
  let rest = groups.length * share;
  for (const { value, weight } of weighted) if ((rest -= weight) <= 0) return value;
  return weighted.at(-1).value;
}

/** What a table shows of many values. */
export function figures(values) {
  return {
    min: values.reduce((least, value) => Math.min(least, value), Infinity),
    median: median(values),
    max: values.reduce((most, value) => Math.max(most, value), -Infinity),
    samples: values.length,
  };
}

/** The same with the places where slow ones show. */
export function tails(values) {
  return {
    ...figures(values),
    p95: percentile(values, 0.95),
    p99: percentile(values, 0.99),
  };
}

/** The median over the rounds of what was measured to its yardstick in the same round. */
export function ratioOf(values, yardstick) {
  return median(values.map((value, round) => value / yardstick[round]));
}

export function differenceOf(values, yardstick) {
  return median(values.map((value, round) => value - yardstick[round]));
}

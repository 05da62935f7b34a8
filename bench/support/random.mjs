/** Numbers from 0 up to 1 that are the same in every run: a generator begun with a number (mulberry32). */
export function randomFrom(number) {
  let state = Math.imul(number + 1, 0x9e3779b1) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws from a list in which the nth is drawn in proportion to 1/n, as words of a language and customers of a service are. */
export function skewed(items) {
  const sums = [];
  let sum = 0;
  for (let rank = 1; rank <= items.length; rank += 1) sums.push((sum += 1 / rank));
  return (random) => items[firstOver(sums, random() * sum)];
}

export function pick(items, random) {
  return items[Math.floor(random() * items.length)];
}

function firstOver(sums, value) {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

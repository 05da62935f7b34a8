/** Where an arrow key leads in a list: the index, kept within it; null for other keys. */
export function movedTo(key: string, index: number, count: number): number | null {
  if (count === 0) return null;
  if (key === 'ArrowDown' || key === 'j') return Math.min(count - 1, index + 1);
  if (key === 'ArrowUp' || key === 'k') return index === -1 ? 0 : Math.max(0, index - 1);
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return null;
}

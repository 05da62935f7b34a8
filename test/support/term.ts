import { createTerm, type Term } from '../../src/cli/render/term.ts';
import { memoryHost } from './host.ts';

export const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);

/** A terminal of so many columns, or a pipe. Without colours, so that every escape sequence is somebody else's. */
export function termOf({
  isTTY,
  columns = 120,
  color = false,
}: {
  isTTY: boolean;
  columns?: number;
  color?: boolean;
}): Promise<Term> {
  return createTerm(memoryHost({ outIsTTY: isTTY, columns }), color, () => NOW);
}

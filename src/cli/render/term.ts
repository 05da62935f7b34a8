import { stripVTControlCharacters } from 'node:util';
import type { Host } from '../io.ts';

type Paint = (text: string) => string;

export interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

/** What rendering needs to know of the place it renders for. */
export interface Term {
  readonly isTTY: boolean;
  readonly columns: number;
  /** The present, in milliseconds since the Unix epoch. */
  readonly now: number;
  readonly paint: Palette;
  /**
   * Aligned columns with a heading on a terminal, tab-separated lines elsewhere. Where the terminal is too narrow, `spare`
   * columns are left out in that order.
   */
  readonly table: (
    heading: readonly string[],
    rows: readonly (readonly string[])[],
    spare?: readonly string[],
  ) => string;
}

const plain: Paint = (text) => text;
const PLAIN: Palette = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain };

export async function createTerm(host: Host, color: boolean, now: () => number): Promise<Term> {
  const { isTTY } = host.out;
  const paint = isTTY && color ? await colours() : PLAIN;
  return {
    isTTY,
    get columns() {
      return host.out.columns;
    },
    get now() {
      return now();
    },
    paint,
    table: isTTY ? await drawnTable(paint, () => host.out.columns) : separatedTable,
  };
}

/** Between two columns. */
const GAP = '  ';

async function colours(): Promise<Palette> {
  const { Chalk } = await import('chalk');
  return new Chalk({ level: 1 });
}

async function drawnTable(paint: Palette, width: () => number): Promise<Term['table']> {
  const { default: Table } = await import('cli-table3');
  const none = Object.fromEntries(
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
      .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
      .map((name) => [name, '']),
  );
  return (heading, rows, spare = []) => {
    const kept = fittingColumns(heading, rows, spare, width());
    const table = new Table({
      head: kept.map((column) => paint.dim(heading[column]!)),
      chars: { ...none, middle: GAP },
      style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    });
    for (const row of rows) table.push(kept.map((column) => row[column] ?? ''));
    return table.toString().replace(/[ \t]+$/gm, '');
  };
}

/** The numbers of the columns that fit into a line of so many characters. */
function fittingColumns(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  spare: readonly string[],
  width: number,
): number[] {
  const widths = heading.map((title, column) =>
    rows.reduce(
      (most, row) => Math.max(most, stripVTControlCharacters(row[column] ?? '').length),
      title.length,
    ),
  );
  let kept = heading.map((_title, column) => column);
  for (const title of spare) {
    const total = kept.reduce((sum, column) => sum + widths[column]! + GAP.length, -GAP.length);
    if (total <= width) break;
    kept = kept.filter((column) => heading[column] !== title);
  }
  return kept;
}

function separatedTable(_heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.join('\t')).join('\n');
}

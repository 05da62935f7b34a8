/** What came of each provider, to be printed at the end. */
export class Matrix<Column extends string> {
  readonly #columns: readonly Column[];
  readonly #cells = new Map<string, string>();

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
  }

  /** Runs a check and notes whether it passed; of several for one cell all have to. */
  async check(row: string, column: Column, run: () => unknown): Promise<void> {
    const key = `${row} ${column}`;
    try {
      await run();
      if (!this.#cells.has(key)) this.#cells.set(key, '✓');
    } catch (error) {
      this.#cells.set(key, '✗');
      throw error;
    }
  }

  note(row: string, column: Column, text: string): void {
    this.#cells.set(`${row} ${column}`, text);
  }

  /** A cell that nobody filled is a dash. */
  render(rows: readonly string[]): string {
    const first = Math.max('provider'.length, ...rows.map((row) => row.length));
    const line = (name: string, cells: readonly string[]): string =>
      [name.padEnd(first), ...cells.map((cell, index) => cell.padEnd(this.#columns[index]!.length))]
        .join('  ')
        .trimEnd();
    return [
      line('provider', this.#columns),
      ...rows.map((row) =>
        line(
          row,
          this.#columns.map((column) => this.#cells.get(`${row} ${column}`) ?? '–'),
        ),
      ),
    ].join('\n');
  }
}

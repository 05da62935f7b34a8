/** An option as a command declares it. */
export interface OptionNode {
  /** All ways to write it, such as `-h` and `--help`. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly value: 'none' | 'optional' | 'required';
}

/** A command as it declares itself, and those below it. */
export interface CommandNode {
  /** Empty for the program itself. */
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionNode[];
  /** In order; the last may stand for any number. */
  readonly arguments: readonly { readonly name: string; readonly variadic: boolean }[];
  readonly commands: readonly CommandNode[];
}

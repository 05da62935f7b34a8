/** Text as one word of bash and zsh, in which nothing means anything. */
export function quoteForPosix(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The same for fish, where a backslash means something within single quotes too. */
export function quoteForFish(text: string): string {
  return `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
}

/** A description, on one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

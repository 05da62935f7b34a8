export interface Option {
  readonly name: string;
  readonly description: string;
}

/** Those that hold every word, in the name or the description; names that begin with the text come first. */
export function matching(options: readonly Option[], text: string): readonly Option[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = options.filter(({ name, description }) => {
    const all = `${name} ${description}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const begins = ({ name }: Option): number => (name.startsWith(words[0] ?? '') ? 0 : 1);
  return found.toSorted((a, b) => begins(a) - begins(b));
}

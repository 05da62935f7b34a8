/**
 * A URL, or null where the text is none. Not by `URL.canParse`: the one of Node 20 says no, after some hundred calls, to every URL
 * with a letter that is not ASCII.
 */
export function parseUrl(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

export function isUrl(text: string): boolean {
  return parseUrl(text) !== null;
}

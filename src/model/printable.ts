/** Controls of the terminal, of the direction of text, and line breaks that only some programs take for such. */
// oxlint-disable-next-line no-control-regex
export const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text from outside, safe for a terminal: its control characters would move the cursor, or worse. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    character === '\t' || character === '\n' ? ' ' : `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
}

/** The same for text of several lines: its line breaks stay. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n');
}

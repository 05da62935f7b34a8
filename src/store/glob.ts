/** Beyond this, in bytes, SQLite refuses a pattern with an error. No event type is so long. */
const LONGEST = 50_000;

/** A pattern in which only `*` stands for any text, as GLOB reads it; null where nothing can fit it. */
export function globPattern(pattern: string): string | null {
  // GLOB knows more signs than `*`; those are meant literally here.
  const glob = pattern.replace(/[[?]/g, '[$&]');
  return Buffer.byteLength(glob) > LONGEST ? null : glob;
}

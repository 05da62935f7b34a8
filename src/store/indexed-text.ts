import { searchableText } from '../model/text.ts';
import type { Header } from '../model/request.ts';

/** What the full-text index takes in of a capture. */
export interface IndexedText {
  readonly headers: string;
  readonly body: string;
}

const NOTHING = new Uint8Array();
const MAY_BE_ENCODED = /content-encoding/i;

/**
 * The text of a stored capture. Its headers are stored as JSON, whose brackets, quotes and commas part words as line breaks do: where
 * nothing is escaped in it, it holds the same words in the same order, and need not be read.
 */
export function indexedText(headersJson: string, body: Uint8Array | null): IndexedText {
  const isPlain = !headersJson.includes('\\') && !MAY_BE_ENCODED.test(headersJson);
  if (!isPlain) return searchableText(JSON.parse(headersJson) as Header[], body ?? NOTHING);
  return { headers: headersJson, body: searchableText([], body ?? NOTHING).body };
}

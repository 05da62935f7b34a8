import type { AttemptResponse } from '../model/attempt.ts';
import { printable } from '../model/printable.ts';
import { asText, decodeContent } from '../model/text.ts';
import type { Secret } from '../signing/scheme.ts';

const MOST_CHARACTERS = 160;
/** Shorter text is no secret to speak of, and taking it out would tear words apart. */
const SHORTEST_SECRET = 4;

/** Makes what tells in one line what an app says, without what must not stand in a report. */
export function createExcerpts(confidential: readonly Secret[]): (response: AttemptResponse) => string {
  const hidden = confidential
    .map((secret) => (typeof secret === 'string' ? secret : Buffer.from(secret).toString()))
    .flatMap((text) => [text, text.trim(), JSON.stringify(text).slice(1, -1), encodeURIComponent(text)])
    .filter((text) => text.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
  return ({ headers, body }) => {
    const text = asText(decodeContent(headers, body));
    if (text === null) return '';
    // Before it is cut: half a secret is still half of it. And after: the tags of a page may stand within one.
    const line = printable(withoutSecrets(plain(withoutSecrets(text, hidden)), hidden));
    return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
  };
}

function withoutSecrets(text: string, hidden: readonly string[]): string {
  return hidden.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

/** The text of a page, JSON on one line, else the first line that says something. */
function plain(text: string): string {
  const trimmed = text.trim();
  if (trimmed.startsWith('<')) {
    return trimmed
      .replace(/<(style|script|head)\b[^]*?<\/\1>/gi, ' ')
      .replace(/<[^>]*>/g, ' ')
      .replace(/&(nbsp|#160);/g, ' ')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&(quot|#34);/g, '"')
      .replace(/&#39;/g, "'")
      .replace(/&amp;/g, '&')
      .replace(/\s+/g, ' ')
      .trim();
  }
  if (/^[[{]/.test(trimmed)) {
    try {
      return JSON.stringify(JSON.parse(trimmed));
    } catch {
      // Then it is text that begins like JSON.
    }
  }
  return trimmed.split(/\r?\n/, 1)[0]!.trim();
}

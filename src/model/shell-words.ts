import { UsageError } from '../errors.ts';

/** What a shell makes of text. All text here is Latin-1: one character per byte. */
export interface ShellCommand {
  readonly words: readonly string[];
  /** What follows the first command: from its `|`, `;`, `>` or line break on. */
  readonly rest: string;
}

interface Quoted {
  readonly text: string;
  /** Where to go on. */
  readonly end: number;
}

/**
 * The words of the first command in a text, as bash reads them: '…', "…", $'…', backslashes, lines continued with a backslash.
 * @throws {UsageError} for what only a shell can know (variables), for quotes that are not closed, and for the Windows prompt's ^.
 */
export function readShellWords(text: string): ShellCommand {
  const words: string[] = [];
  let word = null as string | null;
  const plain = /[^'"\\$`|;&<>^\s]+/y;
  let index = 0;
  const take = ({ text: more, end }: Quoted): void => {
    word = (word ?? '') + more;
    index = end;
  };
  const endWord = (): void => {
    if (word !== null) words.push(word);
    word = null;
  };
  while (index < text.length) {
    plain.lastIndex = index;
    if (plain.test(text)) {
      take({ text: text.slice(index, plain.lastIndex), end: plain.lastIndex });
      continue;
    }
    const sign = text[index]!;
    const continued = sign === '\\' ? lineBreakAt(text, index + 1) : 0;
    if (continued > 0) index += 1 + continued;
    else if (sign === "'") take(singleQuoted(text, index));
    else if (sign === '"') take(doubleQuoted(text, index));
    else if (text.startsWith("$'", index)) take(escapesQuoted(text, index));
    else if (sign === '\\') take({ text: text[index + 1] ?? '', end: index + 2 });
    else if (sign === ' ' || sign === '\t') {
      endWord();
      index += 1;
    } else if (lineBreakAt(text, index) > 0) {
      endWord();
      // Backslashes get lost when a command is copied: a line of options goes on with the one above it.
      const goesOn = /^\s+(?=-)/.exec(text.slice(index, index + 200));
      if (goesOn === null) break;
      index += goesOn[0].length;
    } else if ('|;&<>'.includes(sign)) {
      // `2>/dev/null`: the number is none of the command's words.
      if (word !== null && (sign === '>' || sign === '<') && /^\d+$/.test(word)) word = null;
      break;
    } else {
      refuseExpansion(text, index);
      if (sign === '^' && (text[index + 1] === '"' || lineBreakAt(text, index + 1) > 0))
        throw windowsPrompt();
      take({ text: sign, end: index + 1 });
    }
  }
  endWord();
  return { words, rest: text.slice(index) };
}

function lineBreakAt(text: string, index: number): number {
  if (text[index] === '\n') return 1;
  return text.startsWith('\r\n', index) ? 2 : 0;
}

function singleQuoted(text: string, start: number): Quoted {
  const end = text.indexOf("'", start + 1);
  if (end === -1) throw unclosed("'");
  return { text: text.slice(start + 1, end), end: end + 1 };
}

function doubleQuoted(text: string, start: number): Quoted {
  const parts: string[] = [];
  let from = start + 1;
  for (let index = from; index < text.length; index += 1) {
    const sign = text[index]!;
    if (sign === '"') return { text: parts.join('') + text.slice(from, index), end: index + 1 };
    refuseExpansion(text, index);
    if (sign !== '\\') continue;
    const next = text[index + 1];
    if (next === '\n') {
      parts.push(text.slice(from, index));
      from = index + 2;
    } else if (next !== undefined && '$`"\\'.includes(next)) {
      parts.push(text.slice(from, index));
      from = index + 1;
    }
    index += 1;
  }
  throw unclosed('"');
}

const ESCAPE =
  /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|c([\s\S])|([\s\S]))/g;
const NAMED: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** $'…' */
function escapesQuoted(text: string, start: number): Quoted {
  let end = start + 2;
  while (end < text.length && text[end] !== "'") end += text[end] === '\\' ? 2 : 1;
  if (end >= text.length) throw unclosed("$'");
  const unescape = (whole: string, ...groups: (string | undefined)[]): string => {
    const [hex, short, long, octal, control, other] = groups;
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) & 0x1f);
    const code = Number.parseInt(short ?? long ?? '', 16);
    if (code <= 0x10ffff) return Buffer.from(String.fromCodePoint(code)).toString('latin1');
    return NAMED[other ?? ''] ?? (/^['"\\?]$/.test(other ?? '') ? other! : whole);
  };
  return { text: text.slice(start + 2, end).replace(ESCAPE, unescape), end: end + 1 };
}

function refuseExpansion(text: string, index: number): void {
  const sign = text[index];
  if (sign !== '$' && sign !== '`') return;
  const expanded = /^(?:`|\$(?:\w+|[{(@*#?!$-]))/.exec(text.slice(index, index + 40))?.[0];
  if (expanded === undefined) return;
  throw new UsageError(
    `the command holds ${expanded}, which only your shell can fill in`,
    "write its value instead, or put it into '…' where it is meant as it stands",
  );
}

function unclosed(quote: string): UsageError {
  return new UsageError(`the command ends within ${quote}…`, 'copy it whole');
}

function windowsPrompt(): UsageError {
  return new UsageError(
    'this is a command of the Windows prompt (with ^), which is not read',
    'copy it as cURL (bash), or give the request as HTTP text',
  );
}

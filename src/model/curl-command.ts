import { UsageError } from '../errors.ts';
import { LONG, SHORT, type OptionKind } from './curl-options.ts';
import { isHeaderLine, refuseLargeHead, trimBlanks } from './header-line.ts';
import { headerValue, type Header, type RawRequest } from './request.ts';
import { readShellWords } from './shell-words.ts';

/** A piece of a body: bytes that stand in the command, or those of a file. */
type DataPart = { readonly text: string } | { readonly file: string; readonly withoutBreaks: boolean };

/** What a curl command asks for. Its text is Latin-1: one character per byte. */
export interface CurlCommand {
  /** Null where it follows from whether there is a body. */
  readonly method: string | null;
  readonly host: string | null;
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: readonly { readonly part: DataPart; readonly separator: '' | '&' }[];
  /** Whether the body goes into the query instead (-G). */
  readonly inQuery: boolean;
}

/** `printf %s … | base64 -d | curl …`: how bytes that cannot be typed get into a command. */
const PIPED = /^printf %s ['"]?([A-Za-z0-9+/]*={0,2})['"]? \| base64 (?:-d|-D|--decode) \|\s*/;

const MOST_SHOWN = 100;

/** What may stand before a command that is copied from a terminal or an editor. */
const PROMPT = /^(?:\xef\xbb\xbf)?\s*(?:\$ )?/;

/** Whether bytes begin as a curl command does. */
export function isCurlCommand(bytes: Uint8Array): boolean {
  const start = textOf(bytes.subarray(0, 100)).replace(PROMPT, '');
  if (/^curl(?:\.exe)?[ \t\\^]/.test(start)) return true;
  return start.startsWith('printf %s ') && PIPED.test(textOf(bytes).replace(PROMPT, ''));
}

/**
 * What a pasted curl command would send, but for what curl adds by itself.
 * @throws {UsageError} for what cannot be known from the command, or is not known here.
 */
export function parseCurl(bytes: Uint8Array): CurlCommand {
  const text = textOf(bytes).replace(PROMPT, '');
  const piped = PIPED.exec(text);
  const { words } = readShellWords(text.slice(piped?.[0].length ?? 0));
  const [program, ...args] = words;
  if (program !== 'curl' && program !== 'curl.exe') {
    throw new UsageError('this is no curl command', 'copy it whole, from curl on');
  }
  const stdin = piped === null ? null : Buffer.from(piped[1]!, 'base64').toString('latin1');
  return new Reader(stdin).read(args);
}

/** The files that its body is made of, by the paths that stand in the command. */
export function curlFiles({ body }: CurlCommand): readonly string[] {
  return body.flatMap(({ part }) => ('file' in part ? [part.file] : []));
}

/** The request itself, once its files are read. */
export function curlRequest(command: CurlCommand, files: ReadonlyMap<string, Uint8Array>): RawRequest {
  const content = command.body
    .map(({ part, separator }, index) => (index === 0 ? '' : separator) + contentOf(part, files))
    .join('');
  const method = command.method ?? (command.body.length > 0 && !command.inQuery ? 'POST' : 'GET');
  const { host, path } = command;
  const headers: readonly Header[] =
    host === null || headerValue(command.headers, 'host') !== undefined
      ? command.headers
      : [['Host', host], ...command.headers];
  if (!command.inQuery) return { method, path, headers, body: Buffer.from(content, 'latin1') };
  const query = content === '' ? '' : (path.includes('?') ? '&' : '?') + content;
  return { method, path: path + query, headers, body: Buffer.alloc(0) };
}

function contentOf(part: DataPart, files: ReadonlyMap<string, Uint8Array>): string {
  if ('text' in part) return part.text;
  const content = textOf(files.get(part.file) ?? Buffer.alloc(0));
  return part.withoutBreaks ? content.replace(/[\r\n\0]/g, '') : content;
}

/** Reads curl's arguments one after another. */
class Reader {
  #method: string | null = null;
  #url: string | null = null;
  #inQuery = false;
  #isJson = false;
  readonly #headers: Header[] = [];
  readonly #unwanted = new Set<string>();
  readonly #body: { part: DataPart; separator: '' | '&' }[] = [];
  #headBytes = 0;
  readonly #stdin: string | null;

  constructor(stdin: string | null) {
    this.#stdin = stdin;
  }

  read(args: readonly string[]): CurlCommand {
    const words = args.values();
    const next = (): string | undefined => words.next().value;
    for (let word = next(); word !== undefined; word = next()) {
      if (word.startsWith('--')) this.#long(word, next);
      else if (word.startsWith('-') && word.length > 1) this.#short(word, next);
      else this.#setUrl(word);
    }
    if (this.#isJson) {
      this.#addDefault('Content-Type', 'application/json');
      this.#addDefault('Accept', 'application/json');
    } else if (this.#body.length > 0 && !this.#inQuery) {
      this.#addDefault('Content-Type', 'application/x-www-form-urlencoded');
    }
    return {
      method: this.#method,
      ...splitUrl(this.#url),
      headers: this.#headers,
      body: this.#body,
      inQuery: this.#inQuery,
    };
  }

  #long(word: string, nextWord: () => string | undefined): void {
    const kind = LONG.get(word.slice(2));
    if (kind === undefined) throw unknownOption(word);
    this.#apply(kind, word, nextWord);
  }

  /** `-sSX POST` and `-XPOST`: flags in a row, the last with its value. */
  #short(word: string, nextWord: () => string | undefined): void {
    for (let index = 1; index < word.length; index += 1) {
      const option = `-${word[index]!}`;
      const kind = LONG.get(SHORT.get(word[index]!) ?? '');
      if (kind === undefined) throw unknownOption(option);
      const attached = word.slice(index + 1);
      let isTaken = false;
      this.#apply(kind, option, () => {
        isTaken = true;
        return attached === '' ? nextWord() : attached;
      });
      if (isTaken) return;
    }
  }

  #apply(kind: OptionKind, option: string, next: () => string | undefined): void {
    const value = (): string => {
      const found = next();
      if (found === undefined) throw new UsageError(`the curl command ends after ${option}`, 'copy it whole');
      return found;
    };
    switch (kind) {
      case 'flag':
        return;
      case 'value':
        return void value();
      case 'method':
        return void (this.#method = value());
      case 'head':
        return void (this.#method ??= 'HEAD');
      case 'get':
        return void (this.#inQuery = true);
      case 'url':
        return this.#setUrl(value());
      case 'header':
        return this.#addHeader(value());
      case 'json':
        this.#isJson = true;
        return this.#addData(value(), { withoutBreaks: false, separator: '' });
      case 'raw':
        return void this.#body.push({ part: { text: value() }, separator: '&' });
      case 'data':
      case 'binary':
        return this.#addData(value(), { withoutBreaks: kind === 'data', separator: '&' });
      case 'form':
        throw new UsageError(
          `the curl command sends a form of several parts (${option}), whose boundary is another each time`,
          'paste the request as it went over the wire, as HTTP text',
        );
    }
  }

  #setUrl(url: string): void {
    if (this.#url !== null) {
      throw new UsageError(
        `the curl command names two URLs: ${shown(this.#url)} and ${shown(url)}`,
        'leave one of them, and mind the quotes',
      );
    }
    this.#url = url;
  }

  #addHeader(text: string): void {
    const [, name = '', sign, rest = ''] = /^([^:;]*)([:;])(.*)$/s.exec(text) ?? [];
    const value = trimBlanks(rest);
    refuseLargeHead((this.#headBytes += text.length));
    if (sign === undefined || !isHeaderLine(name, value) || (sign === ';' && value !== '')) {
      throw new UsageError(
        `"${shown(text)}" in the curl command is not a header`,
        "curl has it as -H 'Name: value'; headers from a file (@) are not read",
      );
    }
    // `Name:` takes away what curl would add by itself, `Name;` sends it empty.
    if (sign === ':' && value === '') this.#unwanted.add(name.toLowerCase());
    else this.#headers.push([name, value]);
  }

  #addDefault(name: string, value: string): void {
    if (this.#unwanted.has(name.toLowerCase()) || headerValue(this.#headers, name) !== undefined) return;
    this.#headers.push([name, value]);
  }

  #addData(
    text: string,
    { withoutBreaks, separator }: { withoutBreaks: boolean; separator: '' | '&' },
  ): void {
    if (!text.startsWith('@')) return void this.#body.push({ part: { text }, separator });
    const file = Buffer.from(text.slice(1), 'latin1').toString();
    if (file !== '-') return void this.#body.push({ part: { file, withoutBreaks }, separator });
    if (this.#stdin === null) {
      throw new UsageError(
        "the body comes from the command's standard input (@-), which is not in what was pasted",
        'put the body into a file, and write --data-binary @file',
      );
    }
    const bytes = withoutBreaks ? this.#stdin.replace(/[\r\n\0]/g, '') : this.#stdin;
    this.#body.push({ part: { text: bytes }, separator });
  }
}

function splitUrl(url: string | null): { host: string | null; path: string } {
  if (url === null) return { host: null, path: '/' };
  const [, authority = '', rest = ''] =
    /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/?#]*)([^#]*)/i.exec(url.trim()) ?? [];
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return { host: host === '' ? null : host, path: rest.startsWith('/') ? rest : `/${rest}` };
}

function unknownOption(option: string): UsageError {
  return new UsageError(
    `the curl command has an option that is not known here: ${shown(option)}`,
    'leave it out, if it does not change what is sent',
  );
}

/** What stands for text of the command in a message. */
function shown(text: string): string {
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN - 1)}…`;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

import { UsageError } from '../errors.ts';
import { isHeaderLine, refuseLargeHead, trimBlanks } from './header-line.ts';
import { headerValue, headerValues, type Header, type RawRequest } from './request.ts';

/** A request that was read from text. */
export interface ReadRequest extends RawRequest {
  /** What was made of it that is not in the text as it stands, one sentence each. */
  readonly remarks: readonly string[];
}

const REQUEST_LINE = /^([!#$%&'*+.^_`|~\w-]+) (\S+) HTTP\/\d(?:\.\d)?$/;

/** Whether bytes begin with the line of an HTTP request. Blank lines before it may come from copying. */
export function isHttpText(bytes: Uint8Array): boolean {
  const start = textOf(bytes.subarray(0, 16 * 1024)).replace(/^[\r\n]+/, '');
  return REQUEST_LINE.test(firstLine(start));
}

/**
 * A request as it went over the wire: request line, headers, a blank line, and the body's exact bytes. Lines of the head end with
 * CR LF or LF. A body in chunks is put together.
 * @throws {UsageError} for a head that is none.
 */
export function parseHttpText(bytes: Uint8Array): ReadRequest {
  const text = textOf(bytes).replace(/^[\r\n]+/, '');
  const blank = /\r?\n\r?\n/.exec(text);
  const head = (blank === null ? text : text.slice(0, blank.index)).replace(/\r?\n$/, '');
  refuseLargeHead(head.length);
  const [first = '', ...lines] = head.split(/\r?\n/);
  const [, method, path] = REQUEST_LINE.exec(first) ?? [];
  if (method === undefined || path === undefined) {
    throw new UsageError(
      'this does not begin as an HTTP request does',
      'the first line is like: POST / HTTP/1.1',
    );
  }
  const headers = readHeaders(lines);
  const rest = blank === null ? '' : text.slice(blank.index + blank[0].length);
  const { body, remarks } = readBody(headers, rest);
  return { method, path, headers, body: Buffer.from(body, 'latin1'), remarks };
}

function readHeaders(lines: readonly string[]): Header[] {
  const headers: { readonly name: string; readonly values: string[] }[] = [];
  lines.forEach((line, index) => {
    const last = headers.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) {
      last.values.push(trimBlanks(line));
      return;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    const value = trimBlanks(line.slice(colon + 1));
    if (!isHeaderLine(name, value)) {
      throw new UsageError(
        `line ${index + 2} of the request is not a header: "${line.slice(0, 80)}"`,
        'headers are like Name: value, and a blank line stands before the body',
      );
    }
    headers.push({ name, values: [value] });
  });
  return headers.map(({ name, values }) => [name, values.filter((value) => value !== '').join(' ')]);
}

interface ReadBody {
  readonly body: string;
  readonly remarks: readonly string[];
}

function readBody(headers: readonly Header[], rest: string): ReadBody {
  if (/\bchunked\s*$/i.test(headerValue(headers, 'transfer-encoding') ?? '')) {
    const body = joinChunks(rest);
    if (body !== null) return { body, remarks: ['the body came in chunks, which were put together'] };
    const remark = 'Transfer-Encoding says chunked, and the body is not in chunks: it is taken as it stands';
    return { body: rest, remarks: [remark] };
  }
  const [length, ...others] = headerValues(headers, 'content-length').map((value) => value.trim());
  if (length === undefined || others.length > 0 || !/^\d{1,15}$/.test(length))
    return { body: rest, remarks: [] };
  const due = Number(length);
  const surplus = rest.length - due;
  if (surplus <= 0 || !/^\s*$/.test(rest.slice(due))) return { body: rest, remarks: [] };
  const what = surplus === 1 ? 'one byte of white space' : `${surplus} bytes of white space`;
  return {
    body: rest.slice(0, due),
    remarks: [`${what} after the ${due} bytes of Content-Length came with the copy, and is left out`],
  };
}

/** The chunks' bytes, or null where they are not chunks. */
function joinChunks(text: string): string | null {
  const parts: string[] = [];
  const head = /([0-9a-f]{1,12})[ \t]*(?:;[^\r\n]*)?\r?\n/iy;
  let index = 0;
  for (;;) {
    head.lastIndex = index;
    const found = head.exec(text);
    if (found === null) return null;
    const size = Number.parseInt(found[1]!, 16);
    const start = head.lastIndex;
    if (size === 0) return parts.join('');
    if (start + size > text.length) return null;
    parts.push(text.slice(start, start + size));
    index = start + size;
    if (text.startsWith('\r\n', index)) index += 2;
    else if (text[index] === '\n') index += 1;
    else return null;
  }
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return (end === -1 ? text : text.slice(0, end)).replace(/\r$/, '');
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

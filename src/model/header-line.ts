import { UsageError } from '../errors.ts';
import type { Header } from './request.ts';

/** So much no server takes: Node's own limit is 16 KiB, and large ones are at 128 KiB. */
const MOST_HEAD_BYTES = 1024 * 1024;

/** What RFC 9110 calls a token; a method is one too. */
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** @throws {UsageError} for a request whose head is larger than any that a server takes. */
export function refuseLargeHead(bytes: number): void {
  if (bytes <= MOST_HEAD_BYTES) return;
  throw new UsageError(
    'the headers of the request take more than 1 MiB, which no server takes',
    'is the blank line before the body missing, or a quote? copy the request whole',
  );
}

/** Without the blanks at both ends. A pattern for those at the end would look at every blank again and again. */
export function trimBlanks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text, start)) start += 1;
  while (end > start && isBlank(text, end - 1)) end -= 1;
  return text.slice(start, end);
}

function isBlank(text: string, index: number): boolean {
  return text[index] === ' ' || text[index] === '\t';
}

/** `Name: value`. What is not ASCII goes out as UTF-8. */
export function parseHeader(text: string): Header {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(0, colon));
  const value = trimBlanks(text.slice(colon + 1));
  if (!isHeaderLine(name, value)) {
    throw new UsageError(`"${text}" is not a header`, "write it like --header 'Name: value'");
  }
  return [name, Buffer.from(value).toString('latin1')];
}

/** Whether a name and a value can stand in a header line, on one line, without controls. */
export function isHeaderLine(name: string, value: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return HEADER_NAME.test(name) && !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value);
}

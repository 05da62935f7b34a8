import { UsageError } from '../errors.ts';
import type { Header } from './request.ts';

/** `Name: value`. What is not ASCII goes out as UTF-8. */
export function parseHeader(text: string): Header {
  const match = /^([^:]*):[ \t]*(.*?)[ \t]*$/s.exec(text);
  if (match === null || !isHeaderLine(match[1]!, match[2]!)) {
    throw new UsageError(`"${text}" is not a header`, "write it like --header 'Name: value'");
  }
  return [match[1]!, Buffer.from(match[2]!).toString('latin1')];
}

/** Whether a name and a value can stand in a header line, on one line, without controls. */
export function isHeaderLine(name: string, value: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value);
}

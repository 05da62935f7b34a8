import { UNPRINTABLE } from '../../model/printable.ts';

/** A value on a line of its own, written so that it does a terminal no harm either. */
export function jsonLine(value: unknown): string {
  const json = JSON.stringify(value).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${json}\n`;
}

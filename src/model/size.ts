import { UsageError } from '../errors.ts';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/**
 * `25MB`, `64k`, `1GB`, `1GiB` or plain bytes, in powers of 1024.
 * @throws {UsageError} naming the option it was given to.
 */
export function parseSize(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(?:b|([kmgt])(?:i?b)?)?$/i.exec(text.trim());
  if (match === null)
    throw new UsageError(`"${text}" is not a size (${option})`, 'write it like 512KB, 25MB or 1GB');
  return Math.round(Number(match[1]) * UNITS[(match[2] ?? '').toLowerCase()]!);
}

/** `172 B`, `1.2 KB`, `25 MB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const inUnit = (size: number): number => Number((bytes / size).toFixed(1));
  if (inUnit(1_024) < 1_024) return `${inUnit(1_024)} KB`;
  if (inUnit(1_048_576) < 1_024) return `${inUnit(1_048_576)} MB`;
  return `${inUnit(1_073_741_824)} GB`;
}

import type { SignedTime } from './scheme.ts';

/** Milliseconds since the Unix epoch, or null where the text is no time in that format. */
export function parseTime(format: SignedTime['format'], text: string): number | null {
  const trimmed = text.trim();
  if (format === 'unix' || format === 'unix-ms') {
    if (!/^\d{1,16}(\.\d{1,9})?$/.test(trimmed)) return null;
    return format === 'unix' ? Number(trimmed) * 1_000 : Number(trimmed);
  }
  // Date.parse alone takes almost anything for a date, and one without a zone for local time.
  const match = (format === 'iso8601' ? ISO_8601 : HTTP_DATE).exec(trimmed);
  if (match === null) return null;
  const time = Date.parse(format === 'iso8601' && match[1] === undefined ? `${trimmed}Z` : trimmed);
  return Number.isNaN(time) ? null : time;
}

const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/i;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|UTC|[+-]\d{4})$/;

export function formatTime(format: SignedTime['format'], ms: number): string {
  switch (format) {
    case 'unix':
      return String(Math.floor(ms / 1_000));
    case 'unix-ms':
      return String(Math.floor(ms));
    case 'iso8601':
      return new Date(ms).toISOString();
    case 'http-date':
      return new Date(ms).toUTCString();
  }
}

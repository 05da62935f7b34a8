import type { VerdictReason } from '../model/verdict.ts';
import type { Candidate } from './extract.ts';
import type { ContentScheme, SignedTime } from './scheme.ts';
import type { RequestReader } from './signed-request.ts';
import { parseTime } from './time.ts';
import { nameOf } from './verdicts.ts';

/** Why a signature is refused whatever it is a signature of. */
export interface Refusal {
  readonly reason: VerdictReason;
  readonly message: string;
}

/** When a signature was made, in milliseconds since the Unix epoch, or why that cannot be told. */
export function readTime(
  { from, format }: SignedTime,
  reader: RequestReader,
  { place, field }: Candidate,
): number | Refusal {
  const text = 'field' in from ? field(from.field) : reader.readText(from);
  if (text === undefined) {
    return 'field' in from
      ? { reason: 'malformed-header', message: `the ${place} header has a signature and no ${from.field}=` }
      : { reason: 'missing-header', message: `there is no ${nameOf(from)}` };
  }
  const ms = parseTime(format, text);
  if (ms !== null) return ms;
  const name = 'field' in from ? `${from.field} in ${place}` : nameOf(from);
  return { reason: 'malformed-header', message: `${name} is no time (${FORMATS[format]} is due)` };
}

const FORMATS = {
  unix: 'seconds since 1970',
  'unix-ms': 'milliseconds since 1970',
  iso8601: 'ISO 8601',
  'http-date': 'an HTTP date',
} as const;

/** Null where a signature is neither too old nor too new. Exactly as old as is allowed is not too old. */
export function judgeAge(
  { format, toleranceSeconds: tolerance }: SignedTime,
  madeAt: number,
  now: number | undefined,
): Refusal | null {
  if (now === undefined || tolerance === null) return null;
  // JavaScript hands over anything.
  if (Number.isNaN(Number(now)))
    return { reason: 'too-old', message: 'its age cannot be told: the time now is no number' };
  // In whole seconds where the timestamp has no more.
  const isCoarse = format === 'unix' || format === 'http-date';
  const age = (isCoarse ? Math.floor(now / 1_000) * 1_000 - madeAt : now - madeAt) / 1_000;
  if (age > tolerance) {
    return { reason: 'too-old', message: `it is ${Math.ceil(age)} s old and good for ${tolerance} s` };
  }
  if (-age > tolerance) {
    return {
      reason: 'too-new',
      message: `it is from ${Math.ceil(-age)} s ahead of the clock, and ${tolerance} s are allowed`,
    };
  }
  return null;
}

/** Whether a scheme's timestamp matters though it is not signed: there is a limit to keep to. */
export function hasLimit({ timestamp }: ContentScheme): boolean {
  return typeof timestamp?.toleranceSeconds === 'number';
}

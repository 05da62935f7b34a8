import { UsageError } from '../errors.ts';
import { parseDuration } from './duration.ts';
import { parseSize } from './size.ts';

/** How much history is kept. What is older, more or larger than one of its bounds goes, the oldest first. */
export interface RetentionRule {
  readonly ageMs?: number;
  /** So many captures, and so many events with their deliveries. */
  readonly count?: number;
  /** Of the database file. */
  readonly sizeBytes?: number;
}

/** A database that holds nothing takes up a good part of it. */
const LEAST_BYTES = 2 ** 20;

/**
 * `7d`, `100000`, `1GB`, or several of different kinds, separated by commas.
 * @returns null for `all`: everything is kept.
 * @throws {UsageError} naming where it was given.
 */
export function parseRetention(texts: readonly string[], option: string): RetentionRule | null {
  const parts = texts.flatMap((text) => text.split(',')).map((part) => part.trim());
  if (parts.length === 1 && parts[0]!.toLowerCase() === 'all') return null;
  const rule: { -readonly [Key in keyof RetentionRule]: RetentionRule[Key] } = {};
  for (const part of parts) {
    const [[kind, value]] = Object.entries(parseBound(part, option)) as [[keyof RetentionRule, number]];
    if (rule[kind] !== undefined) {
      throw new UsageError(
        `${option} has two bounds of one kind: ${texts.join(',')}`,
        'give one age, one number and one size at most; a number has no comma: 100000',
      );
    }
    rule[kind] = value;
  }
  return rule;
}

function parseBound(text: string, option: string): RetentionRule {
  if (/^\d+$/.test(text)) return { count: atLeast(1, Number(text), option, 'a number') };
  if (/^[\d.]+(ms|s|m|h|d|w)$/.test(text)) {
    return { ageMs: atLeast(1_000, parseDuration(text, option), option, 'an age', '1s') };
  }
  if (!/^[\d.]+\s*[kmgt]i?b$/i.test(text)) {
    throw new UsageError(
      `"${text}" does not say how much to keep (${option})`,
      'write an age such as 12h or 7d, a number of captures such as 100000, a size such as 500MB or 1GB, or all',
    );
  }
  return { sizeBytes: atLeast(LEAST_BYTES, parseSize(text, option), option, 'a size', '1MB') };
}

function atLeast(least: number, value: number, option: string, what: string, shown = String(least)): number {
  if (value >= least) return Math.min(value, Number.MAX_SAFE_INTEGER);
  throw new UsageError(
    `${option} takes ${what} of at least ${shown}`,
    'to delete everything there is: webhook-cli captures delete --all',
  );
}

import { UsageError } from '../errors.ts';
import type { DeliveryFilterText } from '../store/filter-text.ts';
import type { Page } from '../store/store.ts';
import { readText, type Fields } from './input.ts';

const NAMES = ['endpoint', 'provider', 'type', 'status', 'event', 'since', 'until'] as const;
const PAGE = 100;
const LONGEST_PAGE = 1_000;

/** @throws {UsageError} where one is no text. */
export function readFilterText(fields: Fields): DeliveryFilterText {
  const pairs = NAMES.map((name) => [name, readText(fields, name)] as const);
  return Object.fromEntries(pairs.filter(([, text]) => text !== undefined));
}

/** The parameters of an address; those that are empty count as left out. */
export function fieldsOf(query: URLSearchParams): Fields {
  return Object.fromEntries([...query].filter(([, value]) => value !== ''));
}

/** @throws {UsageError} for a limit that is none. */
export function readPage({ cursor, limit }: Fields): Page {
  const number = limit === undefined ? PAGE : /^\d{1,4}$/.test(String(limit)) ? Number(limit) : 0;
  if (number < 1 || number > LONGEST_PAGE) {
    throw new UsageError(`limit must be a whole number from 1 to ${LONGEST_PAGE}`);
  }
  return { limit: number, cursor: cursor === undefined ? undefined : String(cursor) };
}

import { expect, it } from 'vitest';
import {
  countText,
  FILTERS,
  filterKey,
  filtersOf,
  hasFilters,
  withoutFilters,
} from '../../../../src/inspector/page/captures/filters.ts';

it('reads the filters of an address and leaves the rest of it', () => {
  const query = filtersOf({ text: ' acme ', verdict: 'failed', id: 'cap_1', diff: 'cap_2', path: ' ' });
  expect(query).toEqual({ text: 'acme', verdict: 'failed' });
  expect([hasFilters(query), hasFilters({})]).toEqual([true, false]);
});

it('names the same filters alike in any order, and others otherwise', () => {
  expect(filterKey({ type: 'a', text: 'b' })).toBe(filterKey({ text: 'b', type: 'a' }));
  expect(filterKey({ type: 'a', text: 'b' })).not.toBe(filterKey({ type: 'b', text: 'a' }));
});

it('takes every filter away', () => {
  const params = { id: 'cap_1', ...Object.fromEntries(FILTERS.map((name) => [name, 'x'])) };
  const cleared = Object.assign(params, withoutFilters());
  expect(Object.entries(cleared).filter(([, value]) => value !== undefined)).toEqual([['id', 'cap_1']]);
});

it('counts captures in words', () => {
  expect([
    countText({ total: 0, isMore: false }),
    countText({ total: 1, isMore: false }),
    countText({ total: 1_234, isMore: false }),
    countText({ total: 100_000, isMore: true }),
  ]).toEqual(['0 captures', '1 capture', '1,234 captures', '100,000+ captures']);
});

import { expect, it } from 'vitest';
import {
  CANCELED,
  filtersOf,
  NO_FILTERS,
  RETRIED,
  subject,
} from '../../../../src/inspector/page/deliveries/filters.ts';

const urlOf = (id: string): string => (id === 'ep_1' ? 'https://app/hooks' : id);

it('takes the filters from the address bar, and nothing else', () => {
  const params = { status: 'failed', endpoint: 'ep_1', id: 'dlv_1', cursor: 'x', type: '' };
  expect(filtersOf(params)).toEqual({ status: 'failed', endpoint: 'ep_1' });
});

it('takes all of them away', () => {
  expect(
    filtersOf(JSON.parse(JSON.stringify({ status: 'failed', since: '1h', event: 'e', ...NO_FILTERS }))),
  ).toEqual({});
  expect(Object.keys(NO_FILTERS).sort()).toEqual([
    'endpoint',
    'event',
    'provider',
    'since',
    'status',
    'type',
    'until',
  ]);
});

it('says which deliveries an action takes', () => {
  expect(subject({}, RETRIED, urlOf)).toBe('failed deliveries');
  expect(subject({ status: 'failed', endpoint: 'ep_1', type: 'deal.*', since: '2h' }, RETRIED, urlOf)).toBe(
    'failed deliveries to https://app/hooks of type deal.* made since 2h ago',
  );
  expect(subject({ status: 'canceled' }, RETRIED, urlOf)).toBe('canceled deliveries');
  expect(subject({ provider: 'iverton', since: '2026-01-01' }, CANCELED, urlOf)).toBe(
    'pending deliveries of iverton made since 2026-01-01',
  );
});

it('takes none that the filters leave out', () => {
  expect(subject({ status: 'succeeded' }, RETRIED, urlOf)).toBeNull();
  expect(subject({ status: 'failed' }, CANCELED, urlOf)).toBeNull();
});

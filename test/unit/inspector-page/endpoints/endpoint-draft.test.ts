import { expect, it } from 'vitest';
import type { EndpointItem } from '../../../../src/inspector/contract.ts';
import {
  changeFrom,
  draftOf,
  emptyDraft,
  parseList,
} from '../../../../src/inspector/page/endpoints/endpoint-draft.ts';

const PROVIDER = { filters: [{ name: 'vaults', description: '' }], endpointHeaders: true };
const PLAIN_PROVIDER = { filters: [], endpointHeaders: false };
const ENDPOINT: EndpointItem = {
  id: 'ep_1',
  provider: 'filedgr',
  url: 'https://app/hooks',
  eventTypes: ['deal.*'],
  secret: 'whsec_…',
  publicKey: null,
  headers: [['X-Env', 'test']],
  filters: { vaults: ['a', 'b'] },
  status: 'active',
  disabledReason: null,
  disabledAt: null,
  pausedUntil: null,
  testedAt: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  health: { succeeded: 0, failed: 0, waiting: 0, failures: null, outlook: '' },
};

it('creates with what was typed', () => {
  const draft = {
    ...emptyDraft('filedgr'),
    url: ' https://app/hooks ',
    headers: 'X-A: 1',
    filters: { vaults: 'a,, b' },
  };
  expect(changeFrom(draft, PROVIDER, null)).toEqual({
    provider: 'filedgr',
    url: 'https://app/hooks',
    eventTypes: ['*'],
    headers: [['X-A', '1']],
    filters: { vaults: ['a', 'b'] },
    active: true,
  });
});

it('says nothing of headers and filters to a provider that has none, and of a secret that was not typed', () => {
  const change = changeFrom({ ...emptyDraft('iverton'), headers: 'X-A: 1' }, PLAIN_PROVIDER, null);
  expect(Object.keys(change)).toEqual(['provider', 'url', 'eventTypes', 'active']);
  expect(changeFrom({ ...emptyDraft('iverton'), secret: 's' }, PLAIN_PROVIDER, null)).toMatchObject({
    secret: 's',
  });
});

it('changes only what differs', () => {
  const draft = draftOf(ENDPOINT);
  expect(changeFrom(draft, PROVIDER, ENDPOINT)).toEqual({});
  expect(changeFrom({ ...draft, events: ['deal.won'] }, PROVIDER, ENDPOINT)).toEqual({
    eventTypes: ['deal.won'],
  });
  expect(changeFrom({ ...draft, active: false, secret: 'new' }, PROVIDER, ENDPOINT)).toEqual({
    active: false,
    secret: 'new',
  });
});

it('can take all headers and filters away', () => {
  const draft = { ...draftOf(ENDPOINT), headers: '', filters: { vaults: ' ' } };
  expect(changeFrom(draft, PROVIDER, ENDPOINT)).toEqual({ headers: [], filters: {} });
});

it('reads lists with commas', () => {
  expect(parseList(' a, b ,,c')).toEqual(['a', 'b', 'c']);
  expect(parseList('')).toEqual([]);
});

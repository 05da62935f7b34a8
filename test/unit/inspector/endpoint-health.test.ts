import { describe, expect, test } from 'vitest';
import { endpointHealth } from '../../../src/inspector/endpoint-health.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { assumed, type DisableRule, type Provider } from '../../../src/providers/provider.ts';
import type { EndpointRecord } from '../../../src/store/store.ts';
import { NOON, newEndpoint } from '../../support/deliveries.ts';

const record: EndpointRecord = { succeeded: 7, failed: 3, waiting: 2, retries: 0 };
const iverton = await loadProvider('iverton');
const filedgr = await loadProvider('filedgr');

const withRule = (rule: DisableRule | null): Provider => ({ ...iverton, disable: assumed(rule, 'a test') });

test('the record is told as it is', () => {
  expect(endpointHealth(iverton, newEndpoint(), record)).toMatchObject({
    succeeded: 7,
    failed: 3,
    waiting: 2,
  });
});

test('of a provider that is not known here nothing is counted', () => {
  expect(endpointHealth(null, newEndpoint(), record)).toEqual({
    succeeded: 7,
    failed: 3,
    waiting: 2,
    failures: null,
    outlook: 'its provider is not known here, so nothing is delivered',
  });
});

describe('an active endpoint', () => {
  test('is told how near it is to being disabled', () => {
    const health = endpointHealth(iverton, newEndpoint(), { ...record, retries: 2 });
    expect(health.outlook).toBe('will be disabled after 5 failed retries in a row: 2 so far');
    expect(health.failures).toEqual({ count: 2, of: 5, unit: 'retries' });
  });

  test('has nothing against it', () => {
    const health = endpointHealth(iverton, newEndpoint(), record);
    expect(health.outlook).toBe('will be disabled after 5 failed retries in a row: none so far');
    expect(health.failures?.count).toBe(0);
  });

  test.each([
    ['attempt', 'attempts'],
    ['delivery', 'deliveries'],
  ] as const)('is counted at the endpoint where the rule counts each failed %s', (unit, units) => {
    const provider = withRule({ unit, threshold: 10, consecutive: false });
    const health = endpointHealth(provider, newEndpoint({ failures: 4 }), { ...record, retries: 2 });
    expect(health.outlook).toBe(`will be disabled after 10 failed ${units}: 4 so far`);
    expect(health.failures).toEqual({ count: 4, of: 10, unit: units });
  });

  test('is told since when it fails, where the rule goes by time', () => {
    const provider = withRule({ unit: 'time', seconds: 432_000 });
    const health = (failingSince: number | null) =>
      endpointHealth(provider, newEndpoint({ failingSince, failures: 4 }), record);
    expect(health(null)).toMatchObject({
      failures: null,
      outlook: 'will be disabled after 5 d of nothing but failures: none so far',
    });
    expect(health(NOON).outlook).toBe(
      'will be disabled after 5 d of nothing but failures: failing since 2026-01-01T12:00:00Z',
    );
  });

  test('of a provider without a rule is told what is known of it', () => {
    const known = (disable: Provider['disable']) =>
      endpointHealth({ ...filedgr, disable }, newEndpoint(), record);
    expect(known({ value: null, assumed: null })).toMatchObject({
      outlook: `${filedgr.name} is not known to disable endpoints`,
      failures: null,
    });
    expect(known(assumed(null, 'it may, and how is not said')).outlook).toBe(
      'not disabled here: it may, and how is not said',
    );
  });

  test('is told that one more failure is enough, where it was paused and nothing was acknowledged since', () => {
    const pause = { firstSeconds: 60, factor: 2, atMostSeconds: 86_400 };
    const provider = withRule({ unit: 'delivery', threshold: 4, consecutive: true, pause });
    const of = (failures: number) => endpointHealth(provider, newEndpoint({ failures }), record).outlook;
    expect(of(4)).toBe('was paused, and will be disabled again by the next failed delivery');
    expect(of(3)).toMatch(/^will be disabled after 4 failed deliveries in a row.*: 3 so far$/);
    const paused = newEndpoint({
      status: 'disabled',
      disabledReason: '4 failed deliveries in a row; paused until 2026-01-01T12:00:00Z',
      pausedUntil: NOON,
    });
    expect(endpointHealth(provider, paused, record).outlook).toBe('disabled: 4 failed deliveries in a row');
  });

  test('is told of the answers that disable it', () => {
    const retry = { ...filedgr.retry, value: { ...filedgr.retry.value, goneStatuses: [404, 410] } };
    expect(endpointHealth({ ...filedgr, retry }, newEndpoint(), record).outlook).toBe(
      'will be disabled by an answer of 404 or 410 alone',
    );
  });
});

test('a disabled endpoint is told why, whatever the provider', () => {
  const disabled = { status: 'disabled', disabledAt: NOON } as const;
  const why = newEndpoint({ ...disabled, disabledReason: '5 failed retries in a row' });
  expect(endpointHealth(iverton, why, record).outlook).toBe('disabled: 5 failed retries in a row');
  expect(endpointHealth(filedgr, newEndpoint(disabled), record).outlook).toBe('disabled');
});

test('an inactive endpoint is told what becomes of its deliveries', () => {
  expect(endpointHealth(iverton, newEndpoint({ status: 'inactive' }), record).outlook).toBe(
    'inactive: deliveries are discarded',
  );
});

import { describe, expect, test } from 'vitest';
import { NO_POLICY, policyOf } from '../../../src/engine/policy.ts';
import type { Endpoint } from '../../../src/model/endpoint.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import type { RetrySchedule } from '../../../src/providers/provider.ts';
import { newEndpoint } from '../../support/deliveries.ts';

const policyFor = async (id: string, settings: Partial<Endpoint> = {}) =>
  policyOf(await loadProvider(id), newEndpoint(settings));

describe('a policy', () => {
  test('is the provider’s where the endpoint sets nothing', async () => {
    expect(await policyFor('taskplatform')).toEqual({
      delaysMs: [60_000, 300_000, 1_800_000],
      jitter: 0,
      hints: null,
      goneStatuses: [],
      finalStatuses: [],
      retryStatuses: null,
      retryFailures: 'all',
      noRetryHeader: null,
      disable: { unit: 'retry', threshold: 3, consecutive: true },
      success: [[200, 200]],
      timeoutMs: 10_000,
    });
  });

  test.each(['compliancely', 'deiterate', 'filedgr', 'iverton', 'taskplatform'])(
    'of %s knows no jitter, no hints, and nothing that gives up',
    async (id) => {
      expect(await policyFor(id)).toMatchObject({
        jitter: 0,
        hints: null,
        goneStatuses: [],
        finalStatuses: [],
        retryStatuses: null,
        retryFailures: 'all',
      });
    },
  );

  test('takes what a profile of another provider says of jitter, hints and statuses', async () => {
    const provider = await loadProvider('iverton');
    const hints = { statuses: 'any', atMostSeconds: 60 } as const;
    const noRetryHeader = { name: 'X-Slack-No-Retry', value: '1' };
    const retry: RetrySchedule = {
      delaysSeconds: [0.5],
      jitter: 0.2,
      hints,
      goneStatuses: [410],
      finalStatuses: [[400, 405], 407],
      retryStatuses: [[500, 599]],
      failures: 'connection',
      noRetryHeader,
    };
    expect(policyOf({ ...provider, retry: { value: retry, assumed: null } }, newEndpoint())).toMatchObject({
      delaysMs: [500],
      jitter: 0.2,
      hints,
      goneStatuses: [410],
      finalStatuses: [[400, 405], 407],
      retryStatuses: [[500, 599]],
      retryFailures: 'connection',
      noRetryHeader,
    });
  });

  test('has the endpoint’s time-out', async () => {
    expect((await policyFor('filedgr')).timeoutMs).toBe(30_000);
    expect((await policyFor('filedgr', { timeoutMs: 1_500 })).timeoutMs).toBe(1_500);
  });

  test.each<[Partial<Endpoint>, readonly number[]]>([
    [{ retryCount: 3, retryDelayMs: 7_000 }, [7_000, 7_000]],
    [{ retryCount: 1, retryDelayMs: 7_000 }, []],
    [{ retryCount: 0, retryDelayMs: 7_000 }, []],
    [{ retryCount: 3, retryDelayMs: 0 }, [0, 0]],
    [{ retryCount: 5 }, [5_000, 5_000, 5_000, 5_000]],
    [{ retryDelayMs: 250 }, [250, 250]],
    [{ delaysMs: [1, 2, 3] }, [1, 2, 3]],
    [{ delaysMs: [] }, []],
    [{ delaysMs: [9], retryCount: 4, retryDelayMs: 1 }, [9]],
  ])('with %j waits %j ms between attempts', async (settings, delaysMs) => {
    expect((await policyFor('filedgr', settings)).delaysMs).toEqual(delaysMs);
  });

  test('of none is one attempt that nothing counts', () => {
    expect(NO_POLICY).toMatchObject({ delaysMs: [], disable: null, goneStatuses: [], jitter: 0 });
  });
});

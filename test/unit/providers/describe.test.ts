import { describe, expect, test } from 'vitest';
import {
  describeDisabling,
  describeRetries,
  describeRetry,
  describeSchedule,
} from '../../../src/providers/describe.ts';
import type { DisableRule, RetrySchedule } from '../../../src/providers/provider.ts';
import { every, exponentialOver } from '../../../src/providers/schedules.ts';

describe('a schedule', () => {
  test.each<[readonly number[], string, string]>([
    [[], 'none', 'none'],
    [[60, 300, 1_800], '1 m, 5 m, 30 m', '3, after 1 m, 5 m, 30 m'],
    [every(60, 10), Array(10).fill('1 m').join(', '), `10, after ${Array(10).fill('1 m').join(', ')}`],
    [every(60, 12), '12 retries over 12 m: 1 m each', '12 retries over 12 m: 1 m each'],
    [
      [60, 120, 240, ...every(3_600, 20), 14_400],
      '24 retries over 24 h 7 m: 1 m, 2 m, 4 m, … 4 h',
      '24 retries over 24 h 7 m: 1 m, 2 m, 4 m, … 4 h',
    ],
  ])('of %j is told as %j', (delaysSeconds, schedule, retries) => {
    expect(describeSchedule({ delaysSeconds })).toBe(schedule);
    expect(describeRetries(delaysSeconds.map((seconds) => seconds * 1_000))).toBe(retries);
  });

  test('of any length is told in a line', () => {
    const delaysSeconds = exponentialOver(3 * 86_400, 60, 1.1);
    expect(describeSchedule({ delaysSeconds })).toMatch(/^60 retries over [\w ]+: .+, … .+$/);
    expect(describeSchedule({ delaysSeconds }).length).toBeLessThan(70);
  });
});

test.each<[RetrySchedule, string]>([
  [{ delaysSeconds: [] }, 'none'],
  [
    { delaysSeconds: [], goneStatuses: [404, 410], finalStatuses: [406] },
    'none; 404 or 410 disables the endpoint',
  ],
  [{ delaysSeconds: [60, 300] }, '2, after 1 m, 5 m'],
  [
    { delaysSeconds: [60], retryStatuses: [[500, 599], 429], failures: 'none' },
    '1, after 1 m; only after 5xx, 429; not without an answer',
  ],
  [
    { delaysSeconds: [1], retryStatuses: [], failures: 'connection' },
    '1, after 1 s; not after an answer; without an answer only where no connection came about',
  ],
  [
    { delaysSeconds: [60], finalStatuses: [406], noRetryHeader: { name: 'X-Slack-No-Retry', value: '1' } },
    '1, after 1 m; not after 406; not after an answer with X-Slack-No-Retry: 1',
  ],
  [
    { delaysSeconds: [60], hints: { statuses: [429, 503], atMostSeconds: 86_400 }, goneStatuses: [410] },
    '1, after 1 m; as late as Retry-After asks for with 429, 503, up to 24 h; 410 disables the endpoint',
  ],
  [
    { delaysSeconds: [60], hints: { statuses: 'any', atMostSeconds: 60 } },
    '1, after 1 m; as late as Retry-After asks for, up to 1 m',
  ],
])('all of a schedule %j is told as %j', (retry, text) => {
  expect(describeRetry(retry)).toBe(text);
});

const pause = { firstSeconds: 60, factor: 2, atMostSeconds: 86_400 };

test.each<[DisableRule | null, string]>([
  [null, 'never'],
  [{ unit: 'retry', threshold: 5, consecutive: true }, 'after 5 failed retries in a row'],
  [{ unit: 'attempt', threshold: 10, consecutive: false }, 'after 10 failed attempts'],
  [{ unit: 'delivery', threshold: 1, consecutive: true }, 'after a failed delivery'],
  [{ unit: 'time', seconds: 432_000 }, 'after 5 d of nothing but failures'],
  [{ unit: 'time', seconds: 86_400 }, 'after 24 h of nothing but failures'],
  [
    { unit: 'delivery', threshold: 4, consecutive: true, pause },
    'after 4 failed deliveries in a row, for 1 m, longer each time up to 24 h',
  ],
  [
    {
      unit: 'attempt',
      threshold: 4,
      consecutive: true,
      pause: { ...pause, factor: 1, permanentStatuses: [[400, 499], 501] },
    },
    'after 4 failed attempts in a row, for 1 m; for good where the answer was 4xx, 501',
  ],
])('a disable rule %j is told as %j', (rule, text) => {
  expect(describeDisabling(rule)).toBe(text);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, type Decision, type Situation } from '../../../src/engine/decide.ts';
import { NO_POLICY, policyOf, type Policy } from '../../../src/engine/policy.ts';
import type { AttemptError } from '../../../src/model/attempt.ts';
import type { Endpoint } from '../../../src/model/endpoint.ts';
import type { Header } from '../../../src/model/request.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { isAmong, type CountingRule, type Pause } from '../../../src/providers/habits.ts';
import type { DisableRule } from '../../../src/providers/provider.ts';
import { NOON, newEndpoint } from '../../support/deliveries.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const never = (): number => {
  throw new Error('no chance is needed');
};

const policy = (about: Partial<Policy> = {}): Policy => ({
  ...NO_POLICY,
  delaysMs: [MINUTE, 5 * MINUTE],
  success: [[200, 299]],
  timeoutMs: 10_000,
  ...about,
});

const situation = (about: Partial<Situation> = {}): Situation => ({
  trigger: 'scheduled',
  step: 1,
  resumeAt: null,
  failures: { delivery: 0, endpoint: 0 },
  succeededSince: false,
  failingSince: null,
  pauses: 0,
  ...about,
});

const answered = (status: number, headers: readonly Header[] = []) => ({
  ok: status >= 200 && status < 300,
  response: { status, headers, body: new Uint8Array(), truncated: false },
  error: null,
});
const unanswered = (code: AttemptError['code']) => ({
  ok: false,
  response: null,
  error: { code, message: 'a test' },
});
const OK = answered(200);
const REFUSED = unanswered('refused');

const after = (
  about: Partial<Policy>,
  where: Partial<Situation>,
  attempt: Parameters<typeof decide>[2],
  random: () => number = () => 0,
): Decision => decide(policy(about), situation(where), attempt, NOON, random);

describe('a success', () => {
  test.each(['scheduled', 'manual', 'test'] as const)('ends a delivery: %s', (trigger) => {
    expect(after({}, { trigger, resumeAt: NOON + MINUTE }, OK)).toEqual({
      status: 'succeeded',
      nextAttemptAt: null,
      reason: null,
      failures: { delivery: 0, endpoint: 0 },
      failingSince: null,
      disable: null,
      pausedUntil: null,
    });
  });

  test('sets back what a rule of consecutive failures has counted at the endpoint, and no other', () => {
    const failures = { delivery: 1, endpoint: 4 };
    const rule = (consecutive: boolean): DisableRule => ({ unit: 'attempt', threshold: 5, consecutive });
    const left = (about: Partial<Policy>, trigger: Situation['trigger'] = 'scheduled') =>
      after(about, { failures, trigger }, OK).failures;
    expect(left({ disable: rule(true) })).toEqual({ delivery: 1, endpoint: 0 });
    expect(left({ disable: rule(true) }, 'manual')).toEqual({ delivery: 1, endpoint: 0 });
    expect(left({ disable: rule(true) }, 'test')).toEqual(failures);
    expect(left({ disable: rule(false) })).toEqual(failures);
    expect(left({})).toEqual(failures);
  });

  test('is what the attempt says, even where its status is one that gives up', () => {
    expect(after({ goneStatuses: [200], finalStatuses: [200] }, {}, OK).status).toBe('succeeded');
  });
});

describe('a failure', () => {
  test.each([
    [1, NOON + MINUTE],
    [2, NOON + 5 * MINUTE],
  ])('of attempt %i of the schedule waits as the schedule says', (step, nextAttemptAt) => {
    expect(after({}, { step }, answered(500))).toMatchObject({ status: 'pending', nextAttemptAt });
    expect(after({}, { step }, REFUSED)).toMatchObject({ status: 'pending', nextAttemptAt });
  });

  test('of the last attempt is for good', () => {
    expect(after({}, { step: 3 }, answered(500))).toMatchObject({ status: 'failed', nextAttemptAt: null });
    expect(after({ delaysMs: [] }, { step: 1 }, REFUSED)).toMatchObject({ status: 'failed' });
  });

  test('by a test is for good, and counts nothing', () => {
    const failures = { delivery: 2, endpoint: 4 };
    const disable = { unit: 'attempt', threshold: 1, consecutive: true } as const;
    for (const attempt of [answered(500), answered(410), REFUSED]) {
      expect(after({ disable, goneStatuses: [410] }, { trigger: 'test', failures }, attempt)).toEqual({
        status: 'failed',
        nextAttemptAt: null,
        reason: null,
        failures,
        failingSince: null,
        disable: null,
        pausedUntil: null,
      });
    }
  });

  test('by hand is for good where nothing was waiting, whatever the schedule has left', () => {
    expect(after({}, { trigger: 'manual', step: 1 }, answered(500))).toMatchObject({
      status: 'failed',
      nextAttemptAt: null,
    });
  });

  test('by hand between attempts of the schedule lets the schedule go on as it would have', () => {
    const trigger = 'manual';
    const resumeAt = NOON + 3 * MINUTE;
    expect(after({}, { trigger, resumeAt }, REFUSED)).toMatchObject({
      status: 'pending',
      nextAttemptAt: resumeAt,
    });
    // The manual attempt took longer than was left of the wait.
    expect(after({}, { trigger, resumeAt: NOON - 1 }, REFUSED)).toMatchObject({ nextAttemptAt: NOON });
  });

  test('by hand counts nothing', () => {
    const failures = { delivery: 2, endpoint: 2 };
    for (const unit of ['retry', 'attempt', 'delivery'] as const) {
      const disable = { unit, threshold: 3, consecutive: true };
      expect(after({ disable }, { trigger: 'manual', step: 2, failures }, REFUSED)).toMatchObject({
        failures,
        disable: null,
      });
    }
  });
});

describe('statuses that say more', () => {
  test.each(['scheduled', 'manual'] as const)('gone gives up and disables the endpoint: %s', (trigger) => {
    const where = { trigger, resumeAt: NOON + MINUTE, failures: { delivery: 1, endpoint: 1 } };
    expect(after({ goneStatuses: [404, 410] }, where, answered(410))).toEqual({
      status: 'failed',
      nextAttemptAt: null,
      reason: 'the endpoint answered 410',
      failures: where.failures,
      failingSince: null,
      disable: 'the endpoint answered 410',
      pausedUntil: null,
    });
    expect(after({ goneStatuses: [410] }, where, answered(411))).toMatchObject({ status: 'pending' });
    expect(after({ goneStatuses: [410] }, where, REFUSED)).toMatchObject({ status: 'pending' });
  });

  test.each(['scheduled', 'manual'] as const)('final gives up and disables nothing: %s', (trigger) => {
    const where = { trigger, resumeAt: NOON + MINUTE };
    expect(after({ finalStatuses: [400] }, where, answered(400))).toMatchObject({
      status: 'failed',
      nextAttemptAt: null,
      disable: null,
    });
    expect(after({ finalStatuses: [400] }, where, answered(401))).toMatchObject({ status: 'pending' });
    expect(after({ finalStatuses: [400] }, where, REFUSED)).toMatchObject({ status: 'pending' });
  });

  test('a delivery that is given up so counts as one that failed for good', () => {
    const disable = { unit: 'delivery', threshold: 1, consecutive: false } as const;
    expect(after({ finalStatuses: [400], disable }, {}, answered(400))).toMatchObject({
      failures: { endpoint: 1 },
      disable: '1 failed delivery',
    });
  });

  test('410 and 429 are failures like others where the policy does not name them', () => {
    for (const status of [410, 429]) {
      expect(after({}, {}, answered(status, [['Retry-After', '7200']]))).toMatchObject({
        status: 'pending',
        nextAttemptAt: NOON + MINUTE,
        disable: null,
      });
    }
  });
});

describe('Retry-After', () => {
  const hints = { statuses: [429, 503], atMostSeconds: 600 } as const;
  const waitFor = (value: string, status = 503, about: Partial<Policy> = { hints }): number =>
    after(about, {}, answered(status, [['retry-after', value]])).nextAttemptAt! - NOON;

  test.each([
    ['120', 120],
    [' 120 ', 120],
    ['600', 600],
    ['601', 600],
    ['99999999999999999999', 600],
    ['0', 60],
    ['59', 60],
    ['Thu, 01 Jan 2026 12:02:00 GMT', 120],
    ['Thu, 01 Jan 2026 13:00:00 GMT', 600],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 60],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 60],
    ['soon', 60],
    ['', 60],
  ])('%j makes the wait %i s', (value, seconds) => {
    expect(waitFor(value)).toBe(seconds * SECOND);
  });

  test('is heard only with the statuses of the policy, or with any', () => {
    expect(waitFor('120', 429)).toBe(120 * SECOND);
    expect(waitFor('120', 500)).toBe(60 * SECOND);
    expect(waitFor('120', 500, { hints: { statuses: 'any', atMostSeconds: 600 } })).toBe(120 * SECOND);
    expect(waitFor('120', 503, {})).toBe(60 * SECOND);
  });

  test('adds no attempt to a schedule that has ended', () => {
    expect(after({ hints }, { step: 3 }, answered(503, [['Retry-After', '1']]))).toMatchObject({
      status: 'failed',
    });
  });
});

describe('jitter', () => {
  const wait = (jitter: number, random: () => number): number =>
    after({ jitter }, {}, REFUSED, random).nextAttemptAt! - NOON;

  test('adds up to its fraction', () => {
    expect(wait(0.5, () => 0)).toBe(60 * SECOND);
    expect(wait(0.5, () => 0.5)).toBe(75 * SECOND);
    expect(wait(0.5, () => 0.999_999)).toBe(89_999);
  });

  test('of 0 leaves the wait exact', () => {
    expect(wait(0, () => 0.999_999)).toBe(60 * SECOND);
  });
});

describe('the disable rule', () => {
  const rule = (
    unit: CountingRule['unit'],
    threshold: number,
    consecutive = true,
  ): { disable: DisableRule } => ({ disable: { unit, threshold, consecutive } });

  test('counts retries within a delivery: the first attempt is none', () => {
    expect(after(rule('retry', 1), { step: 1 }, REFUSED)).toMatchObject({
      status: 'pending',
      failures: { delivery: 0, endpoint: 0 },
      disable: null,
    });
    expect(after(rule('retry', 1), { step: 2 }, REFUSED)).toEqual({
      status: 'failed',
      nextAttemptAt: null,
      reason: 'the endpoint was disabled: 1 failed retry',
      failures: { delivery: 1, endpoint: 0 },
      failingSince: null,
      disable: '1 failed retry',
      pausedUntil: null,
    });
  });

  test('counts attempts at the endpoint, the first included', () => {
    expect(after(rule('attempt', 3), { failures: { delivery: 0, endpoint: 1 } }, REFUSED)).toMatchObject({
      status: 'pending',
      failures: { delivery: 0, endpoint: 2 },
      disable: null,
    });
    expect(after(rule('attempt', 3), { failures: { delivery: 0, endpoint: 2 } }, REFUSED)).toEqual({
      status: 'failed',
      nextAttemptAt: null,
      reason: 'the endpoint was disabled: 3 failed attempts in a row',
      failures: { delivery: 0, endpoint: 3 },
      failingSince: null,
      disable: '3 failed attempts in a row',
      pausedUntil: null,
    });
  });

  test('counts deliveries at the endpoint when they fail for good, and not before', () => {
    const failures = { delivery: 0, endpoint: 1 };
    expect(after(rule('delivery', 2), { step: 2, failures }, REFUSED)).toMatchObject({
      status: 'pending',
      failures,
      disable: null,
    });
    expect(after(rule('delivery', 2), { step: 3, failures }, REFUSED)).toMatchObject({
      status: 'failed',
      failures: { delivery: 0, endpoint: 2 },
      disable: '2 failed deliveries in a row',
    });
  });

  test('disables at its threshold and beyond it, not before', () => {
    const disabled = (endpoint: number): boolean =>
      after(rule('attempt', 5), { failures: { delivery: 0, endpoint } }, REFUSED).disable !== null;
    expect([2, 3, 4, 5, 9].map(disabled)).toEqual([false, false, true, true, true]);
  });

  test('where it asks for failures in a row, begins anew after a success at the endpoint', () => {
    const where = { step: 3, failures: { delivery: 2, endpoint: 0 }, succeededSince: true };
    const about = { ...rule('retry', 3), delaysMs: [1, 1, 1, 1] };
    expect(after(about, where, REFUSED)).toMatchObject({
      status: 'pending',
      failures: { delivery: 1 },
      disable: null,
    });
    expect(after(about, { ...where, succeededSince: false }, REFUSED)).toMatchObject({
      failures: { delivery: 3 },
      disable: '3 failed retries in a row',
    });
  });

  test('where it asks for failures in all, a success between changes nothing', () => {
    const where = { step: 3, failures: { delivery: 2, endpoint: 0 }, succeededSince: true };
    expect(after({ ...rule('retry', 3, false), delaysMs: [1, 1, 1, 1] }, where, REFUSED)).toMatchObject({
      failures: { delivery: 3 },
      disable: '3 failed retries',
    });
  });

  test('a first attempt that fails after a success takes the old count back too', () => {
    const where = { step: 1, failures: { delivery: 2, endpoint: 0 }, succeededSince: true };
    expect(after(rule('retry', 3), where, REFUSED).failures).toEqual({ delivery: 0, endpoint: 0 });
  });
});

describe('the reason why it is given up', () => {
  const noRetryHeader = { name: 'X-Slack-No-Retry', value: '1' };
  const unheard = 'not tried again: it was connected and there was no answer, which is final';
  const cases: [string, Partial<Policy>, Parameters<typeof after>[2], string | null][] = [
    [
      'a final status',
      { finalStatuses: [[400, 499]] },
      answered(404),
      'not tried again: an answer of 404 is final',
    ],
    [
      'none that is retried',
      { retryStatuses: [503] },
      answered(500),
      'not tried again: an answer of 500 is final',
    ],
    [
      'a header',
      { noRetryHeader },
      answered(500, [['X-Slack-No-Retry', '1']]),
      'not tried again: the answer has X-Slack-No-Retry: 1',
    ],
    ['a time-out', { retryFailures: 'connection' }, unanswered('timeout'), unheard],
    ['anything', { retryFailures: 'none' }, REFUSED, 'not tried again: there was no answer, which is final'],
    ['what is tried again', { noRetryHeader, finalStatuses: [404] }, answered(500), null],
  ];
  test.each(cases)('is told: %s', (_what, about, attempt, reason) => {
    expect(after(about, {}, attempt)).toMatchObject({
      status: reason === null ? 'pending' : 'failed',
      reason,
    });
    // By hand, before the schedule goes on.
    const manual = after(about, { trigger: 'manual', resumeAt: NOON + MINUTE }, attempt);
    expect(manual).toMatchObject({ status: reason === null ? 'pending' : 'failed', reason });
  });

  test('is none where the schedule had ended anyway', () => {
    for (const where of [{ step: 3 }, { trigger: 'manual' }, { trigger: 'test' }] as const) {
      const decision = after({ finalStatuses: [404] }, where, answered(404));
      expect(decision).toMatchObject({ status: 'failed', reason: null });
    }
  });
});

describe('a disable rule that goes by time', () => {
  const disable = { unit: 'time', seconds: 3_600 } as const;
  const at = (about: Partial<Situation>, attempt = REFUSED): Decision => after({ disable }, about, attempt);

  test('begins with the first failure, and is met at the first one that comes so much later', () => {
    expect(at({})).toMatchObject({ status: 'pending', failingSince: NOON, disable: null });
    const early = NOON - HOUR + 1;
    expect(at({ failingSince: early })).toMatchObject({ failingSince: early, disable: null });
    expect(at({ failingSince: NOON - HOUR })).toMatchObject({
      status: 'failed',
      nextAttemptAt: null,
      disable: 'nothing but failures since 2026-01-01T11:00:00Z',
      pausedUntil: null,
    });
  });

  test('is set back by a success, by hand too, and neither by a test nor by what a person tries', () => {
    const failingSince = NOON - 9 * HOUR;
    const since = (trigger: Situation['trigger'], attempt: typeof REFUSED | typeof OK) =>
      after({ disable }, { trigger, failingSince }, attempt);
    expect(since('scheduled', OK).failingSince).toBeNull();
    expect(since('manual', OK).failingSince).toBeNull();
    expect(since('test', OK).failingSince).toBe(failingSince);
    expect(since('manual', REFUSED)).toMatchObject({ failingSince, disable: null });
    expect(since('test', REFUSED)).toMatchObject({ failingSince, disable: null });
    expect(after({ disable }, { trigger: 'manual' }, REFUSED).failingSince).toBeNull();
  });

  test('leaves what other rules count as it is, and they leave time alone', () => {
    const failures = { delivery: 3, endpoint: 9 };
    expect(at({ failures }).failures).toEqual(failures);
    expect(after({ disable: null }, {}, REFUSED).failingSince).toBeNull();
  });
});

describe('a disable rule that pauses', () => {
  const pause: Pause = {
    firstSeconds: 60,
    factor: 2,
    atMostSeconds: 86_400,
    permanentStatuses: [[400, 499]],
  };
  const rule = { disable: { unit: 'attempt', threshold: 4, consecutive: true, pause } } as const;
  const failures = { delivery: 0, endpoint: 3 };

  test('disables for a while at its threshold, longer each time up to its bound', () => {
    expect(after(rule, { failures: { delivery: 0, endpoint: 2 } }, REFUSED)).toMatchObject({
      disable: null,
      pausedUntil: null,
    });
    expect(after(rule, { failures }, answered(500))).toMatchObject({
      status: 'failed',
      failures: { delivery: 0, endpoint: 4 },
      disable: '4 failed attempts in a row; paused until 2026-01-01T12:01:00Z',
      pausedUntil: NOON + MINUTE,
    });
    const minutes = [0, 1, 2, 9, 10, 11, 5_000].map(
      (pauses) => (after(rule, { failures, pauses }, REFUSED).pausedUntil! - NOON) / MINUTE,
    );
    expect(minutes).toEqual([1, 2, 4, 512, 1_024, 1_440, 1_440]);
  });

  test.each([
    [399, true],
    [400, false],
    [404, false],
    [499, false],
    [500, true],
  ])('an answer of %i at the threshold is for a while: %s', (status, isPaused) => {
    const { disable, pausedUntil } = after(rule, { failures, pauses: 3 }, answered(status));
    expect(disable).toMatch(
      isPaused ? /^4 failed attempts in a row; paused until / : /^4 failed attempts in a row$/,
    );
    expect(pausedUntil).toBe(isPaused ? NOON + 8 * MINUTE : null);
  });
});

describe('what is tried again', () => {
  const isRetried = (about: Partial<Policy>, attempt: Parameters<typeof decide>[2]): boolean =>
    after(about, {}, attempt).status === 'pending';

  test('only the statuses that the policy names, singly or as ranges, and all where it names none', () => {
    const about = { retryStatuses: [429, [500, 599]] } as const;
    const retried = (about: Partial<Policy>) =>
      [301, 400, 428, 429, 430, 499, 500, 599].filter((status) => isRetried(about, answered(status)));
    expect(retried(about)).toEqual([429, 500, 599]);
    expect(retried({ ...about, finalStatuses: [[500, 510]] })).toEqual([429, 599]);
    expect(retried({ finalStatuses: [[400, 428]] })).toEqual([301, 429, 430, 499, 500, 599]);
    expect(isRetried(about, REFUSED)).toBe(true);
  });

  test.each([
    ['all', ['dns', 'refused', 'tls', 'reset', 'timeout', 'network', 'invalid-response']],
    ['connection', ['dns', 'refused', 'tls']],
    ['none', []],
  ] as const)('of attempts without an answer: %s', (retryFailures, retried) => {
    const codes = ['dns', 'refused', 'tls', 'reset', 'timeout', 'network', 'invalid-response'] as const;
    expect(codes.filter((code) => isRetried({ retryFailures }, unanswered(code)))).toEqual(retried);
    expect(isRetried({ retryFailures }, answered(500))).toBe(true);
  });

  test('nothing whose answer asks for that', () => {
    const noRetryHeader = { name: 'X-Slack-No-Retry', value: '1' };
    const retried = (value: string, about: Partial<Policy> = { noRetryHeader }): boolean =>
      isRetried(about, answered(500, [['x-slack-no-retry', value]]));
    expect([retried('1'), retried(' 1 '), retried('0'), retried('')]).toEqual([false, false, true, true]);
    expect(retried('1', {})).toBe(true);
    expect(isRetried({ noRetryHeader }, answered(500))).toBe(true);
  });

  test('a delivery that is not tried again counts as one that failed for good', () => {
    const disable = { unit: 'delivery', threshold: 1, consecutive: true } as const;
    expect(after({ disable, retryFailures: 'none' }, {}, unanswered('timeout'))).toMatchObject({
      status: 'failed',
      disable: '1 failed delivery',
    });
  });
});

interface Life {
  /** Seconds after the first attempt. */
  readonly offsets: number[];
  readonly disabledAfter: number | null;
  readonly status: Decision['status'];
}

/** Every attempt of a delivery that always fails, each at the moment it is due and over at once. */
function lifeOf(followed: Policy, random = () => 0): Life {
  const offsets: number[] = [];
  let now = NOON;
  let failures = { delivery: 0, endpoint: 0 };
  for (let step = 1; step < 100; step += 1) {
    offsets.push((now - NOON) / SECOND);
    const decision = decide(followed, situation({ step, failures }), REFUSED, now, random);
    failures = decision.failures;
    if (decision.status !== 'pending') {
      return { offsets, disabledAfter: decision.disable === null ? null : step, status: decision.status };
    }
    now = decision.nextAttemptAt!;
  }
  throw new Error('it never ends');
}

describe('a delivery that always fails', () => {
  const H = 3_600;
  test.each<[string, Partial<Endpoint>, readonly number[], number | null]>([
    ['deiterate', {}, [0, 60, 360, 2_160], null],
    ['filedgr', {}, [0, 2, 6, 14, 30], null],
    ['filedgr', { retryCount: 3, retryDelayMs: 5_000 }, [0, 5, 10], null],
    ['filedgr', { retryCount: 1, retryDelayMs: 5_000 }, [0], null],
    ['filedgr', { retryCount: 6, retryDelayMs: 90_000 }, [0, 90, 180, 270, 360, 450], null],
    ['filedgr', { retryCount: 4 }, [0, 5, 10, 15], null],
    ['filedgr', { retryDelayMs: 60_000 }, [0, 60, 120], null],
    ['taskplatform', {}, [0, 60, 360, 2_160], 4],
    ['compliancely', {}, [0, 180, 540], null],
    ['iverton', {}, [0, 60, 360, 2_160, 2.6 * H, 26.6 * H], 6],
    ['iverton', { delaysMs: [1_000, 2_000] }, [0, 1, 3], null],
    ['iverton', { delaysMs: [] }, [0], null],
    ['taskplatform', { delaysMs: [1_000, 1_000, 1_000, 1_000, 1_000] }, [0, 1, 2, 3], 4],
  ])('of %s with %j is attempted at %j s', async (id, settings, offsets, disabledAfter) => {
    const provider = await loadProvider(id);
    const life = lifeOf(policyOf(provider, newEndpoint(settings)));
    expect(life).toEqual({ offsets: [...offsets], disabledAfter, status: 'failed' });
  });
});

const wait = fc.integer({ min: 0, max: 30 * 24 * HOUR });
const anyPause: fc.Arbitrary<Pause> = fc.record({
  firstSeconds: fc.integer({ min: 1, max: 100_000 }),
  factor: fc.integer({ min: 1, max: 10 }),
  atMostSeconds: fc.integer({ min: 1, max: 1_000_000 }),
  permanentStatuses: fc.constant([[400, 499] as const]),
});
const anyRule = fc.oneof(
  fc.record(
    {
      unit: fc.constantFrom('retry', 'attempt', 'delivery'),
      threshold: fc.integer({ min: 1, max: 8 }),
      consecutive: fc.boolean(),
      pause: anyPause,
    },
    { requiredKeys: ['unit', 'threshold', 'consecutive'] },
  ),
  fc.record({ unit: fc.constant('time' as const), seconds: fc.integer({ min: 0, max: 100_000 }) }),
);
const range = fc
  .tuple(fc.integer({ min: 200, max: 599 }), fc.nat(99))
  .map(([from, size]) => [from, from + size] as const);
const statuses = fc.array(fc.integer({ min: 200, max: 599 }), { maxLength: 3 });
const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  delaysMs: fc.array(wait, { maxLength: 12 }),
  jitter: fc.double({ min: 0, max: 2, noNaN: true }),
  hints: fc.option(
    fc.record({
      statuses: fc.oneof(fc.constant('any' as const), statuses),
      atMostSeconds: fc.integer({ min: 0, max: 100_000 }),
    }),
  ),
  goneStatuses: statuses,
  finalStatuses: fc.array(fc.oneof(range, fc.integer({ min: 200, max: 599 })), { maxLength: 3 }),
  retryStatuses: fc.option(fc.array(range, { maxLength: 3 })),
  retryFailures: fc.constantFrom('all', 'connection', 'none'),
  noRetryHeader: fc.option(fc.constant({ name: 'X-No-Retry', value: '1' })),
  disable: fc.option(anyRule as fc.Arbitrary<DisableRule>),
  success: fc.constant([[200, 299] as const]),
  timeoutMs: fc.constant(10_000),
});
const anySituation: fc.Arbitrary<Situation> = fc.record({
  trigger: fc.constantFrom('scheduled', 'manual', 'test'),
  step: fc.integer({ min: 1, max: 14 }),
  resumeAt: fc.option(fc.integer({ min: NOON - HOUR, max: NOON + HOUR })),
  failures: fc.record({ delivery: fc.nat(10), endpoint: fc.nat(10) }),
  succeededSince: fc.boolean(),
  failingSince: fc.option(fc.integer({ min: NOON - 30 * HOUR, max: NOON })),
  pauses: fc.nat(20),
});
const retryAfter = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.nat().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
);
const anyFailure = fc.oneof(
  fc.constantFrom('refused', 'timeout', 'reset', 'dns').map((code) => unanswered(code as 'refused')),
  fc
    .tuple(fc.integer({ min: 300, max: 599 }), retryAfter, fc.constantFrom('0', '1'))
    .map(([status, value, no]) =>
      answered(status, [
        ['Retry-After', value],
        ['X-No-Retry', no],
      ]),
    ),
);
const anyChance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('whatever the policy', () => {
  test('the schedule of a delivery that always fails is its waits, added up', () => {
    fc.assert(
      fc.property(fc.array(wait, { maxLength: 20 }), (delaysMs) => {
        let at = 0;
        const expected = [0, ...delaysMs.map((delay) => (at += delay) / SECOND)];
        expect(lifeOf(policy({ delaysMs })).offsets).toEqual(expected);
      }),
    );
  });

  test('there is one attempt more than there are waits, where nothing gives up before', () => {
    fc.assert(
      fc.property(anyPolicy, anyChance, (any, chance) => {
        const life = lifeOf({ ...any, disable: null, retryFailures: 'all' }, () => chance);
        expect(life).toMatchObject({ status: 'failed', disabledAfter: null });
        expect(life.offsets).toHaveLength(any.delaysMs.length + 1);
      }),
    );
  });

  test('a success ends the delivery and disables nothing', () => {
    fc.assert(
      fc.property(anyPolicy, anySituation, (any, where) => {
        expect(decide(any, where, OK, NOON, never)).toMatchObject({
          status: 'succeeded',
          nextAttemptAt: null,
          disable: null,
        });
      }),
    );
  });

  test('the next attempt is never before the end of this one, and only what waits has one', () => {
    fc.assert(
      fc.property(anyPolicy, anySituation, anyFailure, anyChance, (any, where, attempt, chance) => {
        const { status, nextAttemptAt, disable } = decide(any, where, attempt, NOON, () => chance);
        expect(status === 'pending').toBe(nextAttemptAt !== null);
        if (nextAttemptAt !== null) {
          expect(nextAttemptAt).toBeGreaterThanOrEqual(NOON);
          expect(Number.isSafeInteger(nextAttemptAt)).toBe(true);
        }
        if (disable !== null) expect(status).toBe('failed');
      }),
      { numRuns: 500 },
    );
  });

  test('no wait is shorter than the schedule, or longer than jitter and the longest hint make it', () => {
    fc.assert(
      fc.property(anyPolicy, anySituation, anyFailure, anyChance, (any, where, attempt, chance) => {
        const { nextAttemptAt } = decide(
          any,
          { ...where, trigger: 'scheduled' },
          attempt,
          NOON,
          () => chance,
        );
        if (nextAttemptAt === null) return;
        const delay = any.delaysMs[where.step - 1]!;
        const longest = Math.max(delay * (1 + any.jitter), (any.hints?.atMostSeconds ?? 0) * SECOND);
        expect(nextAttemptAt - NOON).toBeGreaterThanOrEqual(delay);
        expect(nextAttemptAt - NOON).toBeLessThanOrEqual(longest);
      }),
      { numRuns: 500 },
    );
  });

  test('without a rule and without statuses for gone nothing is ever disabled or counted', () => {
    fc.assert(
      fc.property(anyPolicy, anySituation, anyFailure, anyChance, (any, where, attempt, chance) => {
        const lenient = { ...any, disable: null, goneStatuses: [] };
        expect(decide(lenient, where, attempt, NOON, () => chance)).toMatchObject({
          disable: null,
          failures: where.failures,
          pausedUntil: null,
        });
      }),
    );
  });

  test('nothing is tried again, by the schedule or after a person, that the policy gives up', () => {
    fc.assert(
      fc.property(anyPolicy, anySituation, anyFailure, anyChance, (any, where, attempt, chance) => {
        const { response, error } = attempt;
        const isGivenUp =
          response === null
            ? any.retryFailures === 'none' ||
              (any.retryFailures === 'connection' && error!.code === 'timeout')
            : isAmong([...any.finalStatuses, ...any.goneStatuses], response.status) ||
              (any.retryStatuses !== null && !isAmong(any.retryStatuses, response.status)) ||
              (any.noRetryHeader !== null &&
                response.headers.some(([name, value]) => name === 'X-No-Retry' && value === '1'));
        fc.pre(isGivenUp);
        expect(decide(any, where, attempt, NOON, () => chance)).toMatchObject({
          status: 'failed',
          nextAttemptAt: null,
        });
      }),
      { numRuns: 500 },
    );
  });

  test('a pause ends after it began and within its bound, and comes with nothing but a reason to disable', () => {
    fc.assert(
      fc.property(anyPolicy, anySituation, anyFailure, anyChance, (any, where, attempt, chance) => {
        const { disable, pausedUntil } = decide(any, where, attempt, NOON, () => chance);
        if (pausedUntil === null) return;
        const rule = any.disable as CountingRule;
        expect(disable).not.toBeNull();
        expect(pausedUntil).toBeGreaterThan(NOON);
        expect(pausedUntil - NOON).toBeLessThanOrEqual(rule.pause!.atMostSeconds * SECOND);
      }),
      { numRuns: 500 },
    );
  });
});

import { describe, expect, test } from 'vitest';
import { judgeAnswer, judgeClock, judgeDeadline, judgeNoAnswer } from '../../../src/doctor/answer.ts';
import { judgeCertificate } from '../../../src/doctor/certificate.ts';
import type { ServerCertificate } from '../../../src/doctor/network.ts';
import type { AttemptResponse } from '../../../src/model/attempt.ts';
import type { Header } from '../../../src/model/request.ts';
import { loadProvider } from '../../../src/providers/index.ts';

const iverton = await loadProvider('iverton');
const compliancely = await loadProvider('compliancely');
const deiterate = await loadProvider('deiterate');
const filedgr = await loadProvider('filedgr');
const url = new URL('https://app.example/hooks');
const NOW = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;

const answer = (status: number, headers: readonly Header[] = []): AttemptResponse => ({
  status,
  headers,
  body: new Uint8Array(),
  truncated: false,
});

describe('an answer', () => {
  test.each([
    [401, 'same secret'],
    [403, 'CSRF'],
    [400, 'raw bytes'],
    [404, 'does the app have /hooks'],
    [405, 'does not take POST'],
    [413, 'body parser'],
    [415, 'application/json'],
    [429, 'rate limits'],
    [500, 'look into its log'],
    [502, 'proxy or tunnel'],
    [418, 'logs'],
  ])('of %d fails with its own advice', (status, hint) => {
    expect(judgeAnswer(answer(status), { url, provider: iverton, isSigned: true })).toMatchObject({
      status: 'failed',
      message: String(status),
      hint: expect.stringContaining(hint),
    });
  });

  test("counts by the provider's own rule", () => {
    const judged = (provider: typeof iverton, status: number) =>
      judgeAnswer(answer(status), { url, provider, isSigned: true });
    expect(judged(iverton, 204).status).toBe('passed');
    expect(judged(deiterate, 204)).toMatchObject({
      status: 'failed',
      message: '204, and for de.iterate only 200 is a success',
      hint: 'answer 200',
    });
  });

  test('that is a page of HTML is suspicious', () => {
    const html = [['content-type', 'text/html; charset=utf-8']] as const;
    const sent = { url, provider: iverton, isSigned: true };
    expect(judgeAnswer(answer(200, html), sent)).toMatchObject({ status: 'warned' });
    expect(judgeAnswer(answer(503, html), sent).hint).toContain('the answer is HTML');
    expect(judgeAnswer(answer(503), sent).hint).not.toContain('HTML');
  });

  test('that refuses what is not signed is as it should be, and a missing route is not', () => {
    const sent = { url, provider: iverton, isSigned: false };
    expect(judgeAnswer(answer(401), sent).status).toBe('warned');
    expect(judgeAnswer(answer(404), sent).status).toBe('failed');
    expect(judgeAnswer(answer(404), { ...sent, provider: null }).status).toBe('warned');
    expect(judgeAnswer(answer(401), { ...sent, provider: null }).status).toBe('passed');
  });

  test.each([
    [
      [['Location', 'https://www.app.example/hooks']],
      'give the provider that URL: https://www.app.example/hooks',
    ],
    [[['Location', 'https://[']], 'give the provider the final URL'],
    [[], 'give the provider the final URL'],
  ] as const)('that redirects by %j', (headers, hint) => {
    expect(judgeAnswer(answer(301, headers), { url, provider: iverton, isSigned: true })).toMatchObject({
      status: 'failed',
      hint,
    });
    expect(judgeAnswer(answer(301, headers), { url, provider: null, isSigned: false }).status).toBe('warned');
  });

  test.each([
    ['timeout', '--timeout'],
    ['invalid-response', 'https://'],
    ['reset', 'hung up'],
    ['network', 'try it again'],
  ] as const)('that does not come (%s) has advice', (code, hint) => {
    expect(judgeNoAnswer({ code, message: 'what happened' })).toEqual({
      status: 'failed',
      message: 'what happened',
      hint: expect.stringContaining(hint),
    });
  });
});

test.each([
  [iverton, 2_500, 'passed'],
  [iverton, 2_501, 'warned'],
  [iverton, 5_000, 'warned'],
  [iverton, 5_001, 'failed'],
  [filedgr, 5_001, 'passed'],
  [compliancely, 10_001, 'failed'],
] as const)('$0.name gives its own time: %2$d ms', (provider, durationMs, status) => {
  expect(judgeDeadline(durationMs, provider).status).toBe(status);
});

test('an assumed time is said to be so', () => {
  expect(judgeDeadline(1_000, compliancely).message).toBe(
    '1 s of the 10 s that Compliancely gives (assumed)',
  );
  expect(judgeDeadline(1_000, iverton).message).toBe('1 s of the 5 s that Iverton AI gives');
});

test.each([
  [0, 'passed'],
  [60_000, 'passed'],
  [61_000, 'warned'],
  [-60_000, 'passed'],
  [-61_000, 'warned'],
])('a clock off by %d ms: %s', (skewMs, status) => {
  const headers = [['date', new Date(NOW + skewMs).toUTCString()]] as const;
  expect(judgeClock(answer(200, headers), NOW).status).toBe(status);
});

test.each([[[]], [[['Date', 'soon']]]] as const)('a clock is not told by %j', (headers) => {
  expect(judgeClock(answer(200, headers), NOW).status).toBe('skipped');
});

describe('a certificate', () => {
  const good: ServerCertificate = {
    chainError: null,
    hostError: null,
    hosts: 'DNS:app.example',
    issuer: 'An authority',
    validFrom: NOW - DAY,
    validTo: NOW + 15 * DAY,
  };

  test.each([
    [{}, 'passed', /^valid until 2026-12-06, from An authority$/],
    [{ validTo: NOW + 14 * DAY - 1 }, 'warned', /it expires in 14 d$/],
    [{ validTo: NOW - 1, chainError: 'CERT_HAS_EXPIRED' }, 'failed', /^it has expired on 2026-11-21$/],
    [
      { validFrom: NOW + DAY, chainError: 'CERT_NOT_YET_VALID' },
      'failed',
      /^it is not valid before 2026-11-22$/,
    ],
    [{ hostError: 'x' }, 'failed', /^it is for another host: DNS:app.example$/],
    [{ hostError: 'x', hosts: '' }, 'failed', /it names none$/],
    [{ chainError: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'failed', /^it is self-signed/],
    [{ chainError: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'failed', /^an intermediate certificate is missing/],
    [{ chainError: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'failed', /^its authority is not trusted/],
    [{ chainError: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' }, 'failed', /^its authority is not trusted/],
    [{ chainError: 'CERT_SIGNATURE_FAILURE' }, 'failed', /does not verify \(CERT_SIGNATURE_FAILURE\)$/],
    [
      { validTo: NOW - 1, hostError: 'x', chainError: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      'failed',
      /^it has expired on .*; it is self-signed .*; it is for another host/,
    ],
  ] as const)('%j %s', (changes, status, message) => {
    expect(judgeCertificate({ ...good, ...changes }, 'app.example', NOW)).toMatchObject({
      status,
      message: expect.stringMatching(message),
    });
  });
});

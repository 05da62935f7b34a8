import { describe, expect, test } from 'vitest';
import { advise, adviseUnreachable } from '../../../src/receiver/advice.ts';

const target = new URL('http://127.0.0.1:3000/hooks?token=x');

describe('advice on an app’s answer', () => {
  test.each([100, 200, 201, 204, 299])('%i needs none', (status) => {
    expect(advise(status, 'said', target)).toEqual([]);
  });

  test.each([
    [301, /redirects \(301\); providers do not follow/],
    [308, /redirects \(308\)/],
    [400, /bad \(400\).*raw bytes/],
    [401, /refuses \(401\).*secret/],
    [403, /refuses \(403\).*CSRF/],
    [404, /\(404\): does \/hooks exist/],
    [405, /method .*\(405\)/],
    [413, /larger than the app's parser allows \(413\)/],
    [415, /Content-Type \(415\)/],
    [418, /refuses \(418\)/],
    [422, /bad \(422\).*raw bytes/],
    [429, /rate \(429\)/],
    [500, /failed/],
    [503, /failed/],
  ])('%i', (status, advice) => {
    expect(advise(status, ' \n', target)).toEqual([expect.stringMatching(advice)]);
  });

  test.each([400, 500])('%i quotes what the app said, without the white space around it', (status) => {
    expect(advise(status, '\n  it broke \n', target)[1]).toBe('the app said: it broke');
  });

  test('quotes at most 500 characters and cuts none in two', () => {
    expect(advise(500, '🎉'.repeat(501), target)[1]).toBe(`the app said: ${'🎉'.repeat(500)}`);
    expect(advise(500, 'x'.repeat(500), target)[1]).toBe(`the app said: ${'x'.repeat(500)}`);
  });

  test('does not quote a redirect', () => {
    expect(advise(302, 'moved', target)).toHaveLength(1);
  });
});

describe('advice on an app that cannot be reached', () => {
  const failure = (code: string, message = code): Error => Object.assign(new Error(message), { code });

  test.each([
    ['ECONNREFUSED', 502, 'nothing listens at http://127.0.0.1:3000: is the app running, and on that port?'],
    ['ENOTFOUND', 502, 'the host of http://127.0.0.1:3000 is not known: check the --forward URL'],
    ['EAI_AGAIN', 502, 'the host of http://127.0.0.1:3000 is not known: check the --forward URL'],
    ['ECONNRESET', 502, 'the app at http://127.0.0.1:3000 closed the connection without an answer'],
    ['EPIPE', 502, 'the app at http://127.0.0.1:3000 closed the connection without an answer'],
    ['ETIMEDOUT', 504, 'the app at http://127.0.0.1:3000 gave no answer within 2.5 s'],
    ['EHOSTUNREACH', 502, 'the app at http://127.0.0.1:3000 could not be reached: EHOSTUNREACH'],
  ])('%s', (code, status, remark) => {
    expect(adviseUnreachable(failure(code), target, 2_500)).toEqual({ status, remark });
  });

  test('refusals of several addresses count as one', () => {
    const both = new AggregateError([failure('ECONNREFUSED'), failure('ECONNREFUSED')]);
    expect(adviseUnreachable(both, target, 1).remark).toContain('nothing listens');
  });

  test('anything else is said as it is', () => {
    expect(adviseUnreachable(new Error('odd'), target, 1)).toEqual({
      status: 502,
      remark: 'the app at http://127.0.0.1:3000 could not be reached: odd',
    });
  });
});

import { describe, expect, test } from 'vitest';
import type { Header } from '../../../src/model/request.ts';
import type { Verdict } from '../../../src/model/verdict.ts';
import { advise, adviseUnreachable } from '../../../src/receiver/advice.ts';
import { verdict } from '../../support/captures.ts';

const target = new URL('http://127.0.0.1:3000/hooks?token=x');

function adviceOn(
  status: number,
  body: string,
  { found = null, headers = [] }: { found?: Verdict | null; headers?: readonly Header[] } = {},
): string[] {
  return advise({ status, headers, body }, target, found);
}

describe('advice on an app’s answer', () => {
  test.each([100, 200, 201, 204, 299])('%i needs none', (status) => {
    expect(adviceOn(status, 'said')).toEqual([]);
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
    expect(adviceOn(status, ' \n')).toEqual([expect.stringMatching(advice)]);
  });

  test.each([400, 500])('%i quotes what the app said, without the white space around it', (status) => {
    expect(adviceOn(status, '\n  it broke \n')[1]).toBe('the app said: it broke');
  });

  test('quotes at most 500 characters and cuts none in two', () => {
    expect(adviceOn(500, '🎉'.repeat(501))[1]).toBe(`the app said: ${'🎉'.repeat(500)}`);
    expect(adviceOn(500, 'x'.repeat(500))[1]).toBe(`the app said: ${'x'.repeat(500)}`);
  });

  test('does not quote a redirect', () => {
    expect(adviceOn(302, 'moved')).toHaveLength(1);
  });
});

describe('advice where the signature verifies here', () => {
  const found = verdict('valid');

  test.each([
    [401, true],
    [403, true],
    [400, false],
    [422, false],
  ])('%i: what to check in the app', (status, hasLogin) => {
    const [line] = adviceOn(status, '', { found });
    const login = hasLogin ? ', and is no login before it' : '';
    expect(line).toBe(
      `the signature is right here, and the app answers ${status}: does it verify the raw body (not a parsed one) with the same secret, from x-signature${login}?`,
    );
  });

  test('in its framework, where its answer betrays that', () => {
    const [line] = adviceOn(401, 'no', { found, headers: [['X-Powered-By', 'Express']] });
    expect(line).toMatch(
      /\? In Express, put express\.raw\(\{ type: '\*\/\*' \}\) on that route, before express\.json\(\)$/,
    );
  });

  test('which of several secrets it is', () => {
    expect(adviceOn(401, '', { found: { ...found, secretIndex: 1 } })[0]).toContain(
      'the same secret (number 2 here)',
    );
  });

  test('still quotes what the app said', () => {
    expect(adviceOn(401, 'bad mac', { found })[1]).toBe('the app said: bad mac');
  });

  test.each([404, 405, 413, 500])('%i has nothing to do with it', (status) => {
    expect(adviceOn(status, '', { found })).toEqual(adviceOn(status, ''));
  });
});

describe('advice where it does not verify here', () => {
  test.each([400, 401, 403, 422])('%i: both agree', (status) => {
    expect(adviceOn(status, '', { found: verdict('no-match') })).toEqual([
      `the app answers ${status}, and the signature does not verify here either: both agree, so the reason given here counts`,
    ]);
  });

  test.each([null, verdict('unsigned')])('nothing is said of it where nothing was verified', (found) => {
    expect(adviceOn(401, '', { found })).toEqual([expect.stringMatching(/^the app refuses \(401\): is the/)]);
  });

  test('nor of what the app failed at for other reasons', () => {
    expect(adviceOn(404, '', { found: verdict('no-match') })).toEqual(adviceOn(404, ''));
  });
});

test.each([null, verdict('valid'), verdict('no-match')])(
  'an app that wants a CSRF token has not come to the signature',
  (found) => {
    expect(adviceOn(403, 'CSRF verification failed.', { found })[0]).toBe(
      'the app refuses (403) for lack of a CSRF token, before it looks at a signature; in Django, put @csrf_exempt on that view, and verify request.body in it',
    );
    expect(adviceOn(419, '', { found })[0]).toContain('in Laravel, ');
    expect(adviceOn(500, 'CSRF verification failed.', { found })[0]).toContain('failed while handling');
  },
);

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

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Cause } from '../../../src/diagnosis/cause.ts';
import { diagnose, examine, type DiagnosisContext } from '../../../src/diagnosis/diagnose.ts';
import type { Header, RawRequest } from '../../../src/model/request.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { gitlab } from '../../../src/providers/gitlab.ts';
import { hubspot } from '../../../src/providers/hubspot.ts';
import { defineProvider } from '../../../src/providers/provider.ts';
import { signRequest } from '../../../src/providers/signatures.ts';
import { twilio } from '../../../src/providers/twilio.ts';
import type { TokenScheme } from '../../../src/signing/scheme.ts';
import { vectors } from '../../support/fixtures.ts';
import { received } from './causes.ts';
import { NOW } from './schemes.ts';

const TOKEN = 'glpat 12345';

/** A provider with a token there. */
function withToken(token: TokenScheme['token']) {
  return defineProvider({
    id: 'tokens',
    name: 'Tokens',
    signature: { kind: 'token', token },
    envelope: {},
    events: [],
  });
}

const basic = withToken({ basic: true });
const bearer = withToken({ header: 'Authorization', prefix: 'Bearer ' });
const inQuery = withToken({ query: 'token' });
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function request(headers: Header[], path = '/hooks'): RawRequest {
  return { method: 'POST', path, headers, body: Buffer.from('{}') };
}

describe('a token', () => {
  test.each<[string, Cause, typeof gitlab, RawRequest, string, DiagnosisContext?]>([
    ['another', 'secret-wrong', gitlab, request([['X-Gitlab-Token', 'x']]), TOKEN],
    ['a newline', 'secret-whitespace', gitlab, request([['X-Gitlab-Token', TOKEN]]), `${TOKEN}\n`],
    ['quotes', 'secret-whitespace', gitlab, request([['X-Gitlab-Token', TOKEN]]), `"${TOKEN}"`],
    ['an .env line', 'secret-prefix', gitlab, request([['X-Gitlab-Token', TOKEN]]), `TOKEN=${TOKEN}`],
    ['Bearer before it', 'signature-prefix', gitlab, request([['X-Gitlab-Token', `Bearer ${TOKEN}`]]), TOKEN],
    ['sent in quotes', 'signature-encoding', gitlab, request([['X-Gitlab-Token', `"${TOKEN}"`]]), TOKEN],
    ['elsewhere', 'signature-header', gitlab, request([['X-Token', TOKEN]]), TOKEN],
    ['none', 'signature-missing', gitlab, request([]), TOKEN],
    ['no secret', 'secret-empty', gitlab, request([['X-Gitlab-Token', TOKEN]]), ''],
    ['no Bearer', 'signature-prefix', bearer, request([['Authorization', TOKEN]]), TOKEN],
    [
      'no user',
      'secret-prefix',
      basic,
      request([['Authorization', `Basic ${base64(`me:${TOKEN}`)}`]]),
      TOKEN,
    ],
    ['no Basic', 'signature-prefix', basic, request([['Authorization', `me:${TOKEN}`]]), `me:${TOKEN}`],
    ['no query', 'signature-missing', inQuery, request([]), TOKEN],
    ['another query', 'secret-wrong', inQuery, request([], '/hooks?token=x'), TOKEN],
    [
      'of another endpoint',
      'secret-other',
      gitlab,
      request([['X-Gitlab-Token', TOKEN]]),
      'mine',
      { otherSecrets: [{ name: 'ep_2', secret: TOKEN }] },
    ],
  ])('%s: %s', (_name, cause, provider, sent, secret, context = {}) => {
    const { diagnosis, trials } = examine(sent, provider, [secret], context);
    expect(diagnosis[0], JSON.stringify(diagnosis)).toMatchObject({ cause });
    expect(trials).toBe(0);
    expect(JSON.stringify(diagnosis)).not.toContain(TOKEN);
  });

  test('that is right has no diagnosis', () => {
    expect(diagnose(request([['X-Gitlab-Token', TOKEN]]), gitlab, [TOKEN])).toEqual([]);
    expect(diagnose(request([], '/hooks?token=abc'), inQuery, ['abc'])).toEqual([]);
  });
});

test('a body is told from the URL that holds its digest', () => {
  const unsigned = {
    method: 'POST',
    url: 'https://app.example/in',
    headers: [
      ['Host', 'app.example'],
      ['Content-Type', 'application/json'],
    ] satisfies Header[],
    body: Buffer.from('{"a":1}'),
  };
  const good = received(signRequest(twilio, unsigned, 'secret', { now: NOW }));
  expect(good.path).toContain(`bodySHA256=${createHash('sha256').update('{"a":1}').digest('hex')}`);
  const arrived = (body: string) => diagnose({ ...good, body: Buffer.from(body) }, twilio, ['secret']);
  expect(arrived('{"a":1}')).toEqual([]);
  expect(arrived('{"a":1}\n')[0]).toMatchObject({ cause: 'body-newline', confidence: 'certain' });
  expect(arrived('{"a": 1}')[0]).toMatchObject({ cause: 'body-reserialized', confidence: 'certain' });
  expect(arrived('{"b":2}')[0]).toMatchObject({ cause: 'body-reserialized', confidence: 'likely' });
});

test('an older signature of the provider is diagnosed as such', () => {
  const unsigned = {
    method: 'POST',
    url: 'https://app.example/in',
    headers: [['Host', 'app.example']] satisfies Header[],
    body: Buffer.from('{"a":1}'),
  };
  for (const signature of ['v1', 'v2']) {
    const good = received(signRequest(hubspot, unsigned, 'secret', { now: NOW, signature }));
    expect(diagnose(good, hubspot, ['secret'], { now: NOW })).toEqual([]);
    const spoilt = { ...good, body: Buffer.from('{"a":1}\n') };
    expect(diagnose(spoilt, hubspot, ['secret'], { now: NOW })[0], signature).toMatchObject({
      cause: 'body-newline',
      confidence: 'certain',
    });
    expect(diagnose(good, hubspot, ['secret\n'], { now: NOW })[0], signature).toMatchObject({
      cause: 'secret-whitespace',
    });
  }
});

test('one of its own that other providers use too is not blamed on them', () => {
  const { secret, headers, now } = vectors('gitlab').find(({ name }) => name === 'a signing token')!;
  const changed = { method: 'POST', path: '/', headers, body: Buffer.from('{"changed":true}') };
  const causes = examine(changed, gitlab, [secret], { now: now!, providers: builtIn.all }).diagnosis.map(
    ({ cause }) => cause,
  );
  expect(causes).toEqual(['secret-wrong']);
});

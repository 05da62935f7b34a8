import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { handshakeFaults } from '../../../src/handshake/faults.ts';
import { cloudEvents } from '../../../src/handshake/cloud-events.ts';
import { matchAmong, matchHandshake } from '../../../src/handshake/match.ts';
import { isDistinctive, recognizeHandshake } from '../../../src/handshake/recognize.ts';
import { renderHandshake } from '../../../src/handshake/render.ts';
import type { Handshake } from '../../../src/providers/handshake.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import type { SignedRequest } from '../../../src/signing/signed-request.ts';
import { bytes, providerWith, RECORDS } from './records.ts';

const now = 1_700_000_000_000;
const NO_SECRETS = { secrets: [], now };

const get = (path: string): SignedRequest => ({ method: 'GET', path, headers: [], body: new Uint8Array() });
const post = (json: unknown, headers: SignedRequest['headers'] = []): SignedRequest => ({
  method: 'POST',
  path: '/',
  headers,
  body: Buffer.from(JSON.stringify(json)),
});
const signed = (json: unknown, secret: string): SignedRequest => {
  const time = String(now / 1_000);
  const mac = createHmac('sha256', secret)
    .update(`${time}.${JSON.stringify(json)}`)
    .digest('hex');
  return post(json, [['X-Acme-Signature', `t=${time},v1=${mac}`]]);
};
const match = (
  record: Handshake,
  request: SignedRequest,
  context: Parameters<typeof matchHandshake>[2] = NO_SECRETS,
) => matchHandshake(providerWith(record), request, context);
const textOf = (answer: { body: Uint8Array } | undefined) => Buffer.from(answer!.body).toString();

describe('an answer', () => {
  test('is keyed with the secret that the request was signed with', () => {
    const request = signed(
      { event: 'endpoint.url_validation', payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' } },
      'new',
    );
    const { answer, refused } = match(RECORDS.keyed, request, { secrets: ['old', 'new'], now })!;
    expect(refused).toBeNull();
    expect(JSON.parse(textOf(answer))).toEqual({
      plainToken: 'qgg8vlvZRS6UYooatFL8Aw',
      encryptedToken: createHmac('sha256', 'new').update('qgg8vlvZRS6UYooatFL8Aw').digest('hex'),
    });
    expect(answer.headers).toContainEqual(['Content-Type', 'application/json']);
  });

  test('to a CRC is the known one', () => {
    const { answer } = match(RECORDS.crc, get('/?crc_token=abc123'), { secrets: ['x-consumer-secret'] })!;
    expect(textOf(answer)).toBe('{"response_token":"sha256=vgdjqzj/MKMsZfYtNrEX1dQfoAwEhHS1eoqM3+p4BbA="}');
  });

  test('holds a challenge as text that no JSON, markup or header can be made of', () => {
    const evil = '"}</script>\r\nSet-Cookie: a=b';
    const { answer } = match(RECORDS.textOfJson, post({ type: 'url_verification', challenge: evil }))!;
    expect(textOf(answer)).toBe(evil);
    expect(answer.headers).toEqual([
      ['Content-Type', 'text/plain'],
      ['X-Content-Type-Options', 'nosniff'],
    ]);
    const asJson: Handshake = {
      ...RECORDS.textOfJson,
      respond: { status: 200, body: { challenge: '{challenge}' } },
    };
    const json = match(asJson, post({ type: 'url_verification', challenge: evil }))!;
    expect(JSON.parse(textOf(json.answer))).toEqual({ challenge: evil });
  });

  test('is refused where a value cannot stand in its header', () => {
    const record: Handshake = {
      ...RECORDS.textOfJson,
      signed: false,
      respond: { status: 200, headers: { 'X-Challenge': '{challenge}' } },
    };
    for (const challenge of ['a\r\nb', 'a\0', 'ŵ']) {
      const refused = match(record, post({ type: 'url_verification', challenge }))!;
      expect(refused.refused).toMatch(/X-Challenge/);
      expect(refused.answer).toMatchObject({ status: 500, headers: [] });
    }
  });

  test('that needs a secret which nobody gave is an error of ours, and says so', () => {
    const { answer, refused } = match(
      RECORDS.keyed,
      post({ event: 'endpoint.url_validation', payload: { plainToken: 'a' } }),
    )!;
    expect(answer.status).toBe(500);
    expect(refused).toBe('it cannot be answered without the secret (--secret)');
  });

  test('without a secret to check with, is given and says that nothing was checked', () => {
    const { refused, notes } = match(RECORDS.textOfJson, post({ type: 'url_verification', challenge: 'a' }))!;
    expect(refused).toBeNull();
    expect(notes).toEqual([expect.stringMatching(/signature was not checked/)]);
  });
});

describe('a token that was agreed on', () => {
  const path = '/?hub.mode=subscribe&hub.verify_token=t1&hub.challenge=77';

  test('has to be that', () => {
    expect(match(RECORDS.query, get(path), { ...NO_SECRETS, verifyToken: 't1' })).toMatchObject({
      refused: null,
      notes: [],
    });
    const wrong = match(RECORDS.query, get(path), { ...NO_SECRETS, verifyToken: 't2' })!;
    expect(wrong.refused).toMatch(/verify token is another/);
    expect(wrong.answer).toMatchObject({ status: 403, body: new Uint8Array() });
  });

  test('may be any where none was given, and it is said that it was not compared', () => {
    const { answer, refused, notes } = match(RECORDS.query, get(path))!;
    expect([textOf(answer), refused]).toEqual(['77', null]);
    expect(notes).toEqual([expect.stringMatching(/not compared.*--verify-token/)]);
  });
});

test('a secret that is sent along has to be one of ours', () => {
  const request = get('/?key=s2&code=c-abc.end');
  expect(match(RECORDS.digest, request, { secrets: ['s1', 's2'] })).toMatchObject({
    refused: null,
    values: new Map([
      ['secret', 's2'],
      ['code', 'abc'],
    ]),
  });
  expect(match(RECORDS.digest, request, { secrets: ['s1'] })!.refused).toMatch(/another/);
});

test('other requests are none', () => {
  for (const [record, request] of [
    [RECORDS.textOfJson, post({ type: 'event_callback', challenge: 'a' })],
    [RECORDS.textOfJson, post({ type: 'url_verification' })],
    [RECORDS.textOfJson, post({ type: 'url_verification', challenge: 5 })],
    [RECORDS.textOfJson, post({ type: 'url_verification', challenge: '' })],
    [RECORDS.textOfJson, { ...post({ type: 'url_verification', challenge: 'a' }), method: 'PUT' }],
    [RECORDS.textOfJson, post({ type: 'url_verification', challenge: 'a'.repeat(20_000) })],
    [RECORDS.intent, post({ firstEventSequence: 1, live: false, entropy: 'a' })],
    [{ ...RECORDS.crc, request: { method: 'GET', query: { a: '{x}', b: '{x}' } } }, get('/?a=1&b=2')],
    [RECORDS.query, get('/?hub.mode=unsubscribe&hub.verify_token=t&hub.challenge=1')],
    [RECORDS.query, get('/?hub.mode=subscribe&hub.challenge=1')],
    [RECORDS.digest, get('/?key=s&code=c-abc.en')],
    [RECORDS.form, { ...post({}), body: Buffer.from('webhook_id=1') }],
  ] as const) {
    expect(match(record, request)).toBeNull();
  }
});

describe('what is wrong with an answer', () => {
  const rendered = (record: Handshake) =>
    renderHandshake(providerWith(record), record, {
      url: 'http://localhost/',
      secret: 's',
      verifyToken: 't',
      randomBytes: bytes,
      now,
      values: new Map([
        ['challenge', 'abc'],
        ['plainToken', 'abc'],
      ]),
    });
  const say = (
    record: Handshake,
    body: string,
    { status = 200, type = 'text/html; charset=utf-8', durationMs = 1 } = {},
  ) =>
    rendered(record).judge({
      status,
      headers: [['content-type', type]],
      body: Buffer.from(body),
      durationMs,
    });

  test.each([
    ['abc', {}, null],
    ['abc\n', {}, /white space around "abc"/],
    ['"abc"', {}, /as JSON, in quotes/],
    ['', {}, /the body is empty, and "abc" is due/],
    ['abd', {}, /the body is "abd", and "abc" is due/],
    ['abc', { status: 201 }, /the status is 201, and 200 is due/],
    ['abc', { durationMs: 3_500 }, /it took 3.5 s, and 3 s are allowed/],
    ['{"challenge":"abc","more":1}', { type: 'application/json' }, null],
    ['{"challenge":"abd"}', { type: 'application/json' }, /challenge is "abd", and "abc" is due/],
    ['{"Challenge":"abc"}', { type: 'application/json' }, /the body has no challenge/],
    ['["abc"]', { type: 'application/json' }, /no JSON object/],
  ] as const)('%s %j', (body, how, problem) => {
    const verdict = say(RECORDS.textOfJson, body, how);
    if (problem === null) expect(verdict).toMatchObject({ ok: true, problem: null });
    else expect(verdict).toEqual({ ok: false, problem: expect.stringMatching(problem), notes: [] });
  });

  test('a JSON answer that says it is something else is taken, and it is said', () => {
    const token = createHmac('sha256', 's').update('abc').digest('hex');
    expect(say(RECORDS.keyed, JSON.stringify({ encryptedToken: token, plainToken: 'abc' }))).toEqual({
      ok: true,
      problem: null,
      notes: [expect.stringMatching(/text\/html.*application\/json is usual/)],
    });
  });

  test('a content type and headers that a provider insists on', () => {
    expect(say(RECORDS.typed, 'abc', { type: 'text/plain' }).problem).toMatch(
      /no X-Content-Type-Options header/,
    );
    expect(
      rendered(RECORDS.typed).judge({
        status: 200,
        headers: [
          ['X-Content-Type-Options', 'nosniff'],
          ['Content-Type', 'text/html'],
        ],
        body: Buffer.from('abc'),
      }).problem,
    ).toMatch(/content type is text\/html, and text\/plain is due/);
    expect(say(RECORDS.query, 'abc').problem).toBeNull();
  });
});

describe('a sender who is not known', () => {
  const named = (id: string, ...records: readonly Handshake[]): Provider => ({
    ...providerWith(...records),
    id,
    name: id,
  });
  const find = (providers: readonly Provider[], request: SignedRequest) =>
    recognizeHandshake(providers, request, () => NO_SECRETS);
  const path = '/?hub.mode=subscribe&hub.verify_token=t1&hub.challenge=77';
  const strava: Handshake = {
    ...RECORDS.query,
    respond: { status: 200, body: { 'hub.challenge': '{challenge}' } },
  };

  test('is named by a handshake that is like no other', () => {
    const providers = [named('a', RECORDS.textOfJson), named('b', RECORDS.query), named('c')];
    expect(find(providers, get(path))?.senders.map(({ id }) => id)).toEqual(['b']);
    expect(find(providers, get('/?challenge=1'))).toBeNull();
  });

  test('gets the answer that most want, of several; and none where as many want another', () => {
    const two = [named('a', RECORDS.query), named('b', RECORDS.query)];
    const found = find([...two, named('c', strava)], get(path))!;
    expect([found.senders.map(({ id }) => id), textOf(found.match.answer)]).toEqual([['a', 'b'], '77']);
    expect(find([named('a', RECORDS.query), named('c', strava)], get(path))).toBeNull();
  });

  test('is not named by what anyone may send', () => {
    expect(
      Object.values(RECORDS)
        .filter((record) => !isDistinctive(record))
        .map(({ name }) => name),
    ).toEqual(['dropbox-like', 'digest']);
    const challenge: Handshake = {
      ...RECORDS.textOfJson,
      request: { method: 'POST', body: { challenge: '{challenge}' } },
    };
    expect(isDistinctive(challenge)).toBe(false);
    expect(find([named('a', challenge)], post({ challenge: 'x' }))).toBeNull();
  });

  test('hands no secret over where it may be one of several', () => {
    const request = post({ verification_token: 'secret_x' });
    expect(find([named('a', RECORDS.handed)], request)?.match.secret).toBe('secret_x');
    expect(find([named('a', RECORDS.handed), named('b', RECORDS.handed)], request)?.match.secret).toBeNull();
  });
});

test('CloudEvents are allowed to come from where they ask, at any rate', () => {
  const ask = (origin: string): SignedRequest => ({
    method: 'OPTIONS',
    path: '/',
    headers: [
      ['webhook-request-origin', origin],
      ['WebHook-Request-Rate', '120'],
    ],
    body: new Uint8Array(),
  });
  const found = matchAmong([cloudEvents], null, ask('eventemitter.example.com'), () => ({ secrets: [] }))!;
  expect(found.answer).toEqual({
    status: 200,
    headers: [
      ['Allow', 'POST'],
      ['WebHook-Allowed-Origin', 'eventemitter.example.com'],
      ['WebHook-Allowed-Rate', '*'],
    ],
    body: Buffer.alloc(0),
  });
  expect(
    matchAmong([cloudEvents], null, { ...ask('x'), method: 'POST' }, () => ({ secrets: [] })),
  ).toBeNull();
});

test('faults of a record are found', () => {
  expect(
    handshakeFaults({
      ...RECORDS.query,
      request: { method: 'GET', query: { a: '{one}{two}' } },
      respond: { status: 200, body: { x: '{three|md5}' }, headers: { 'X-A': '{one}' } },
    }),
  ).toEqual([
    'hub.challenge: nothing stands between {one} and {two}',
    'hub.challenge: unknown filter "md5"',
    'hub.challenge: {three} stands in the answer and not in the request',
  ]);
});

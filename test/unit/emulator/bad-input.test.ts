import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../src/engine/clock.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { API_KEY, emulate, PROVIDERS, type Answer, type Emulating } from '../../support/emulating.ts';
import { sendRaw } from '../../support/http.ts';

const SECRET = 'the-secret-nobody-repeats';
const HOST = ['Host', 'localhost'] as const;
const TOKEN = ['Authorization', `Bearer ${API_KEY}`] as const;
const JSON_TYPE = ['Content-Type', 'application/json'] as const;

const collectionOf = (provider: string): string =>
  provider === 'filedgr' ? '/filedgr/webhooks' : `/${provider}/v1/webhooks`;

const settingsFor = async (provider: string): Promise<Record<string, unknown>> => ({
  url: 'https://example.com/webhooks',
  events: [(await loadProvider(provider)).events[0]!.name],
  secret: SECRET,
  active: true,
});

interface Refusal {
  readonly status: number;
  readonly code?: string;
  readonly field?: string;
}

/** Checks an error's status and shape, and that it tells nothing of the inside. */
function expectRefusal({ status, headers, text, json }: Answer, expected: Refusal): void {
  expect({ status, text: text.slice(0, 300) }).toMatchObject({ status: expected.status });
  expect(headers).toContainEqual([
    expect.stringMatching(/^content-type$/i),
    'application/json; charset=utf-8',
  ]);
  const { error, ...rest } = json;
  expect(rest).toEqual({});
  expect(error).toEqual({
    code: expected.code ?? expect.stringMatching(/^[a-z_]+$/),
    message: expect.stringMatching(/\S/),
    ...(expected.field === undefined ? {} : { field: expected.field }),
  });
  expect(text).not.toMatch(/\n|\bat \S+ \(|node:|\.[jt]s:|[A-Z]\w*Error\b|SQLITE|\/src\/|webhook-cli/);
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(API_KEY);
  expect(text.length).toBeLessThan(1_000);
}

/** Every endpoint there is, to see that nothing of it changes. */
async function everything({ store }: Emulating): Promise<string> {
  return JSON.stringify([await store.endpoints.list(), await store.deliveries.list({}, { limit: 100 })]);
}

/** An emulator with one webhook of each provider, and their paths. */
async function inhabited(): Promise<{ emulating: Emulating; paths: Record<string, string>; before: string }> {
  const emulating = await emulate({ clock: virtualClock(0) });
  const paths: Record<string, string> = {};
  for (const provider of PROVIDERS) {
    const collection = collectionOf(provider);
    const { status, json } = await emulating.call('POST', collection, await settingsFor(provider));
    expect(status).toBe(201);
    const { id, webhookId } = json.data ?? json;
    paths[provider] = `${collection}/${webhookId ?? id}`;
  }
  return { emulating, paths, before: await everything(emulating) };
}

describe('bodies', () => {
  test.each([
    '{',
    '{"url":}',
    '{"url": "https://example.com",}',
    "{'url': 'x'}",
    `{"secret": "${SECRET}" oops`,
    'undefined',
    '﻿{}',
    '"unfinished',
    '{"a": 01}',
    '['.repeat(100_000),
    `${'['.repeat(101)}${']'.repeat(101)}`,
    `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  ])('that are not JSON, or too deep: %.20s', async (body) => {
    const { emulating, paths, before } = await inhabited();
    for (const [provider, path] of Object.entries(paths)) {
      const refusal = { status: 400, code: 'invalid_json' };
      expectRefusal(await emulating.call('POST', collectionOf(provider), body), refusal);
      expectRefusal(await emulating.call('PUT', path, body), refusal);
      expectRefusal(await emulating.call('POST', `${path}/test`, body), refusal);
      expectRefusal(await emulating.call('POST', `/${provider}/_emit/x`, body), refusal);
    }
    expect(await everything(emulating)).toBe(before);
  });

  test('that are not UTF-8', async () => {
    const { emulating, before } = await inhabited();
    const rest = Buffer.from('{"url":"https://example.com/\xff","events":["*"],"secret":"s"}', 'latin1');
    const length = ['Content-Length', String(rest.length)] as const;
    const headers = [HOST, TOKEN, JSON_TYPE, length];
    const answer = await emulating.raw({ target: '/filedgr/webhooks', headers, rest });
    expectRefusal(answer, { status: 400, code: 'invalid_json' });
    expect(await everything(emulating)).toBe(before);
  });

  test.each(['[]', 'null', '"text"', '1', 'true', '[{"url":"https://example.com"}]'])(
    'that are JSON and no object: %s',
    async (body) => {
      const { emulating, paths, before } = await inhabited();
      for (const [provider, path] of Object.entries(paths)) {
        const refusal = { status: 400, code: 'invalid_request' };
        expectRefusal(await emulating.call('POST', collectionOf(provider), body), refusal);
        expectRefusal(await emulating.call('PUT', path, body), refusal);
        expectRefusal(await emulating.call('POST', `${path}/test`, body), refusal);
        expectRefusal(await emulating.call('POST', `/${provider}/_emit/x`, body), refusal);
      }
      expect(await everything(emulating)).toBe(before);
    },
  );

  test('of another content type, or of none', async () => {
    const { emulating, before } = await inhabited();
    const body = JSON.stringify(await settingsFor('filedgr'));
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '', 'json']) {
      const answer = await emulating.call('POST', '/filedgr/webhooks', body, { 'Content-Type': type });
      expectRefusal(answer, { status: 415, code: 'unsupported_media_type' });
    }
    expect(await everything(emulating)).toBe(before);
    for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/json ;q=1']) {
      const answer = await emulating.call('POST', '/filedgr/webhooks', body, { 'Content-Type': type });
      expect(answer.status).toBe(201);
    }
  });

  test('of 10 MB', async () => {
    const { emulating, before } = await inhabited();
    const size = 10_000_000;
    const head = `POST /filedgr/webhooks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${API_KEY}\r\nContent-Type: application/json\r\n`;
    const body = `{"secret":"${SECRET}","url":"${'x'.repeat(size)}"}`;
    const declared = await sendRaw(emulating.url, `${head}Content-Length: ${body.length}\r\n\r\n${body}`);
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    const chunked = await sendRaw(emulating.url, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`);
    for (const answer of [declared, chunked]) {
      expect(answer).toMatch(
        /^HTTP\/1\.1 413 [\s\S]*\r\n\r\n\{"error":\{"code":"too_large","message":".+"\}\}$/,
      );
      expect(answer).not.toContain(SECRET);
    }
    expect(await everything(emulating)).toBe(before);
  });

  test('of no bytes, where one is needed', async () => {
    const { emulating, paths, before } = await inhabited();
    for (const [provider, path] of Object.entries(paths)) {
      expectRefusal(await emulating.call('POST', collectionOf(provider)), { status: 400 });
      expectRefusal(await emulating.call('PUT', path), { status: 400 });
    }
    expect(await everything(emulating)).toBe(before);
  });

  test('with a key twice: the last counts, as it does for whoever parses JSON', async () => {
    const { call } = await emulate();
    const body = '{"url":"nowhere","url":"https://example.com/","events":["*"],"secret":"a","secret":"b"}';
    const { status, json } = await call('POST', '/filedgr/webhooks', body);
    expect([status, json.url, json.secret]).toEqual([201, 'https://example.com/', 'b']);
  });

  test('with __proto__ and its like change nothing but what they say', async () => {
    const { emulating, paths, before } = await inhabited();
    const inherited = '{"__proto__":{"url":"https://example.com/","events":["*"],"secret":"s"}}';
    expectRefusal(await emulating.call('POST', '/filedgr/webhooks', inherited), {
      status: 400,
      field: 'url',
    });
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString']) {
      const filters = `{"filters":{"${name}":["x"]}}`;
      expectRefusal(await emulating.call('PUT', paths['filedgr']!, filters), {
        status: 400,
        field: 'filters',
      });
    }
    expect(await everything(emulating)).toBe(before);
    const emission = '{"set":{"__proto__.polluted":true,"data.constructor.prototype.polluted":true}}';
    expect((await emulating.call('POST', '/filedgr/_emit/vault.created', emission)).status).toBe(202);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('paths and methods', () => {
  test.each([
    '/',
    '//',
    '/nothing',
    '/filedgr',
    '/filedgr/',
    '/filedgr//webhooks',
    '//filedgr/webhooks',
    '/filedgr/webhooks/',
    '/filedgr/webhooks//logs',
    '/filedgr/../filedgr/webhooks',
    '/filedgr/..%2f..',
    '/filedgr/webhooks/..%2f..%2fetc%2fpasswd',
    '/filedgr/webhooks/../../../etc/passwd',
    '/filedgr/webhooks/..',
    '/filedgr/webhooks/%zz',
    '/filedgr/webhooks/%',
    '/filedgr/webhooks/%00',
    '/filedgr/webhooks/%ff',
    '/filedgr/webhooks/%252e%252e',
    '/filedgr/webhooks/ep_1;drop table endpoints',
    '/filedgr/webhooks/ep_1/logs/more',
    '/FILEDGR/webhooks',
    '/filedgr/Webhooks',
    '/filedgr\\webhooks',
    '/%66iledgr/webhooks',
    '/v1/webhooks',
    '/webhooks',
    '/__proto__/webhooks',
    '/constructor/v1/webhooks',
    '/.',
    '/..',
    '*',
    'http://localhost/filedgr/webhooks/',
    `/filedgr/webhooks/${'a'.repeat(100_000)}`,
    `/${'a/'.repeat(50_000)}`,
    `/filedgr/webhooks/${'%41'.repeat(30_000)}`,
  ])('%.60s is not served', async (target) => {
    const { emulating, before } = await inhabited();
    const written = target.replaceAll(' ', '%20');
    const answer = await emulating.raw({ method: 'GET', target: written, headers: [HOST, TOKEN] });
    expectRefusal(answer, { status: 404, code: 'not_found' });
    expect(await everything(emulating)).toBe(before);
  });

  test('a path longer than any head may be', async () => {
    const { url } = await emulate();
    const text = await sendRaw(url, `GET /${'a'.repeat(200_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('other methods are refused with those that are served', async () => {
    const { emulating, paths, before } = await inhabited();
    const allowed = async (method: string, path: string): Promise<string[]> => {
      const headers = [HOST, TOKEN, ['Content-Length', '0'] as const];
      const answer = await emulating.raw({ method, target: path, headers });
      expect(answer.status).toBe(405);
      if (method !== 'HEAD') expectRefusal(answer, { status: 405, code: 'method_not_allowed' });
      return answer.headers
        .find(([name]) => name === 'Allow')![1]
        .split(', ')
        .sort();
    };
    for (const [provider, path] of Object.entries(paths)) {
      const collection = collectionOf(provider);
      const log = provider === 'taskplatform' ? 'deliveries' : 'logs';
      for (const method of ['PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE']) {
        expect(await allowed(method, collection)).toEqual(['GET', 'POST']);
      }
      expect(await allowed('POST', path)).toEqual(['DELETE', 'GET', 'PATCH', 'PUT']);
      expect(await allowed('POST', `${path}/${log}`)).toEqual(['GET']);
      expect(await allowed('GET', `${path}/test`)).toEqual(['POST']);
      expect(await allowed('GET', `/${provider}/_emit/x`)).toEqual(['POST']);
      expect(await allowed('DELETE', `/${provider}/openapi.json`)).toEqual(['GET']);
    }
    expect(await everything(emulating)).toBe(before);
  });
});

describe('who asks', () => {
  test.each([
    ['evil.example', null],
    ['localhost.evil.example', null],
    ['127.0.0.1.evil.example', null],
    ['', null],
    ['192.168.1.1:8080', null],
    ['0.0.0.0', null],
    ['localhost', 'https://evil.example'],
    ['localhost', 'http://localhost.evil.example'],
    ['localhost', 'null'],
    ['localhost', 'file://'],
    ['localhost', ''],
  ])('a foreign Host or Origin: %j %j', async (host, origin) => {
    const { emulating, paths, before } = await inhabited();
    const from = origin === null ? [] : [['Origin', origin] as const];
    const headers = [['Host', host] as const, ...from, TOKEN];
    const targets = ['/filedgr/webhooks', paths['filedgr']!, '/filedgr/openapi.json', '/nothing'];
    for (const target of targets) {
      for (const method of ['GET', 'DELETE', 'OPTIONS']) {
        const answer = await emulating.raw({ method, target, headers });
        expectRefusal(answer, { status: 403, code: 'forbidden' });
        const names = answer.headers.map(([name]) => name.toLowerCase());
        expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
      }
    }
    expect(await everything(emulating)).toBe(before);
  });

  test.each([
    ['localhost', null],
    ['LOCALHOST:80', null],
    ['127.0.0.1:1234', null],
    ['[::1]:1234', null],
    ['app.localhost', 'http://localhost:3000'],
    ['localhost', 'http://127.0.0.1:3000'],
    ['localhost', 'https://[::1]'],
  ])('our own are let in: %s %s', async (host, origin) => {
    const { raw } = await emulate();
    const from = origin === null ? [] : [['Origin', origin] as const];
    const headers = [['Host', host] as const, ...from, TOKEN];
    expect((await raw({ method: 'GET', target: '/filedgr/webhooks', headers })).status).toBe(200);
  });

  test('no Host at all, or two', async () => {
    const { raw, url } = await emulate();
    const two = [HOST, ['Host', 'evil.example'] as const, TOKEN];
    const old = await raw({ method: 'GET', target: '/filedgr/webhooks', version: '1.0', headers: [TOKEN] });
    expectRefusal(old, { status: 403 });
    expect((await raw({ method: 'GET', target: '/filedgr/webhooks', headers: two })).status).toBe(403);
    expect(await sendRaw(url, 'GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    `Bearer ${API_KEY}x`,
    `Bearer ${API_KEY.slice(0, -1)}`,
    `Bearer ${API_KEY.toUpperCase()}`,
    `Bearer ${API_KEY} ${API_KEY}`,
    `Basic ${Buffer.from(`user:${API_KEY}`).toString('base64')}`,
    API_KEY,
    `Bearer "${API_KEY}"`,
    `Bearer ${'x'.repeat(100_000)}`,
  ])('a missing or wrong token: %.40s', async (authorization) => {
    const { emulating, paths, before } = await inhabited();
    const given = authorization === undefined ? [] : [['Authorization', authorization] as const];
    const body = JSON.stringify(await settingsFor('filedgr'));
    const length = ['Content-Length', String(body.length)] as const;
    const requests = [
      { method: 'GET', target: '/filedgr/webhooks', headers: [] },
      { method: 'POST', target: '/filedgr/webhooks', headers: [JSON_TYPE, length], rest: body },
      { method: 'POST', target: '/filedgr/webhooks', headers: [length], rest: body },
      { method: 'PUT', target: paths['filedgr']!, headers: [JSON_TYPE, length], rest: body },
      { method: 'DELETE', target: paths['filedgr']!, headers: [] },
      { method: 'GET', target: `${paths['filedgr']!}/logs`, headers: [] },
      { method: 'POST', target: `${paths['filedgr']!}/test`, headers: [] },
      { method: 'POST', target: '/filedgr/_emit/vault.created', headers: [] },
      { method: 'GET', target: '/filedgr/webhooks/unknown', headers: [] },
      { method: 'GET', target: '/nothing', headers: [] },
      { method: 'PATCH', target: '/filedgr/webhooks', headers: [] },
    ];
    for (const request of requests) {
      const answer = await emulating.raw({ ...request, headers: [HOST, ...given, ...request.headers] });
      expectRefusal(answer, { status: 401, code: 'unauthorized' });
      expect(answer.headers).toContainEqual(['WWW-Authenticate', 'Bearer']);
    }
    expect(await everything(emulating)).toBe(before);
  });

  test('the scheme of the token in any case', async () => {
    const { call } = await emulate();
    for (const scheme of ['bearer', 'BEARER', 'Bearer ']) {
      const headers = { Authorization: `${scheme} ${API_KEY}` };
      expect((await call('GET', '/filedgr/webhooks', undefined, headers)).status).toBe(200);
    }
  });

  test("another provider's webhook is none of this one's", async () => {
    const { emulating, paths, before } = await inhabited();
    for (const own of PROVIDERS) {
      for (const other of PROVIDERS.filter((id) => id !== own)) {
        const path = `${collectionOf(own)}/${paths[other]!.split('/').at(-1)}`;
        const refusal = { status: 404, code: 'not_found' };
        const log = own === 'taskplatform' ? 'deliveries' : 'logs';
        expectRefusal(await emulating.call('GET', path), refusal);
        expectRefusal(await emulating.call('PUT', path, { active: false }), refusal);
        expectRefusal(await emulating.call('DELETE', path), refusal);
        expectRefusal(await emulating.call('GET', `${path}/${log}`), refusal);
        expectRefusal(await emulating.call('POST', `${path}/test`), refusal);
      }
    }
    expect(await everything(emulating)).toBe(before);
  });
});

describe('fields', () => {
  const NO_TEXT = [1, true, null, [], {}, ['a']];
  const NO_LIST = [1, true, null, {}, 'a'];
  const WRONG: Readonly<Record<string, readonly unknown[]>> = {
    url: [
      ...NO_TEXT,
      '',
      'example.com',
      'ftp://example.com',
      'javascript:alert(1)',
      'https://a:b@example.com',
    ],
    events: NO_LIST,
    secret: [1, true, [], {}, ''],
    active: [1, 'true', null, [], {}],
  };
  const FILEDGR: typeof WRONG = {
    filters: [1, 'a', true, null, []],
    timeout: ['30', true, null, [], {}, 0, -1, 30_000],
    retryCount: ['3', true, null, [], {}, 0, -1, 1.5, 1e9],
    retryDelay: ['5', true, null, [], {}, -1, 1e9],
    headers: [1, 'a', true, null, []],
  };

  test.each(PROVIDERS)('of %s with another type or value are refused by name', async (provider) => {
    const { emulating, paths, before } = await inhabited();
    const settings = await settingsFor(provider);
    const wrong = { ...WRONG, ...(provider === 'filedgr' ? FILEDGR : {}) };
    for (const [field, values] of Object.entries(wrong)) {
      for (const value of values) {
        const refusal = { status: 400, field };
        const created = await emulating.call('POST', collectionOf(provider), { ...settings, [field]: value });
        expectRefusal(created, refusal);
        expectRefusal(await emulating.call('PUT', paths[provider]!, { [field]: value }), refusal);
      }
    }
    expect(await everything(emulating)).toBe(before);
  });

  test.each(PROVIDERS)('of %s that are missing are named', async (provider) => {
    const { emulating, before } = await inhabited();
    const settings = await settingsFor(provider);
    const needed = {
      deiterate: ['url', 'events', 'secret'],
      filedgr: ['url', 'events', 'secret'],
      taskplatform: ['url', 'events'],
      compliancely: ['url'],
      iverton: ['url', 'events', 'secret'],
    }[provider]!;
    for (const field of needed) {
      const { [field]: _, ...rest } = settings;
      expectRefusal(await emulating.call('POST', collectionOf(provider), rest), { status: 400, field });
    }
    expect(await everything(emulating)).toBe(before);
  });

  test('within lists and objects are named by their place', async () => {
    const { emulating, paths, before } = await inhabited();
    const put = (body: object): Promise<Answer> => emulating.call('PUT', paths['filedgr']!, body);
    const refused = async (body: object, field: string): Promise<void> =>
      expectRefusal(await put(body), { status: 400, field });
    await refused({ events: ['vault.created', 1] }, 'events[1]');
    await refused({ events: [null] }, 'events[0]');
    await refused({ events: [] }, 'events');
    await refused({ filters: { vaultIds: 'x' } }, 'filters.vaultIds');
    await refused({ filters: { vaultIds: ['x', {}] } }, 'filters.vaultIds[1]');
    await refused({ filters: { vaults: ['x'] } }, 'filters');
    await refused({ headers: { 'X-Two': 2 } }, 'headers.X-Two');
    await refused({ headers: { 'not a name': 'x' } }, 'headers.not a name');
    await refused({ headers: { '': 'x' } }, 'headers.');
    for (const value of ['a\r\nX-Injected: 1', 'a\nb', 'a\rb', 'a\0b', '\u007f']) {
      await refused({ headers: { 'X-Line': value } }, 'headers.X-Line');
    }
    for (const name of [
      'X-Filedgr-Signature',
      'x-filedgr-event-type',
      'content-type',
      'HOST',
      'Content-Length',
    ]) {
      await refused({ headers: { [name]: 'x' } }, 'headers');
    }
    expect(await everything(emulating)).toBe(before);
  });

  test('event types that nobody sends are refused with the nearest names', async () => {
    const { emulating, paths, before } = await inhabited();
    const cases: readonly (readonly [provider: string, wrong: string, near: string])[] = [
      ['deiterate', 'risk.create', 'risk.created'],
      ['filedgr', 'vault.craeted', 'vault.created'],
      ['taskplatform', 'task.complete', 'task.completed'],
      ['compliancely', 'business.status_change', 'business.status_changed'],
      ['iverton', 'deal.win', 'deal.won'],
    ];
    for (const [provider, wrong, near] of cases) {
      const eventField = { taskplatform: 'event', deiterate: 'eventType', filedgr: 'eventType' }[provider];
      const tested = eventField ?? 'event_type';
      const refusal = { status: 400, code: 'unknown_event_type' };
      const answers: (readonly [Answer, Refusal])[] = [
        [
          await emulating.call('POST', collectionOf(provider), {
            ...(await settingsFor(provider)),
            events: [wrong],
          }),
          { ...refusal, field: 'events' },
        ],
        [await emulating.call('PUT', paths[provider]!, { events: [wrong] }), { ...refusal, field: 'events' }],
        [
          await emulating.call('POST', `${paths[provider]!}/test`, { [tested]: wrong }),
          { ...refusal, field: tested },
        ],
        [await emulating.call('POST', `/${provider}/_emit/${wrong}`), { ...refusal, field: 'type' }],
      ];
      for (const [answer, expected] of answers) {
        expectRefusal(answer, expected);
        expect(answer.json.error.message).toContain(`did you mean ${near}`);
      }
      for (const value of [1, null, [], {}]) {
        const answer = await emulating.call('POST', `${paths[provider]!}/test`, { [tested]: value });
        expectRefusal(answer, { status: 400, field: tested });
      }
    }
    expect(await everything(emulating)).toBe(before);
  });

  test('of an emit request are refused by name', async () => {
    const { emulating, before } = await inhabited();
    const wrong: Readonly<Record<string, readonly unknown[]>> = {
      count: [0, -1, 1.5, 10_001, '1', null, [], {}, true],
      body: [1, null, [], {}, true],
      keepIds: [1, null, 'true', [], {}],
      set: [
        1,
        null,
        'a=b',
        [],
        true,
        { '': 1 },
        { 'a..b': 1 },
        { 'data[': 1 },
        { [`data${'.a'.repeat(10_000)}`]: 1 },
        { 'data.name.first': 1 },
      ],
    };
    for (const [field, values] of Object.entries(wrong)) {
      for (const value of values) {
        const answer = await emulating.call('POST', '/filedgr/_emit/vault.created', { [field]: value });
        expectRefusal(answer, { status: 400, field });
      }
    }
    const torn = { body: '{"a":', set: { a: 1 } };
    expectRefusal(await emulating.call('POST', '/filedgr/_emit/vault.created', torn), {
      status: 400,
      field: 'set',
    });
    expect(await everything(emulating)).toBe(before);
  });

  test('that are very long are not repeated', async () => {
    const { emulating, before } = await inhabited();
    const long = 'x'.repeat(900_000);
    const settings = await settingsFor('filedgr');
    for (const field of [
      { url: long },
      { url: `http://${long}` },
      { events: [long] },
      { filters: { [long]: [] } },
    ]) {
      expectRefusal(await emulating.call('POST', '/filedgr/webhooks', { ...settings, ...field }), {
        status: 400,
        field: Object.keys(field)[0]!,
      });
    }
    expect(await everything(emulating)).toBe(before);
  });

  test('that the API does not know are left alone', async () => {
    const { call } = await emulate();
    const settings = { ...(await settingsFor('filedgr')), description: 'mine', __proto__: null };
    const { status, json } = await call('POST', '/filedgr/webhooks', settings);
    expect(status).toBe(201);
    expect(json).not.toHaveProperty('description');
  });
});

describe('pages', () => {
  test.each(['0', '-1', '1.5', 'a', '', '1001', '99999999999999999999', '1e2', '0x10', ' 1'])(
    'limit=%s is refused',
    async (limit) => {
      const { emulating, paths } = await inhabited();
      const query = `?limit=${encodeURIComponent(limit)}`;
      const refusal = { status: 400, field: 'limit' };
      expectRefusal(await emulating.call('GET', `/filedgr/webhooks${query}`), refusal);
      expectRefusal(await emulating.call('GET', `${paths['filedgr']!}/logs${query}`), refusal);
    },
  );

  test.each(['', 'nonsense', '%00', "' or 1=1"])('cursor=%s is refused', async (cursor) => {
    const { emulating, paths } = await inhabited();
    const query = `?limit=1&cursor=${cursor.startsWith('%') ? cursor : encodeURIComponent(cursor)}`;
    const refusal = { status: 400, field: 'cursor' };
    expectRefusal(await emulating.call('GET', `/filedgr/webhooks${query}`), refusal);
    expectRefusal(await emulating.call('GET', `${paths['filedgr']!}/logs${query}`), refusal);
  });
});

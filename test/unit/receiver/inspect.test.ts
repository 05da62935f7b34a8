import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { RawRequest } from '../../../src/model/request.ts';
import { loadProvider, loadProviders } from '../../../src/providers/index.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { inspect, type Inspection } from '../../../src/receiver/inspect.ts';
import { payload } from '../../support/fixtures.ts';

const providers = await loadProviders();
const filedgr = await loadProvider('filedgr');

/** A request as Iverton sends it: its signature header and its catalog tell whose it is. */
function ivertons(
  path: string,
  body: Uint8Array = payload('iverton', 'deal.won'),
  secret = 'whsec_x',
): RawRequest {
  const digest = createHmac('sha256', secret).update(body).digest('hex');
  return { method: 'POST', path, headers: [['X-Iverton-Signature', `sha256=${digest}`]], body };
}

function look(
  request: RawRequest,
  { provider = null, secrets = [] }: { provider?: Provider | null; secrets?: string[] } = {},
): Inspection {
  return inspect(request, { providers, provider, secretsFor: () => secrets });
}

const plain = (path: string, body = ''): RawRequest => ({
  method: 'POST',
  path,
  headers: [],
  body: Buffer.from(body),
});

describe('whose a request is', () => {
  test('the first segment of its path tells first', () => {
    expect(look(ivertons('/taskplatform'), { provider: filedgr }).provider?.id).toBe('taskplatform');
  });

  test('then --provider', () => {
    expect(look(ivertons('/in'), { provider: filedgr }).provider?.id).toBe('filedgr');
  });

  test('then the request itself', () => {
    expect(look(ivertons('/in')).provider?.id).toBe('iverton');
  });

  test('and nobody’s where nothing tells', () => {
    expect(look(plain('/in', '{"a":1}'))).toEqual({
      provider: null,
      eventType: null,
      eventId: null,
      dedupeKey: null,
      verdict: null,
    });
  });

  test.each([
    '/iverton',
    '/iverton/',
    '/iverton/a/b',
    '/iverton?a=1',
    '/iverton#x',
    'http://x.example/iverton/a',
  ])('%s is Iverton’s', (path) => {
    expect(look(plain(path)).provider?.id).toBe('iverton');
  });

  test.each([
    '/ivertonx',
    '/iverto',
    '/Iverton',
    '/%69verton',
    '/a/iverton',
    '//iverton',
    'iverton',
    '/iverton;a',
    '/constructor',
    '/__proto__',
    '*',
    '',
  ])('%s is not', (path) => {
    expect(look(plain(path)).provider).toBe(null);
  });
});

describe('what a request holds', () => {
  test('event type and id, and a key that its repetitions share', () => {
    const first = look(ivertons('/'));
    const event = JSON.parse(payload('iverton', 'deal.won').toString()) as { id: string };
    expect(first).toMatchObject({ eventType: 'deal.won', eventId: event.id });
    const reworded = Buffer.from(JSON.stringify({ ...event, data: null }));
    expect(look(ivertons('/other', reworded)).dedupeKey).toBe(first.dedupeKey);
    expect(
      look(ivertons('/', Buffer.from(JSON.stringify({ ...event, id: 'evt_other' })))).dedupeKey,
    ).not.toBe(first.dedupeKey);
  });

  test('no key where the provider has ids and this one has none', () => {
    expect(look(plain('/iverton', '{"type":"deal.won"}')).dedupeKey).toBe(null);
  });

  test('without ids of events, the endpoint and the exact bytes make the key', () => {
    const body = payload('taskplatform', 'task.created').toString();
    const key = look(plain('/taskplatform', body)).dedupeKey;
    expect(key).not.toBe(null);
    expect(look(plain('/taskplatform/again', body)).dedupeKey).toBe(key);
    expect(look(plain('/taskplatform', `${body} `)).dedupeKey).not.toBe(key);
    const other = { ...plain('/taskplatform', '{}'), headers: [['X-Webhook-ID', 'wh_2']] as const };
    expect(look(other).dedupeKey).not.toBe(look(plain('/taskplatform', '{}')).dedupeKey);
  });

  test.each([
    ['no JSON', 'a=1'],
    ['half of JSON', '{"type":"deal.won","id":'],
    ['JSON that is no object', '[1]'],
    ['null', 'null'],
    ['nested too deep to parse', '['.repeat(200_000)],
    ['a byte order mark', '\ufeff{"type":"deal.won"}'],
    ['types of other types', '{"type":{},"id":[1]}'],
    ['nothing', ''],
  ])('a body of %s says nothing, and is no error', (_name, body) => {
    expect(look(plain('/iverton', body))).toMatchObject({ eventType: null, eventId: null });
  });
});

describe('its verdict', () => {
  test('is none without a provider or a secret', () => {
    expect(look(plain('/in'), { secrets: ['x'] }).verdict).toBe(null);
    expect(look(ivertons('/')).verdict).toBe(null);
  });

  test('is “unsigned” where signing is optional and there is no secret', () => {
    expect(look(plain('/compliancely', '{}')).verdict).toMatchObject({ ok: true, reason: 'unsigned' });
    expect(look(plain('/compliancely', '{}'), { secrets: ['x'] }).verdict).toMatchObject({
      ok: false,
      reason: 'missing-header',
    });
  });

  test('tells which of several secrets matched', () => {
    expect(look(ivertons('/'), { secrets: ['old', 'whsec_x'] }).verdict).toMatchObject({
      ok: true,
      secretIndex: 1,
    });
    expect(look(ivertons('/'), { secrets: ['old'] }).verdict).toMatchObject({
      ok: false,
      reason: 'no-match',
    });
  });
});

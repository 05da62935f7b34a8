import { describe, expect, test } from 'vitest';
import type { RawRequest } from '../../../src/model/request.ts';
import { dedupeKey, identify, locate, parseJsonBody } from '../../../src/providers/identify.ts';
import { loadProvider, loadProviders } from '../../../src/providers/index.ts';
import { payload } from '../../support/fixtures.ts';
import { wholeCatalog } from '../../support/forging.ts';

const catalog = await wholeCatalog();

function request(body: Uint8Array | string, headers: RawRequest['headers'] = []): RawRequest {
  return { method: 'POST', path: '/', headers, body: Buffer.from(body) };
}

async function identityOf(id: string, body: Uint8Array | string, headers: RawRequest['headers'] = []) {
  const asked = request(body, headers);
  return identify(await loadProvider(id), asked, parseJsonBody(asked.body));
}

describe('an event', () => {
  test.each(catalog)('$id $type', async ({ provider, id, type }) => {
    const identity = await identityOf(id, payload(id, type));
    const { envelope } = provider;
    expect(identity.eventType).toBe(type);
    expect(identity.eventId).toEqual(envelope.value.id.length > 0 ? expect.stringMatching(/^evt_/) : null);
    expect(identity.endpointId).toEqual(
      envelope.value.endpointId.length > 0 ? expect.stringMatching(/^webhook_/) : null,
    );
  });

  test.each([
    [
      'filedgr',
      '{}',
      [
        ['x-filedgr-event-type', 'vault.created'],
        ['X-FILEDGR-EVENT-ID', 'evt_9'],
      ],
      'vault.created',
      'evt_9',
    ],
    ['filedgr', '{"eventType":"a"}', [['X-Filedgr-Event-Type', 'b']], 'a', null],
    ['filedgr', '{"eventType":""}', [['X-Filedgr-Event-Type', 'b']], 'b', null],
    ['iverton', '{"type":"x","id":7}', [], 'x', '7'],
    ['iverton', '{"type":{"a":1},"id":null}', [], null, null],
    ['iverton', '{"type":true,"id":[]}', [], null, null],
    ['iverton', 'not JSON', [], null, null],
    ['iverton', '', [], null, null],
    ['iverton', '"deal.won"', [], null, null],
    ['iverton', '{"__proto__":{"type":"deal.won"}}', [], null, null],
    ['compliancely', '{"eventType":"c","type":"b","event":"a","id":"r_1"}', [], 'a', null],
    ['compliancely', '{"eventType":"c","type":"b"}', [], 'b', null],
    ['compliancely', '{"eventType":"c"}', [], 'c', null],
  ] as const)('%s: %s %j', async (id, body, headers, eventType, eventId) => {
    expect(await identityOf(id, body, headers)).toMatchObject({ eventType, eventId });
  });

  test('taskplatform tells the endpoint in the body, or else in a header', async () => {
    const header = [['X-Webhook-ID', 'webhook_2']] as const;
    expect(await identityOf('taskplatform', '{"webhook_id":"webhook_1"}', header)).toMatchObject({
      endpointId: 'webhook_1',
    });
    expect(await identityOf('taskplatform', '{}', header)).toMatchObject({ endpointId: 'webhook_2' });
  });
});

describe('the key of duplicates', () => {
  const keyOf = async (id: string, body: Uint8Array | string) =>
    dedupeKey(await loadProvider(id), await identityOf(id, body), Buffer.from(body));

  test('is the event’s id where the provider has one', async () => {
    expect(await keyOf('iverton', '{"id":"evt_1","type":"a"}')).toBe('iverton id evt_1');
    expect(await keyOf('iverton', '{"id":"evt_1","type":"b"}')).toBe('iverton id evt_1');
    expect(await keyOf('deiterate', '{"id":"evt_1"}')).toBe('deiterate id evt_1');
  });

  test('is missing where that id is', async () => {
    for (const id of ['iverton', 'deiterate', 'filedgr']) expect(await keyOf(id, '{"type":"a"}')).toBeNull();
  });

  test('is otherwise made of endpoint and bytes', async () => {
    const one = await keyOf('taskplatform', '{"webhook_id":"webhook_1","event":"a"}');
    expect(one).toMatch(/^taskplatform sha256 [A-Za-z0-9+/]{43}=$/);
    expect(await keyOf('taskplatform', '{"webhook_id":"webhook_1","event":"a"}')).toBe(one);
    expect(await keyOf('taskplatform', '{"webhook_id":"webhook_1","event":"a" }')).not.toBe(one);
    expect(await keyOf('taskplatform', '{"webhook_id":"webhook_2","event":"a"}')).not.toBe(one);
    expect(await keyOf('compliancely', '{"id":"x"}')).toMatch(/^compliancely sha256 /);
  });

  test('tells endpoints of the same bytes apart', async () => {
    const provider = await loadProvider('taskplatform');
    const identity = { eventType: null, eventId: null };
    const key = (endpointId: string | null) =>
      dedupeKey(provider, { ...identity, endpointId }, Buffer.from('x'));
    expect(new Set([key(null), key('webhook_1'), key('webhook_2')]).size).toBe(3);
  });

  test('is never that of another provider', async () => {
    const body = '{"id":"evt_1"}';
    const keys = await Promise.all((await loadProviders()).map(({ id }) => keyOf(id, body)));
    const given = keys.filter((key) => key !== null);
    expect(new Set(given).size).toBe(given.length);
  });
});

test('a body of more than 10 MiB is not parsed, nor one with a byte order mark', () => {
  const json = (size: number) => Buffer.from(`"${'x'.repeat(size - 2)}"`);
  expect(parseJsonBody(json(10 * 1024 * 1024))).toHaveLength(10 * 1024 * 1024 - 2);
  expect(parseJsonBody(json(10 * 1024 * 1024 + 1))).toBeUndefined();
  expect(parseJsonBody(Buffer.from('\ufeff{}'))).toBeUndefined();
});

test('a part of a larger buffer is parsed as that part', () => {
  expect(parseJsonBody(Buffer.from('xx{"a":1}yy').subarray(2, 9))).toEqual({ a: 1 });
});

test('of several places the first that holds something counts', () => {
  const places = [{ body: 'a' }, { header: 'X-B' }, { body: 'c' }];
  const at = (json: unknown, headers: RawRequest['headers'] = []) =>
    locate(places, request('', headers), json);
  expect(at({ a: 'one', c: 'three' }, [['x-b', 'two']])).toBe('one');
  expect(at({ a: '', c: 'three' }, [['x-b', 'two']])).toBe('two');
  expect(at({ c: 'three' }, [['x-b', '']])).toBe('three');
  expect(at({})).toBeNull();
});

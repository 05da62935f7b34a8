import { describe, expect, test } from 'vitest';
import { renderMessage, renderRequest, type RequestOptions } from '../../../src/forge/forge.ts';
import type { Message } from '../../../src/forge/message.ts';
import { parseOverride } from '../../../src/forge/overrides.ts';
import { headerValue, headerValues } from '../../../src/model/request.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { verifyRequest } from '../../../src/providers/signatures.ts';
import { formsOf } from '../../../src/signing/describe.ts';
import { payload } from '../../support/fixtures.ts';
import { fixedWorld, wholeCatalog } from '../../support/forging.ts';

const catalog = await wholeCatalog();
const NOW = '2026-11-21T10:30:00Z';
const secret = 'whsec_of the forge';

const parse = (body: Uint8Array): any => JSON.parse(Buffer.from(body).toString());

/** Every place in a JSON tree that holds a plain value. */
function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, path === '' ? key : `${path}.${key}`));
}

test('the catalog is whole', () => {
  expect(catalog).toHaveLength(63);
});

describe.each(catalog)('$id $type', ({ provider, id, type }) => {
  test('with --keep-ids has the exact bytes of the example', async () => {
    const { body, eventType } = await renderMessage(provider, type, { keepIds: true }, fixedWorld());
    expect(Buffer.from(body).equals(payload(id, type))).toBe(true);
    expect(eventType).toBe(type);
  });

  test('is written as JSON.stringify writes it', async () => {
    const { body } = await renderMessage(provider, type, {}, fixedWorld());
    const written = Buffer.from(body).toString();
    expect(JSON.stringify(JSON.parse(written))).toBe(written);
  });

  test('differs from the example in its fresh ids and its time, and in nothing else', async () => {
    const { body } = await renderMessage(provider, type, {}, fixedWorld());
    const example = Object.fromEntries(leaves(parse(payload(id, type))));
    const times = provider.envelope.value.time.map((place) => ('body' in place ? example[place.body] : null));
    const exampleTimes = new Set<unknown>(times);
    const fresh = leaves(parse(body));
    expect(fresh.map(([path]) => path)).toEqual(Object.keys(example));
    for (const [path, value] of fresh) {
      const before = String(example[path]);
      if (provider.envelope.value.freshIds.includes(path)) {
        const prefix = before.slice(0, before.lastIndexOf('_') + 1);
        expect(value).toMatch(new RegExp(`^${prefix}[0-9a-z]{12}$`));
      } else if (exampleTimes.has(example[path])) expect(value).toBe(NOW);
      else expect(value).toEqual(example[path]);
    }
  });

  test('is another event each time', async () => {
    const world = fixedWorld();
    const first = await renderMessage(provider, type, {}, world);
    const second = await renderMessage(provider, type, {}, world);
    expect(Buffer.from(first.body).equals(second.body)).toBe(false);
    if (provider.envelope.value.id.length > 0) {
      expect(first.eventId).toMatch(/./);
      expect(first.eventId).not.toBe(second.eventId);
    } else expect(first.eventId).toBeNull();
  });

  test('is signed so that it verifies', async () => {
    const world = fixedWorld();
    const message = await renderMessage(provider, type, {}, world);
    const request = renderRequest(message, { url: 'http://localhost/', secret }, world);
    expect(verifyRequest(provider, request, [secret])).toMatchObject({ ok: true, reason: 'valid' });
    expect(request.body).toBe(message.body);
  });
});

describe('a message', () => {
  const world = fixedWorld();

  test('of changed values', async () => {
    const iverton = await loadProvider('iverton');
    const overrides = ['data.amount=15000', 'data.owner.name=Ada', 'data.tags=["x"]', 'id=evt_mine'].map(
      parseOverride,
    );
    const { body, eventId } = await renderMessage(iverton, 'deal.won', { overrides }, world);
    expect(parse(body)).toMatchObject({
      id: 'evt_mine',
      type: 'deal.won',
      created_at: NOW,
      data: { amount: 15_000, owner: { name: 'Ada' }, tags: ['x'] },
    });
    expect(eventId).toBe('evt_mine');
  });

  test('of a body of the user’s own has exactly its bytes', async () => {
    const filedgr = await loadProvider('filedgr');
    for (const text of ['{ "eventType": "mine",\n "threshold": 30.0 }', '', 'no JSON', '\ufeff{}']) {
      const data = Buffer.from(text);
      expect((await renderMessage(filedgr, 'vault.created', { data }, world)).body).toBe(data);
    }
    const binary = Buffer.from([0, 255, 254, 10, 13]);
    expect((await renderMessage(filedgr, undefined, { data: binary }, world)).body).toBe(binary);
  });

  test('of such a body has the type and id that it tells, unless a type is named', async () => {
    const iverton = await loadProvider('iverton');
    const data = Buffer.from('{"id":"evt_9","type":"custom.thing"}');
    expect(await renderMessage(iverton, undefined, { data }, world)).toMatchObject({
      eventType: 'custom.thing',
      eventId: 'evt_9',
    });
    expect(await renderMessage(iverton, 'named', { data }, world)).toMatchObject({ eventType: 'named' });
    expect(await renderMessage(iverton, undefined, { data: Buffer.from('x') }, world)).toMatchObject({
      eventType: null,
      eventId: null,
    });
  });

  test('of such a body with changes keeps every other byte, and numbers that no parser keeps', async () => {
    const iverton = await loadProvider('iverton');
    const text =
      '{ "id":"evt_9",\n\t"n": 12345678901234567890, "x": 1e400, "data": {"n":1.0, "n2" : 30.0} }\n';
    const { body, eventId } = await renderMessage(
      iverton,
      undefined,
      { data: Buffer.from(text), overrides: ['data.n=2', 'id=evt_10', 'new=[1]'].map(parseOverride) },
      world,
    );
    expect(Buffer.from(body).toString()).toBe(
      text.replace('"n":1.0', '"n":2').replace('evt_9', 'evt_10').replace('30.0} }', '30.0},"new":[1] }'),
    );
    expect(eventId).toBe('evt_10');
  });

  test('with --keep-ids and changes has every other byte of the example', async () => {
    const data = payload('iverton', 'deal.won').toString();
    const { body } = await renderMessage(
      await loadProvider('iverton'),
      'deal.won',
      { keepIds: true, overrides: [parseOverride('data.new=30')] },
      world,
    );
    const changed = Buffer.from(body).toString();
    const at = changed.indexOf(',"new":30');
    expect(at).toBeGreaterThan(0);
    expect(changed.slice(0, at) + changed.slice(at + ',"new":30'.length)).toBe(data);
  });

  test('of such a body with changes is written in another way where that is asked for too', async () => {
    const { body } = await renderMessage(
      await loadProvider('iverton'),
      undefined,
      {
        data: Buffer.from('{"data":{"n":12345678901234567890}}'),
        overrides: [parseOverride('data.n=2')],
        stressJson: true,
      },
      world,
    );
    expect(parse(body)).toMatchObject({ data: { n: 2, stress: {} } });
    expect(Buffer.from(body).toString()).toContain('"n" : 2');
  });

  test.each([
    ['an unknown event type', 'deal.wonn', {}, 'ERR_UNKNOWN_EVENT_TYPE', 'did you mean deal.won?'],
    [
      'a hopeless event type',
      'xyz',
      {},
      'ERR_UNKNOWN_EVENT_TYPE',
      'see them all with: webhook-cli providers show iverton',
    ],
    ['neither type nor body', undefined, {}, 'ERR_USAGE', undefined],
    [
      'another way of writing that would cost a number its digits',
      undefined,
      { data: Buffer.from('{"n":12345678901234567890}'), stressJson: true },
      'ERR_USAGE',
      'leave its notation as it is (no --stress-json), or write the number as text',
    ],
    [
      'another way of writing a body that is not JSON',
      undefined,
      { data: Buffer.from('plain'), stressJson: true },
      'ERR_USAGE',
      'leave its notation as it is (no --stress-json)',
    ],
    [
      'changes to a body that is not JSON',
      undefined,
      { data: Buffer.from('plain'), overrides: [parseOverride('a=1')] },
      'ERR_USAGE',
      'set nothing (--set), and change the body itself',
    ],
    [
      'changes to a body that is no UTF-8, whose bytes could not be kept',
      undefined,
      { data: Buffer.from('{"\u00ff":1}', 'latin1'), overrides: [parseOverride('a=1')] },
      'ERR_USAGE',
      'set nothing (--set), and change the body itself',
    ],
  ])('not of %s', async (_name, type, options, code, hint) => {
    const rendered = renderMessage(await loadProvider('iverton'), type, options, world);
    expect(await rendered.catch((error: unknown) => error)).toMatchObject({ code, hint });
  });
});

describe('a request', () => {
  const world = fixedWorld();
  const render = async (
    id: string,
    type: string,
    options: Partial<RequestOptions> = {},
    message: Partial<Message> = {},
  ) => {
    const rendered = await renderMessage(await loadProvider(id), type, { keepIds: true }, world);
    return renderRequest(
      { ...rendered, ...message },
      { url: 'http://localhost/', secret, ...options },
      world,
    );
  };

  test('has the provider’s headers in its order, then the signature', async () => {
    const { method, headers } = await render('filedgr', 'vault.created', {
      secret: 'your-webhook-secret-key',
    });
    expect(method).toBe('POST');
    expect(headers).toEqual([
      ['Content-Type', 'application/json'],
      ['X-Filedgr-Event-Type', 'vault.created'],
      ['X-Filedgr-Event-ID', 'evt_abc123'],
      ['X-Filedgr-Signature', '910928b9b77185e64a2f9a90cf72d9434dd347de890cf73bac17a90898ceef01'],
    ]);
  });

  test('tells the attempt’s time where the provider does', async () => {
    const { headers } = await render('taskplatform', 'task.created');
    expect(headerValue(headers, 'X-Webhook-ID')).toBe('webhook_123');
    expect(headerValue(headers, 'X-Webhook-Timestamp')).toBe(String(Date.UTC(2026, 10, 21, 10, 30) / 1_000));
    expect(headerValue(headers, 'X-Webhook-Delivery')).toBeUndefined();
  });

  test('has extra headers where they are asked for', async () => {
    const { headers } = await render('taskplatform', 'task.created', { extraHeaders: true });
    expect(headerValue(headers, 'X-Webhook-Delivery')).toMatch(/^dlv_[0-9a-z]{26}$/);
  });

  test('leaves out headers that would hold nothing', async () => {
    const body = Buffer.from('{}');
    const { headers } = await render(
      'filedgr',
      'vault.created',
      {},
      { body, eventId: null, eventType: null },
    );
    expect(headers.map(([name]) => name)).toEqual(['Content-Type', 'X-Filedgr-Signature']);
  });

  test('has the user’s headers last and instead of the provider’s', async () => {
    const { headers } = await render('iverton', 'deal.won', {
      headers: [
        ['content-TYPE', 'text/plain'],
        ['X-Two', '1'],
        ['x-iverton-signature', 'sha256=mine'],
        ['X-Two', '2'],
      ],
    });
    expect(headers).toEqual([
      ['content-TYPE', 'text/plain'],
      ['X-Two', '1'],
      ['x-iverton-signature', 'sha256=mine'],
      ['X-Two', '2'],
    ]);
  });

  test('is not signed without a secret', async () => {
    const { headers } = await render('compliancely', 'request.completed', { secret: null });
    expect(headers).toEqual([['Content-Type', 'application/json']]);
  });

  test('is signed in the form that is asked for', async () => {
    const provider = await loadProvider('deiterate');
    const form = formsOf(provider.signature.value)[1]!;
    const { headers, body } = await render('deiterate', 'risk.created', { form });
    expect(headerValues(headers, 'X-Deiterate-Signature')).toEqual([
      expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
    ]);
    expect(verifyRequest(provider, { headers, body }, [secret])).toMatchObject({
      ok: true,
      form: 'sha256=<hex>',
    });
  });

  test('is never signed with an empty secret', async () => {
    await expect(render('iverton', 'deal.won', { secret: '' })).rejects.toMatchObject({
      code: 'ERR_EMPTY_SECRET',
    });
  });
});

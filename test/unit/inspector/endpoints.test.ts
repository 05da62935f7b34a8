import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/engine/clock.ts';
import { createScriptedSender, parseOutcomes } from '../../../src/engine/scripted-sender.ts';
import { NotFoundError, SettingError, UsageError, WebhookError } from '../../../src/errors.ts';
import { clockRoutes } from '../../../src/inspector/clock.ts';
import { endpointRoutes } from '../../../src/inspector/endpoints.ts';
import { signatureName } from '../../../src/signing/describe.ts';
import { headerValue } from '../../../src/model/request.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { verify } from '../../../src/signing/verify.ts';
import { signal } from '../../support/delivering.ts';
import { deliverTo, newEndpoint, NOON } from '../../support/deliveries.ts';
import { startServer } from '../../support/http.ts';
import { calling, createTools, WRONG } from '../../support/inspecting.ts';

type Options = Parameters<typeof createTools>[0];

async function begin(options?: Options) {
  const tools = await createTools(options);
  const call = calling([...endpointRoutes(tools), ...clockRoutes(tools)]);
  const create = async (about: object = {}) =>
    (await call('POST', '/api/endpoints', { provider: 'iverton', url: ':3000', secret: 'whsec_1', ...about }))
      .endpoint;
  return { tools, call, create };
}

const code = (wanted: string) => expect.objectContaining({ code: wanted });

describe('creating', () => {
  test('makes an endpoint of what is given, and the provider has the rest', async () => {
    const { tools, call, create } = await begin();
    const made = await create({
      url: ':3000/hooks',
      eventTypes: ['deal.*'],
      secret: 'whsec_of-a-certain-length',
      unknown: 'ignored',
    });
    expect(made).toMatchObject({
      provider: 'iverton',
      url: 'http://127.0.0.1:3000/hooks',
      eventTypes: ['deal.*'],
      secret: 'whsec_…ngth',
      headers: [],
      filters: {},
      status: 'active',
      disabledReason: null,
      health: { succeeded: 0, failed: 0, waiting: 0, failures: { count: 0, of: 5, unit: 'retries' } },
    });
    expect(await call('GET', `/api/endpoints/${made.id}`)).toEqual({ endpoint: made });
    expect(await call('GET', '/api/endpoints')).toEqual({ endpoints: [made] });
    expect((await tools.store.endpoints.get(made.id))!.secret).toBe('whsec_of-a-certain-length');
  });

  test('has a public key where the provider signs with a private one', async () => {
    const { create } = await begin();
    const made = await create({ provider: 'discord', secret: undefined });
    expect(made).toMatchObject({
      secret: 'a private key',
      publicKey: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await create({})).toMatchObject({ publicKey: null });
  });

  test('generates the secret where the provider does', async () => {
    const { call, create } = await begin();
    const made = await create({ provider: 'taskplatform', secret: undefined, active: false });
    const { secret } = await call('POST', `/api/endpoints/${made.id}/secret`);
    expect(secret).toMatch(/[0-9a-f]{64}$/);
    expect(made).toMatchObject({ status: 'inactive', secret: expect.not.stringContaining(secret) });
  });

  test('has headers and filters of its own; other text than ASCII comes back as it was typed', async () => {
    const { tools, create } = await begin();
    const about = { headers: [['X-Token', 'grüße']], filters: { vaultIds: ['v1', 'v2'] } };
    const made = await create({ provider: 'filedgr', ...about });
    expect(made).toMatchObject(about);
    const [[, sent]] = (await tools.store.endpoints.get(made.id))!.headers as [[string, string]];
    expect(Buffer.from(sent, 'latin1').toString()).toBe('grüße');
  });

  test.each([
    [{ provider: undefined }, 'provider is missing'],
    [{ provider: 'nobody' }, 'there is no provider "nobody"'],
    [{ url: undefined }, 'url is missing'],
    [{ url: '' }, 'url is missing'],
    [{ url: 'ftp://example.com' }, 'is not a URL'],
    [{ url: 'http://me:secret@example.com' }, 'user and password'],
    [{ provider: 'deiterate', url: 'http://example.com' }, 'over HTTPS only'],
    [{ eventTypes: [] }, 'needs event types'],
    [{ eventTypes: ['deal.wn'] }, 'has no event type "deal.wn"'],
    [{ secret: '' }, 'the secret is empty'],
    [{ secret: undefined }, 'takes the secret from whoever creates'],
    [{ secret: null }, 'signs every delivery'],
    [{ headers: [['Content-Type', 'text/plain']] }, 'is set by'],
    [{ headers: [['no name', 'x']] }, 'no header'],
    [{ headers: 'X: y' }, 'headers must be a list'],
    [{ headers: [null] }, 'no header'],
    [{ filters: { vault: ['x'] } }, 'has no filter "vault"'],
    ...WRONG.text.flatMap((value) => [
      [{ provider: value }, 'provider must be text'],
      [{ url: value }, 'url must be text'],
      [{ secret: value }, 'secret must be text'],
    ]),
    ...WRONG.texts.map((value) => [{ eventTypes: value }, 'eventTypes must be a list of texts']),
    ...WRONG.lists.map((value) => [{ filters: value }, 'filters must hold a list of texts']),
    ...WRONG.flag.map((value) => [{ active: value }, 'active must be true or false']),
  ] as [object, string][])('refuses %j, and makes none', async (about, message) => {
    const { tools, create } = await begin();
    const error = await create(about).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WebhookError);
    expect((error as Error).message).toContain(message);
    expect(await tools.store.endpoints.list()).toEqual([]);
  });

  test.each([[], 'x', 1, null])('refuses the body %j', async (json) => {
    const { call } = await begin();
    await expect(call('POST', '/api/endpoints', json)).rejects.toBeInstanceOf(UsageError);
  });
});

test('the list is oldest first', async () => {
  const { call, create } = await begin();
  const ids = [(await create()).id, (await create({ provider: 'taskplatform' })).id, (await create()).id];
  const { endpoints } = await call('GET', '/api/endpoints');
  expect(endpoints.map(({ id }: { id: string }) => id)).toEqual(ids);
});

test('one of a provider that is not known here is listed like any other, and can be disabled and deleted', async () => {
  const { call, tools } = await begin();
  const strange = newEndpoint({ provider: 'acme' });
  await tools.store.endpoints.add(strange);
  const { endpoints } = await call('GET', '/api/endpoints');
  expect(endpoints).toMatchObject([{ id: strange.id, provider: 'acme', status: 'active' }]);
  const { endpoint } = await call('POST', `/api/endpoints/${strange.id}/disable`, {});
  expect(endpoint.status).toBe('inactive');
  await call('DELETE', `/api/endpoints/${strange.id}`);
  expect(await tools.store.endpoints.list()).toEqual([]);
});

describe('changing', () => {
  test('changes what is given, and leaves the rest', async () => {
    const { call, create } = await begin();
    const made = await create({ eventTypes: ['deal.won'] });
    const { endpoint } = await call('PATCH', `/api/endpoints/${made.id}`, { url: 'https://example.com/a' });
    expect(endpoint).toEqual({ ...made, url: 'https://example.com/a', updatedAt: endpoint.updatedAt });
    expect(await call('GET', `/api/endpoints/${made.id}`)).toEqual({ endpoint });
  });

  test('switches it off and on', async () => {
    const { call, create } = await begin();
    const { id } = await create();
    const off = await call('PATCH', `/api/endpoints/${id}`, { active: false });
    expect(off.endpoint).toMatchObject({ status: 'inactive', disabledReason: 'switched off by hand' });
    const on = await call('PATCH', `/api/endpoints/${id}`, { active: true });
    expect(on.endpoint).toMatchObject({ status: 'active', disabledReason: null, disabledAt: null });
  });

  test('keeps its provider', async () => {
    const { call, create } = await begin();
    const { id } = await create();
    await call('PATCH', `/api/endpoints/${id}`, { provider: 'iverton' });
    const moved = call('PATCH', `/api/endpoints/${id}`, { provider: 'filedgr' });
    await expect(moved).rejects.toThrow('stays with its provider');
  });

  test.each([
    { url: '' },
    { url: null },
    { eventTypes: [] },
    { secret: '' },
    { secret: null },
    { filters: { x: ['y'] } },
    { headers: [['Host', 'x']] },
    { active: 'no' },
    { provider: 1 },
  ])('refuses %j, and changes nothing', async (json) => {
    const { call, create } = await begin();
    const made = await create();
    await expect(call('PATCH', `/api/endpoints/${made.id}`, json)).rejects.toBeInstanceOf(UsageError);
    expect(await call('GET', `/api/endpoints/${made.id}`)).toEqual({ endpoint: made });
  });
});

describe('enabling and disabling', () => {
  test('by hand', async () => {
    const { call, create } = await begin();
    const { id } = await create();
    const off = await call('POST', `/api/endpoints/${id}/disable`);
    expect(off.endpoint).toMatchObject({
      status: 'inactive',
      health: { outlook: 'inactive: deliveries are discarded' },
    });
    expect((await call('POST', `/api/endpoints/${id}/enable`)).endpoint.status).toBe('active');
  });

  test('after the provider disabled it: a test is wanted first, unless forced', async () => {
    const wanting = (await createTools()).providers.find(
      ({ endpoint }) => endpoint.enable.value === 'passed-test',
    )!;
    const { tools, call } = await begin();
    const endpoint = newEndpoint({
      provider: wanting.id,
      status: 'disabled',
      disabledReason: '3 failed retries',
      disabledAt: NOON,
      failures: 3,
    });
    await tools.store.endpoints.add(endpoint);
    const path = `/api/endpoints/${endpoint.id}/enable`;
    await expect(call('POST', path)).rejects.toEqual(code('ERR_TEST_WANTED'));
    await expect(call('POST', path, { force: false })).rejects.toEqual(code('ERR_TEST_WANTED'));
    await expect(call('POST', path, { force: 'yes' })).rejects.toThrow('force must be true or false');
    expect((await call('GET', `/api/endpoints/${endpoint.id}`)).endpoint.status).toBe('disabled');
    expect((await call('POST', path, { force: true })).endpoint).toMatchObject({
      status: 'active',
      disabledAt: null,
    });
  });

  test('what waits is canceled with it', async () => {
    const { tools, call } = await begin({ engineClock: null });
    const endpoint = newEndpoint();
    await tools.store.endpoints.add(endpoint);
    const id = await deliverTo(tools.store, endpoint);
    expect((await call('GET', '/api/endpoints')).endpoints[0].health.waiting).toBe(1);
    const { endpoint: off } = await call('POST', `/api/endpoints/${endpoint.id}/disable`);
    expect(off.health.waiting).toBe(0);
    expect((await tools.store.deliveries.get(id))!.status).toBe('canceled');
  });
});

describe('the secret', () => {
  test('is revealed where that is asked for', async () => {
    const { call, create } = await begin();
    const { id } = await create({ secret: 'whsec_of-a-certain-length' });
    const answer = await call('POST', `/api/endpoints/${id}/secret`);
    expect(answer).toEqual({ secret: 'whsec_of-a-certain-length' });
  });

  test('of an endpoint without one is null', async () => {
    const { tools, call } = await begin();
    const endpoint = newEndpoint({ secret: null });
    await tools.store.endpoints.add(endpoint);
    expect(await call('POST', `/api/endpoints/${endpoint.id}/secret`)).toEqual({ secret: null });
  });

  test('is rotated to the given one, or to one that is generated', async () => {
    const { tools, call, create } = await begin();
    const { id } = await create();
    const given = await call('POST', `/api/endpoints/${id}/rotate-secret`, { secret: 'another' });
    expect(given).toMatchObject({ secret: 'another', endpoint: { id, secret: '…' } });
    const generated = await call('POST', `/api/endpoints/${id}/rotate-secret`);
    expect(generated.secret).toMatch(/[0-9a-f]{64}$/);
    expect((await tools.store.endpoints.get(id))!.secret).toBe(generated.secret);
  });

  test.each(['', 1, null])('is not rotated to %j', async (secret) => {
    const { tools, call, create } = await begin();
    const { id } = await create();
    const rotated = call('POST', `/api/endpoints/${id}/rotate-secret`, { secret });
    await expect(rotated).rejects.toBeInstanceOf(UsageError);
    expect((await tools.store.endpoints.get(id))!.secret).toBe('whsec_1');
  });

  test('an empty one says so', async () => {
    const { create } = await begin();
    const error = await create({ secret: '' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SettingError);
    expect(error).toEqual(code('ERR_EMPTY_SECRET'));
  });
});

test('a deleted endpoint is there no more, and what waits for it is canceled', async () => {
  const { tools, call } = await begin({ engineClock: null });
  const endpoint = newEndpoint();
  await tools.store.endpoints.add(endpoint);
  const id = await deliverTo(tools.store, endpoint);
  expect(await call('DELETE', `/api/endpoints/${endpoint.id}`)).toEqual({ deleted: 1 });
  expect(await call('GET', '/api/endpoints')).toEqual({ endpoints: [] });
  expect((await tools.store.deliveries.get(id))!.status).toBe('canceled');
});

test.each([
  ['GET', ''],
  ['PATCH', ''],
  ['DELETE', ''],
  ['POST', '/enable'],
  ['POST', '/disable'],
  ['POST', '/secret'],
  ['POST', '/rotate-secret'],
  ['POST', '/test'],
])('%s /api/endpoints/:id%s of one that is not there', async (method, rest) => {
  const { call } = await begin();
  const called = call(method, `/api/endpoints/ep_nowhere${rest}`, {});
  await expect(called).rejects.toBeInstanceOf(NotFoundError);
});

describe('a test', () => {
  test('is delivered at once, signed, and answered with its attempt', async () => {
    const server = await startServer((_request, response) => response.writeHead(202).end('thanks'));
    const { call, create } = await begin();
    const { id } = await create({ url: server.url, eventTypes: ['contact.*', 'deal.won'], active: false });
    const { delivery } = await call('POST', `/api/endpoints/${id}/test`);
    const provider = await loadProvider('iverton');
    const first = provider.events.find(({ name }) => name.startsWith('contact.') || name === 'deal.won')!;
    expect(delivery).toMatchObject({
      endpointId: id,
      eventType: first.name,
      status: 'succeeded',
      trigger: 'test',
      attempts: [{ number: 1, trigger: 'test', ok: true, response: { status: 202, body: 'thanks' } }],
    });
    const [request] = server.received;
    const scheme = provider.signature.value;
    expect(headerValue(request!.headers, signatureName(scheme))).toBeDefined();
    expect(verify(scheme, request!, ['whsec_1'])).toMatchObject({ ok: true });
  });

  test('may be of any event type, and fails without being tried again', async () => {
    const server = await startServer((_request, response) => response.writeHead(500).end());
    const { call, create } = await begin();
    const { id } = await create({ url: server.url });
    const { delivery } = await call('POST', `/api/endpoints/${id}/test`, { type: 'deal.won' });
    expect(delivery).toMatchObject({ eventType: 'deal.won', status: 'failed', nextAttemptAt: null });
    expect(delivery.attempts).toHaveLength(1);
  });

  test.each([{ type: 'deal.wn' }, { type: 1 }])('refuses %j', async (json) => {
    const { tools, call, create } = await begin();
    const { id } = await create();
    await expect(call('POST', `/api/endpoints/${id}/test`, json)).rejects.toBeInstanceOf(WebhookError);
    expect((await tools.store.deliveries.list({}, { limit: 1 })).deliveries).toEqual([]);
  });

  test('is waited for no longer than the page is there', async () => {
    const gone = new AbortController();
    const arrived = signal();
    const server = await startServer(() => arrived.happen());
    const { call, create } = await begin();
    const { id } = await create({ url: server.url });
    const tested = call('POST', `/api/endpoints/${id}/test`, {}, { gone: gone.signal });
    await arrived.happened;
    gone.abort();
    expect((await tested).delivery).toMatchObject({ status: 'sending', attempts: [] });
  });
});

describe('the health', () => {
  const failing = () => createScriptedSender(parseOutcomes('500'));

  test('counts the failed retries of what waits, until the endpoint is disabled', async () => {
    const { tools, call } = await begin({ sender: failing(), engineClock: manualClock(NOON) });
    const endpoint = newEndpoint();
    await tools.store.endpoints.add(endpoint);
    await deliverTo(tools.store, endpoint);
    await tools.engine!.idle();
    const seen: unknown[] = [];
    for (let step = 0; step < 6; step += 1) {
      const { health } = (await call('GET', `/api/endpoints/${endpoint.id}`)).endpoint;
      seen.push([health.failures.count, health.outlook]);
      if (step < 5) await call('POST', '/api/clock', { to: 'next' });
    }
    const rule = 'will be disabled after 5 failed retries in a row';
    expect(seen).toEqual([
      [0, `${rule}: none so far`],
      ...[1, 2, 3, 4].map((count) => [count, `${rule}: ${count} so far`]),
      [0, 'disabled: 5 failed retries in a row'],
    ]);
  });

  test('forgets them when the endpoint acknowledges something', async () => {
    const sender = createScriptedSender(parseOutcomes('500,500,500,200'));
    const { tools, call } = await begin({ sender, engineClock: manualClock(NOON) });
    const endpoint = newEndpoint();
    await tools.store.endpoints.add(endpoint);
    await deliverTo(tools.store, endpoint);
    await tools.engine!.idle();
    await call('POST', '/api/clock', { to: 'next' });
    await call('POST', '/api/clock', { to: 'next' });
    const health = async () => (await call('GET', `/api/endpoints/${endpoint.id}`)).endpoint.health;
    expect((await health()).failures.count).toBe(2);
    await deliverTo(tools.store, endpoint);
    await tools.engine!.idle();
    expect(await health()).toMatchObject({ failures: { count: 0 }, succeeded: 1, waiting: 1 });
  });
});

import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/engine/clock.ts';
import { createScriptedSender, parseOutcomes } from '../../../src/engine/scripted-sender.ts';
import { NotFoundError, UsageError, WebhookError } from '../../../src/errors.ts';
import { deliveryRoutes } from '../../../src/inspector/deliveries.ts';
import type { Endpoint } from '../../../src/model/endpoint.ts';
import {
  claimOne,
  deliverTo,
  ended,
  enterEngine,
  failed,
  newEndpoint,
  newEvent,
  nextId,
  NOON,
  planned,
} from '../../support/deliveries.ts';
import { startServer } from '../../support/http.ts';
import { calling, createTools, WRONG, type Tools } from '../../support/inspecting.ts';

const MINUTE = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const code = (wanted: string) => expect.objectContaining({ code: wanted });
const script = (text: string) => createScriptedSender(parseOutcomes(text));

/** Deliveries that nobody makes, unless an engine's clock is given. */
async function begin(options: Parameters<typeof createTools>[0] = { engineClock: null }) {
  const tools = await createTools(options);
  const endpoint = await addEndpoint(tools);
  return { tools, endpoint, call: calling(deliveryRoutes(tools)) };
}

async function addEndpoint({ store }: Tools, about: Partial<Endpoint> = {}): Promise<Endpoint> {
  const endpoint = newEndpoint({ provider: 'deiterate', ...about });
  await store.endpoints.add(endpoint);
  return endpoint;
}

/** Deliveries to an endpoint that were given up. */
async function failMany({ store }: Tools, endpoint: Endpoint, count: number): Promise<string[]> {
  const owner = await enterEngine(store);
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) ids.push(await deliverTo(store, endpoint));
  const { claims } = await store.deliveries.claim({
    owner,
    now: NOON,
    room: count,
    roomAtEndpoint: count,
    underWay: () => 0,
  });
  await Promise.all(claims.map((claim) => store.deliveries.settle(claim, ended(), () => failed())));
  await store.engines.remove(owner);
  return ids;
}

describe('the list', () => {
  test('is newest first, by pages', async () => {
    const { tools, endpoint, call } = await begin();
    const ids: string[] = [];
    for (let made = 0; made < 5; made += 1) ids.unshift(await deliverTo(tools.store, endpoint));
    const first = await call('GET', '/api/deliveries?limit=3&cursor=');
    expect(first.deliveries.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 3));
    expect(first.deliveries[0]).toEqual({
      id: ids[0],
      eventId: expect.any(String),
      provider: 'deiterate',
      eventType: 'deal.won',
      endpointId: endpoint.id,
      status: 'pending',
      trigger: 'scheduled',
      createdAt: iso(NOON),
      nextAttemptAt: iso(NOON),
      finishedAt: null,
      attempts: 0,
      interruptions: 0,
      reason: null,
    });
    const rest = await call('GET', `/api/deliveries?limit=3&cursor=${first.nextCursor}`);
    expect(rest.deliveries.map(({ id }: { id: string }) => id)).toEqual(ids.slice(3));
    expect(rest.nextCursor).toBeNull();
  });

  test('passes through every filter; empty ones are none', async () => {
    const { tools, endpoint, call } = await begin();
    const other = await addEndpoint(tools, { provider: 'iverton' });
    const mine = await deliverTo(tools.store, endpoint, {}, { id: 'evt_1', eventType: 'contact.created' });
    const later = { createdAt: NOON + 60 * MINUTE };
    const theirs = await deliverTo(tools.store, other, { discarded: 'a test' }, later);
    const found = async (query: string) =>
      (await call('GET', `/api/deliveries?${query}`)).deliveries.map(({ id }: { id: string }) => id);
    expect(await found('status=&endpoint=&provider=&type=&event=&since=&until=')).toEqual([theirs, mine]);
    expect(await found(`endpoint=${endpoint.id}`)).toEqual([mine]);
    expect(await found('provider=iverton')).toEqual([theirs]);
    expect(await found('type=contact.*')).toEqual([mine]);
    expect(await found('status=discarded')).toEqual([theirs]);
    expect(await found('event=evt_1')).toEqual([mine]);
    expect(await found(`since=${iso(NOON + MINUTE)}`)).toEqual([theirs]);
    expect(await found(`until=${iso(NOON + MINUTE)}`)).toEqual([mine]);
    expect(await found('status=pending&provider=iverton')).toEqual([]);
  });

  test('counts times ago from the time that schedules follow', async () => {
    const { tools, endpoint, call } = await begin({
      engineClock: manualClock(NOON + 60 * MINUTE),
      sender: script('200'),
    });
    const id = await deliverTo(tools.store, endpoint);
    expect((await call('GET', '/api/deliveries?since=61m')).deliveries).toMatchObject([{ id }]);
    expect((await call('GET', '/api/deliveries?since=59m')).deliveries).toEqual([]);
  });

  test.each(['limit=0', 'limit=1001', 'limit=x', 'limit=1.5', 'cursor=x', 'status=gone', 'since=soon'])(
    'refuses %s',
    async (query) => {
      const { call } = await begin();
      await expect(call('GET', `/api/deliveries?${query}`)).rejects.toBeInstanceOf(UsageError);
    },
  );
});

describe('a delivery', () => {
  test('is shown with its bytes, its attempts, its endpoint and what is ahead', async () => {
    const server = await startServer((_request, response) => response.writeHead(503).end('later'));
    const { tools, call } = await begin({ engineClock: manualClock(NOON) });
    const endpoint = await addEndpoint(tools, { url: server.url });
    const id = await deliverTo(tools.store, endpoint, { body: Buffer.from('{"a":1}') });
    await tools.engine!.idle();
    expect(await call('GET', `/api/deliveries/${id}`)).toMatchObject({
      delivery: {
        id,
        status: 'pending',
        nextAttemptAt: iso(NOON + MINUTE),
        bodySize: 7,
        body: '{"a":1}',
        attempts: [{ number: 1, offsetMs: 0, ok: false, response: { status: 503, body: 'later' } }],
      },
      endpoint: { id: endpoint.id, url: server.url, status: 'active' },
      ahead: [iso(NOON + MINUTE), iso(NOON + 6 * MINUTE), iso(NOON + 36 * MINUTE)],
    });
  });

  test('an attempt by hand is no step of the schedule', async () => {
    const { tools, endpoint, call } = await begin({
      engineClock: manualClock(NOON),
      sender: script('500'),
    });
    const id = await deliverTo(tools.store, endpoint);
    await tools.engine!.idle();
    await call('POST', `/api/deliveries/${id}/retry`);
    await tools.engine!.idle();
    const { delivery, ahead } = await call('GET', `/api/deliveries/${id}`);
    expect(delivery.attempts.map(({ trigger }: { trigger: string }) => trigger)).toEqual([
      'scheduled',
      'manual',
    ]);
    expect(ahead).toEqual([iso(NOON + MINUTE), iso(NOON + 6 * MINUTE), iso(NOON + 36 * MINUTE)]);
  });

  test('while it is being sent, what follows a failure is ahead', async () => {
    const clock = { now: () => NOON + MINUTE, sleep: async () => {} };
    const { tools, endpoint, call } = await begin({ engineClock: null, clock });
    const id = await deliverTo(tools.store, endpoint);
    await claimOne(tools.store.deliveries, await enterEngine(tools.store));
    const { delivery, ahead } = await call('GET', `/api/deliveries/${id}`);
    expect(delivery).toMatchObject({ status: 'sending', nextAttemptAt: null });
    expect(ahead).toEqual([iso(NOON + 2 * MINUTE), iso(NOON + 7 * MINUTE), iso(NOON + 37 * MINUTE)]);
  });

  test('whose endpoint was deleted has none, and nothing ahead', async () => {
    const { tools, endpoint, call } = await begin();
    const id = await deliverTo(tools.store, endpoint, { body: Buffer.from([0xff]) });
    await tools.store.endpoints.delete(endpoint.id, NOON);
    expect(await call('GET', `/api/deliveries/${id}`)).toMatchObject({
      delivery: { status: 'canceled', bodyBase64: '/w==', attempts: [] },
      endpoint: null,
      ahead: [],
    });
  });

  test.each([
    ['GET', ''],
    ['POST', '/retry'],
    ['POST', '/cancel'],
  ])('%s /api/deliveries/:id%s of one that is not there', async (method, rest) => {
    const { call } = await begin();
    await expect(call(method, `/api/deliveries/dlv_nowhere${rest}`)).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe('retrying one', () => {
  test.each(['all', 'own'] as const)('makes it at once, by an engine of %s', async (delivers) => {
    const server = await startServer();
    const { tools, call } = await begin({ delivers });
    const endpoint = await addEndpoint(tools, { url: server.url });
    const id = await deliverTo(tools.store, endpoint, { discarded: 'the endpoint was inactive' });
    const { delivery } = await call('POST', `/api/deliveries/${id}/retry`);
    expect(delivery).toMatchObject({ id, trigger: 'manual', reason: null });
    await tools.engine!.idle();
    expect((await tools.store.deliveries.get(id))!.status).toBe('succeeded');
    expect(server.received).toHaveLength(1);
  });

  test('is refused while it is being sent', async () => {
    const { tools, endpoint, call } = await begin();
    const id = await deliverTo(tools.store, endpoint);
    await claimOne(tools.store.deliveries, await enterEngine(tools.store));
    await expect(call('POST', `/api/deliveries/${id}/retry`)).rejects.toEqual(code('ERR_SENDING'));
  });

  test('is refused where its endpoint is not active, with what to do about it', async () => {
    const { tools, call } = await begin();
    const endpoint = await addEndpoint(tools, { status: 'inactive' });
    const id = await deliverTo(tools.store, endpoint, { discarded: 'a test' });
    const path = `/api/deliveries/${id}/retry`;
    await expect(call('POST', path)).rejects.toMatchObject({
      code: 'ERR_ENDPOINT_NOT_ACTIVE',
      message: expect.stringContaining('is not active'),
      hint: expect.stringContaining(endpoint.id),
    });
    await tools.store.endpoints.delete(endpoint.id, NOON);
    await expect(call('POST', path)).rejects.toMatchObject({
      code: 'ERR_ENDPOINT_NOT_ACTIVE',
      message: expect.stringContaining('was deleted'),
    });
    expect((await tools.store.deliveries.get(id))!.status).toBe('discarded');
  });
});

describe('canceling one', () => {
  test('that waits', async () => {
    const { tools, endpoint, call } = await begin();
    const id = await deliverTo(tools.store, endpoint);
    const { delivery } = await call('POST', `/api/deliveries/${id}/cancel`);
    expect(delivery).toMatchObject({
      id,
      status: 'canceled',
      reason: 'canceled by hand',
      nextAttemptAt: null,
    });
  });

  test('is refused while it is being sent, and when it has ended', async () => {
    const { tools, endpoint, call } = await begin();
    const id = await deliverTo(tools.store, endpoint);
    const claim = await claimOne(tools.store.deliveries, await enterEngine(tools.store));
    const path = `/api/deliveries/${id}/cancel`;
    await expect(call('POST', path)).rejects.toEqual(code('ERR_SENDING'));
    await tools.store.deliveries.settle(claim, ended(), () => failed());
    await expect(call('POST', path)).rejects.toThrow('it is failed');
    expect((await tools.store.deliveries.get(id))!.status).toBe('failed');
  });
});

describe('retrying many', () => {
  test('retries what failed, several portions of it, and nothing else', async () => {
    const { tools, endpoint, call } = await begin();
    const ids = await failMany(tools, endpoint, 1_203);
    const waiting = await deliverTo(tools.store, endpoint);
    const discarded = await deliverTo(tools.store, endpoint, { discarded: 'a test' });
    expect(await call('POST', '/api/deliveries/retry', {})).toEqual({ deliveries: 1_203 });
    const { pending } = await tools.store.deliveries.count(tools.deliverer.batch);
    expect(pending).toBe(1_203);
    expect(await tools.store.deliveries.get(ids[0]!)).toMatchObject({ status: 'pending', trigger: 'manual' });
    expect((await tools.store.deliveries.get(waiting))!.trigger).toBe('scheduled');
    expect((await tools.store.deliveries.get(discarded))!.status).toBe('discarded');
    expect(await call('POST', '/api/deliveries/retry')).toEqual({ deliveries: 0 });
  });

  test('ends though all of them fail again meanwhile, each tried once', async () => {
    const { tools, endpoint, call } = await begin({ sender: script('500') });
    await tools.engine!.stop();
    const ids = await failMany(tools, endpoint, 700);
    const again = await createTools({ store: tools.store, sender: script('500') });
    const retried = await calling(deliveryRoutes(again))('POST', '/api/deliveries/retry', {});
    expect(retried).toEqual({ deliveries: 700 });
    await again.engine!.idle();
    for (const id of [ids[0]!, ids.at(-1)!]) {
      expect(await tools.store.deliveries.get(id)).toMatchObject({ status: 'failed', attempts: 2 });
    }
    expect((await call('GET', '/api/deliveries?status=failed&limit=1000')).deliveries).toHaveLength(700);
  });

  test('leaves out tests, and what goes to endpoints that are not active', async () => {
    const { tools, endpoint, call } = await begin();
    const off = await addEndpoint(tools, { status: 'inactive' });
    const [mine] = await failMany(tools, endpoint, 1);
    const [theirs] = await failMany(tools, off, 1);
    const tested = await deliverTo(tools.store, endpoint, { trigger: 'test' });
    const claim = await claimOne(tools.store.deliveries, await enterEngine(tools.store));
    expect(claim.deliveryId).toBe(tested);
    await tools.store.deliveries.settle(claim, ended(), () => failed());
    expect(await call('POST', '/api/deliveries/retry', { status: 'failed' })).toEqual({ deliveries: 1 });
    const status = async (id: string) => (await tools.store.deliveries.get(id))!.status;
    expect([await status(mine!), await status(theirs!), await status(tested)]).toEqual([
      'pending',
      'failed',
      'failed',
    ]);
  });

  test('keeps to the filters, discarded and canceled ones included', async () => {
    const { tools, endpoint, call } = await begin();
    const other = await addEndpoint(tools);
    await deliverTo(tools.store, endpoint, { discarded: 'a test' });
    await deliverTo(tools.store, other, { discarded: 'a test' });
    const canceled = await deliverTo(tools.store, other);
    await tools.store.deliveries.cancel([canceled], 'a test', NOON);
    const retry = (json: object) => call('POST', '/api/deliveries/retry', json);
    expect(await retry({ status: 'discarded', endpoint: other.id })).toEqual({ deliveries: 1 });
    expect(await retry({ status: 'discarded', type: 'deal.*' })).toEqual({ deliveries: 1 });
    expect(await retry({ status: 'canceled', endpoint: endpoint.id })).toEqual({ deliveries: 0 });
    expect(await retry({ status: 'canceled' })).toEqual({ deliveries: 1 });
  });

  test.each([
    { status: 'pending' },
    { status: 'sending' },
    { status: 'succeeded' },
    { status: 'gone' },
    { status: '' },
    { since: 'soon' },
    ...WRONG.text.map((value) => ({ endpoint: value })),
    [],
  ])('refuses %j', async (json) => {
    const { call } = await begin();
    await expect(call('POST', '/api/deliveries/retry', json)).rejects.toBeInstanceOf(WebhookError);
  });
});

describe('canceling many', () => {
  test('cancels what waits, several portions of it, and nothing else', async () => {
    const { tools, endpoint, call } = await begin();
    const other = await addEndpoint(tools);
    const [ended_] = await failMany(tools, other, 1);
    const body = Buffer.from('{}');
    // One event with many deliveries is written faster than many events.
    await tools.store.deliveries.publish(newEvent({ provider: 'deiterate' }), () =>
      Array.from({ length: 1_101 }, () => ({
        endpointId: endpoint.id,
        id: nextId('dlv'),
        body,
        discarded: null,
        trigger: 'scheduled' as const,
        dueAt: NOON,
      })),
    );
    await tools.store.deliveries.publish(newEvent({ provider: 'deiterate' }), planned({}, [other.id]));
    const cancel = (json?: object) => call('POST', '/api/deliveries/cancel', json);
    expect(await cancel({ endpoint: endpoint.id, status: 'pending' })).toEqual({ deliveries: 1_101 });
    expect((await tools.store.deliveries.recordOf(endpoint.id)).waiting).toBe(0);
    expect((await tools.store.deliveries.recordOf(other.id)).waiting).toBe(1);
    expect(await cancel({})).toEqual({ deliveries: 1 });
    expect(await cancel()).toEqual({ deliveries: 0 });
    expect((await tools.store.deliveries.get(ended_!))!.status).toBe('failed');
  });

  test.each([{ status: 'failed' }, { status: 'sending' }, { status: '' }, { until: 1 }])(
    'refuses %j, and cancels nothing',
    async (json) => {
      const { tools, endpoint, call } = await begin();
      const id = await deliverTo(tools.store, endpoint);
      await expect(call('POST', '/api/deliveries/cancel', json)).rejects.toBeInstanceOf(UsageError);
      expect((await tools.store.deliveries.get(id))!.status).toBe('pending');
    },
  );
});

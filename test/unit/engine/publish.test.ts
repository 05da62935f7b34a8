import { describe, expect, test } from 'vitest';
import { realClock } from '../../../src/engine/clock.ts';
import { dispatch } from '../../../src/engine/dispatch.ts';
import { publish, type PublishOptions } from '../../../src/engine/publish.ts';
import type { Endpoint } from '../../../src/model/endpoint.ts';
import { headerValue, type OutgoingRequest } from '../../../src/model/request.ts';
import { identify, parseJsonBody } from '../../../src/providers/identify.ts';
import { loadProvider, loadProviders } from '../../../src/providers/index.ts';
import type { Store } from '../../../src/store/store.ts';
import { openForTest } from '../../support/database.ts';
import { NOON, enterEngine, newEndpoint, wanting } from '../../support/deliveries.ts';
import { fixedWorld } from '../../support/forging.ts';
import { manualClock } from '../../support/manual-clock.ts';

const world = fixedWorld(NOON);

async function start(...endpoints: Endpoint[]): Promise<Store> {
  const store = await openForTest({ path: ':memory:' });
  for (const endpoint of endpoints) await store.endpoints.add(endpoint);
  return store;
}

async function emit(
  { deliveries }: Store,
  providerId: string,
  eventType: string | undefined,
  options: PublishOptions = {},
) {
  return publish(deliveries, await loadProvider(providerId), eventType, options, world);
}

/** What would go over the wire for everything that is due. */
async function sentBy(store: Store): Promise<OutgoingRequest[]> {
  const { claims } = await store.deliveries.claim(wanting(await enterEngine(store)));
  const sent: OutgoingRequest[] = [];
  const real = manualClock(NOON);
  for (const claim of claims) {
    await dispatch(claim, {
      sender: {
        send: async (request) => {
          sent.push(request);
          return {
            kind: 'response',
            response: { status: 200, headers: [], body: new Uint8Array(), truncated: false },
          };
        },
        close: async () => {},
      },
      clock: realClock(real),
      real,
      randomBytes: world.randomBytes,
      maxResponseBytes: 1_024,
      signal: new AbortController().signal,
    });
  }
  return sent;
}

const json = (bytes: Uint8Array): Record<string, unknown> =>
  JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;

async function bodiesOf(store: Store, ids: readonly { id: string }[]): Promise<string[]> {
  const bodies: string[] = [];
  for (const { id } of ids) bodies.push(Buffer.from((await store.deliveries.body(id))!).toString());
  return bodies;
}

describe('an event', () => {
  test('goes to each endpoint of its provider that subscribes to it, and to no other', async () => {
    const [all, some, exact, other, foreign] = [
      newEndpoint(),
      newEndpoint({ eventTypes: ['deal.*'] }),
      newEndpoint({ eventTypes: ['contact.created', 'deal.won'] }),
      newEndpoint({ eventTypes: ['deal.lost'] }),
      newEndpoint({ provider: 'deiterate' }),
    ];
    const store = await start(all!, some!, exact!, other!, foreign!);
    const { event, deliveries, warnings } = await emit(store, 'iverton', 'deal.won', { batch: 'b1' });
    expect(warnings).toEqual([]);
    expect(deliveries).toEqual(
      [all!, some!, exact!].map(({ id }) => ({
        id: expect.stringMatching(/^dlv_/),
        eventId: event.id,
        provider: 'iverton',
        eventType: 'deal.won',
        endpointId: id,
        status: 'pending',
        trigger: 'scheduled',
        createdAt: NOON,
        nextAttemptAt: NOON,
        finishedAt: null,
        attempts: 0,
        interruptions: 0,
        reason: null,
      })),
    );
    expect(await store.deliveries.count('b1')).toMatchObject({ pending: 3 });
    expect(event.type).toBe('deal.won');
  });

  test('to nobody is written all the same', async () => {
    const store = await start();
    expect(await emit(store, 'iverton', 'deal.won')).toMatchObject({ deliveries: [], warnings: [] });
    expect(await store.deliveries.lastTime()).toBe(NOON);
  });

  test('of an unknown type, or with overrides that do not fit, writes nothing', async () => {
    const store = await start(newEndpoint());
    await expect(emit(store, 'iverton', 'deal.wun')).rejects.toMatchObject({
      code: 'ERR_UNKNOWN_EVENT_TYPE',
      hint: expect.stringContaining('deal.won'),
    });
    await expect(
      emit(store, 'iverton', 'deal.won', { overrides: [{ path: ['type', 'x'], value: 1 }] }),
    ).rejects.toMatchObject({ code: 'ERR_USAGE' });
    await expect(emit(store, 'iverton', undefined)).rejects.toMatchObject({ code: 'ERR_USAGE' });
    expect(await store.deliveries.list({}, { limit: 10 })).toEqual({ deliveries: [], nextCursor: null });
    expect(await store.deliveries.lastTime()).toBeNull();
  });

  test.each(['inactive', 'disabled'] as const)('is discarded for an endpoint that is %s', async (status) => {
    const store = await start(newEndpoint({ status, disabledReason: 'it is broken' }), newEndpoint());
    const { deliveries } = await emit(store, 'iverton', 'deal.won');
    expect(deliveries).toMatchObject([
      {
        status: 'discarded',
        reason: `the endpoint is ${status}: it is broken`,
        nextAttemptAt: null,
        finishedAt: NOON,
      },
      { status: 'pending', reason: null },
    ]);
    expect(await sentBy(store)).toHaveLength(1);
  });

  test('is discarded without a reason where none was given', async () => {
    const store = await start(newEndpoint({ status: 'inactive' }));
    expect((await emit(store, 'iverton', 'deal.won')).deliveries).toMatchObject([
      { reason: 'the endpoint is inactive' },
    ]);
  });
});

describe('the id of an event', () => {
  test('is its envelope’s where there is one, and ours otherwise', async () => {
    for (const provider of await loadProviders()) {
      const { id, events } = provider;
      const store = await start(newEndpoint({ provider: id }));
      const { event, deliveries } = await emit(store, id, events[0]!.name);
      const [body] = await bodiesOf(store, deliveries);
      const request = { method: 'POST', path: '/', headers: [], body: Buffer.from(body!) };
      const { eventId } = identify(provider, request, parseJsonBody(request.body));
      if (eventId === null) expect(body).not.toContain(event.id);
      else expect(eventId).toBe(event.id);
      expect(deliveries[0]!.eventId).toBe(event.id);
    }
  });
});

describe('the body', () => {
  test('is one for all endpoints', async () => {
    for (const { id, events, envelope } of await loadProviders()) {
      if (envelope.value.endpointId.length > 0) continue;
      const store = await start(newEndpoint({ provider: id }), newEndpoint({ provider: id }));
      const { deliveries } = await emit(store, id, events[0]!.name);
      const [one, other] = await bodiesOf(store, deliveries);
      expect(one).toBe(other);
    }
  });

  test('of taskplatform names the endpoint, and so does the header', async () => {
    const [one, other] = [
      newEndpoint({ provider: 'taskplatform' }),
      newEndpoint({ provider: 'taskplatform', headers: [['X-Other', '1']] }),
    ];
    const store = await start(one!, other!);
    const { deliveries } = await emit(store, 'taskplatform', 'task.created');
    const [first, second] = (await bodiesOf(store, deliveries)).map((body) => json(Buffer.from(body)));
    expect(first).toMatchObject({ webhook_id: one!.id, event: 'task.created' });
    expect(second).toEqual({ ...first, webhook_id: other!.id });
    const sent = await sentBy(store);
    expect(sent).toHaveLength(2);
    for (const [index, endpoint] of [one!, other!].entries()) {
      expect(headerValue(sent[index]!.headers, 'x-webhook-id')).toBe(endpoint.id);
      expect(json(sent[index]!.body)['webhook_id']).toBe(endpoint.id);
    }
  });

  test('keeps a number where an endpoint is named by one', async () => {
    const store = await start(newEndpoint({ provider: 'hubspot' }));
    await emit(store, 'hubspot', 'contact.creation');
    const [sent] = await sentBy(store);
    const [event] = JSON.parse(Buffer.from(sent!.body).toString()) as { subscriptionId: unknown }[];
    expect(event!.subscriptionId).toEqual(expect.any(Number));
  });

  test('of taskplatform names what the user says it should', async () => {
    const store = await start(newEndpoint({ provider: 'taskplatform' }));
    await emit(store, 'taskplatform', 'task.created', {
      overrides: [{ path: ['webhook_id'], value: 'mine' }],
    });
    const [sent] = await sentBy(store);
    expect(json(sent!.body)['webhook_id']).toBe('mine');
    expect(headerValue(sent!.headers, 'x-webhook-id')).toBe('mine');
  });

  test.each<[string, Uint8Array]>([
    ['JSON whose form no parser keeps', Buffer.from('{ "webhook_id":"w", "n": 30.0,\t"a":1,"a":2}\r\n')],
    ['no JSON', Buffer.from([0, 255, 128, 10])],
    ['nothing', new Uint8Array()],
  ])('that the user gives is sent byte for byte: %s', async (_name, data) => {
    for (const provider of ['taskplatform', 'filedgr', 'iverton']) {
      const store = await start(newEndpoint({ provider }), newEndpoint({ provider }));
      await emit(store, provider, 'something.of.mine', { data });
      const sent = await sentBy(store);
      expect(sent).toHaveLength(2);
      for (const { body } of sent) expect(Buffer.compare(body, data)).toBe(0);
    }
  });

  test('that does not name its endpoint is sent with a header that does', async () => {
    const endpoint = newEndpoint({ provider: 'taskplatform' });
    const store = await start(endpoint);
    await emit(store, 'taskplatform', 'task.created', { data: Buffer.from('{"event":"task.created"}') });
    const [sent] = await sentBy(store);
    expect(headerValue(sent!.headers, 'x-webhook-id')).toBe(endpoint.id);
  });

  test('without an id has one of ours, which is never sent', async () => {
    const store = await start(newEndpoint({ provider: 'filedgr' }));
    const { event } = await emit(store, 'filedgr', 'something.of.mine', { data: Buffer.from('{"a":1}') });
    expect(event.id).toMatch(/^evt_/);
    const [sent] = await sentBy(store);
    expect(headerValue(sent!.headers, 'x-filedgr-event-id')).toBeUndefined();
    expect(headerValue(sent!.headers, 'x-filedgr-event-type')).toBe('something.of.mine');
  });

  test('with the example’s own identifiers is the example', async () => {
    const store = await start(newEndpoint({ provider: 'taskplatform' }));
    const { deliveries } = await emit(store, 'taskplatform', 'task.created', { keepIds: true });
    const [body] = await bodiesOf(store, deliveries);
    expect(body).toContain('"webhook_id":"webhook_123"');
  });

  test('of the user’s own tells the type where none is named; one that tells none goes to those who want all', async () => {
    const [deals, all] = [newEndpoint({ eventTypes: ['deal.*'] }), newEndpoint()];
    const store = await start(deals!, all!);
    const typed = await emit(store, 'iverton', undefined, { data: Buffer.from('{"type":"deal.lost"}') });
    expect(typed.event.type).toBe('deal.lost');
    expect(typed.deliveries).toHaveLength(2);
    const untyped = await emit(store, 'iverton', undefined, { data: Buffer.from('?') });
    expect(untyped.event.type).toBeNull();
    expect(untyped.deliveries.map(({ endpointId }) => endpointId)).toEqual([all!.id]);
  });
});

describe('filters', () => {
  const wanting1 = (filters: Endpoint['filters']): Endpoint => newEndpoint({ provider: 'filedgr', filters });
  const vault = (vaultId: string) => ({ overrides: [{ path: ['data', 'vaultId'], value: vaultId }] });

  test('keep events away, and say so only where the event holds nothing to go by', async () => {
    const [mine, others, none] = [
      wanting1({ vaultIds: ['v1'] }),
      wanting1({ vaultIds: ['v2'] }),
      wanting1({ userIds: ['ann'] }),
    ];
    const store = await start(mine!, others!, none!);
    const { deliveries, warnings } = await emit(store, 'filedgr', 'vault.verification_complete', vault('v1'));
    expect(deliveries.map(({ endpointId }) => endpointId)).toEqual([mine!.id]);
    expect(warnings).toEqual([
      `${none!.id} filters by userIds, and vault.verification_complete holds nothing to go by`,
    ]);
  });

  test('know the template of a vault from the event that told it, also in the same event', async () => {
    const endpoint = wanting1({ templateIds: ['certification-template-v1'] });
    const store = await start(endpoint);
    const early = await emit(store, 'filedgr', 'vault.accessed', vault('v1'));
    expect(early).toMatchObject({ deliveries: [], warnings: [expect.stringContaining('templateIds')] });
    expect((await emit(store, 'filedgr', 'vault.created', vault('v1'))).deliveries).toHaveLength(1);
    expect((await emit(store, 'filedgr', 'vault.accessed', vault('v1'))).deliveries).toHaveLength(1);
    expect((await emit(store, 'filedgr', 'vault.accessed', vault('v2'))).deliveries).toHaveLength(0);
  });

  test('remember also what nobody was sent, and the newest', async () => {
    const store = await start();
    await emit(store, 'filedgr', 'vault.created', vault('v1'));
    const endpoint = wanting1({ templateIds: ['certification-template-v1'] });
    await store.endpoints.add(endpoint);
    expect((await emit(store, 'filedgr', 'vault.accessed', vault('v1'))).deliveries).toHaveLength(1);
    await emit(store, 'filedgr', 'vault.created', {
      overrides: [...vault('v1').overrides, { path: ['data', 'templateId'], value: 'another' }],
    });
    expect((await emit(store, 'filedgr', 'vault.accessed', vault('v1'))).deliveries).toHaveLength(0);
  });
});

describe('a test', () => {
  test.each(['active', 'inactive', 'disabled'] as const)(
    'goes to its endpoint alone, whatever it subscribes to, and though it is %s',
    async (status) => {
      const endpoint = newEndpoint({ status, eventTypes: ['nothing'], filters: { vaultIds: ['x'] } });
      const store = await start(newEndpoint(), endpoint);
      const { deliveries, warnings } = await emit(store, 'iverton', 'deal.won', { test: endpoint });
      expect(warnings).toEqual([]);
      expect(deliveries).toMatchObject([{ endpointId: endpoint.id, status: 'pending', trigger: 'test' }]);
      expect(await sentBy(store)).toHaveLength(1);
    },
  );
});

import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { manualClock, virtualClock, type EngineClock } from '../../../src/engine/clock.ts';
import { enableEndpoint, generateSecret } from '../../../src/engine/endpoints.ts';
import {
  createEngine,
  type Engine,
  type EngineEvent,
  type EngineOptions,
} from '../../../src/engine/engine.ts';
import { createScriptedSender, parseOutcomes } from '../../../src/engine/scripted-sender.ts';
import type { Outcome } from '../../../src/engine/sender.ts';
import type { Delivery } from '../../../src/model/delivery.ts';
import type { Endpoint } from '../../../src/model/endpoint.ts';
import { headerValue, type Header, type OutgoingRequest } from '../../../src/model/request.ts';
import { createProviders } from '../../../src/providers/index.ts';
import { defineProvider, type Provider, type ProviderProfile } from '../../../src/providers/provider.ts';
import { every, exponentialOver } from '../../../src/providers/schedules.ts';
import type { Store } from '../../../src/store/store.ts';
import { openForTest } from '../../support/database.ts';

const START = Date.UTC(2026, 0, 1, 12);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A provider of which only what a test is about needs to be said. */
function providerWith(about: Partial<ProviderProfile>): Provider {
  return defineProvider({
    id: 'acme',
    name: 'Acme',
    signature: {
      kind: 'hmac',
      hash: 'sha256',
      signature: { header: 'X-Acme-Signature' },
      forms: [{ prefix: '', encoding: 'hex' }],
    },
    envelope: { type: [{ body: 'type' }], id: [{ body: 'id' }] },
    endpoint: { secret: 'generated' },
    events: [{ name: 'thing.made', description: 'A thing was made', payload: 'synthetic' }],
    ...about,
  });
}

interface Delivered {
  readonly delivery: Delivery;
  /** The times of its attempts, in milliseconds after the first of them was due. */
  readonly offsets: readonly number[];
}

interface World {
  readonly engine: Engine;
  readonly store: Store;
  readonly clock: EngineClock;
  readonly events: readonly EngineEvent[];
  /** All requests so far. */
  readonly sent: readonly OutgoingRequest[];
  /** What the app answers from now on, the last for ever: `500,timeout,200`. */
  answer(script: string, headers?: readonly Header[]): void;
  /** Publishes an event and lets it be delivered, or not. */
  deliver(): Promise<Delivered>;
  deliveryOf(id: string): Promise<Delivered>;
  endpoint(): Promise<Endpoint>;
  /** Lets time pass. */
  pass(ms: number): void;
}

async function begin(provider: Provider, clock: EngineClock = virtualClock(START)): Promise<World> {
  const store = await openForTest({ path: ':memory:' });
  const sent: OutgoingRequest[] = [];
  const events: EngineEvent[] = [];
  let outcomes: readonly Outcome[] = parseOutcomes('200');
  let number = 0;
  const engine = await createEngine({
    store,
    clock,
    providers: createProviders([provider]),
    onEvent: (event) => events.push(event),
    sender: {
      send: async (request) => {
        sent.push(request);
        const outcome = outcomes[Math.min(number, outcomes.length - 1)]!;
        number += 1;
        return outcome;
      },
      close: async () => {},
    },
  });
  onTestFinished(() => engine.stop());
  const { id } = await engine.createEndpoint(provider.id, {
    url: 'https://app.test/webhooks',
    secret:
      provider.signature.value.kind === 'none'
        ? null
        : generateSecret(provider, (size) => Buffer.alloc(size, 7)),
  });
  let made = 0;
  const deliveryOf = async (deliveryId: string): Promise<Delivered> => {
    const attempts = await store.attempts.ofDelivery(deliveryId);
    return {
      delivery: (await store.deliveries.get(deliveryId))!,
      offsets: attempts.map(({ startedAt }) => startedAt - attempts[0]!.scheduledAt),
    };
  };
  return {
    engine,
    store,
    clock,
    events,
    sent,
    answer: (script, headers = []) => {
      number = 0;
      outcomes = parseOutcomes(script).map((outcome) =>
        outcome.kind === 'response' ? { ...outcome, response: { ...outcome.response, headers } } : outcome,
      );
    },
    deliver: async () => {
      made += 1;
      const data = Buffer.from(JSON.stringify({ type: 'thing.made', id: `evt_${made}` }));
      const { deliveries } = await engine.publish(provider.id, undefined, { data });
      await engine.idle();
      return deliveryOf(deliveries[0]!.id);
    },
    deliveryOf,
    endpoint: async () => (await store.endpoints.get(id))!,
    pass: (ms) => clock.advanceTo!(clock.now() + ms),
  };
}

describe('eight retries over four hours, and eight failures in a row disable', () => {
  const shopLike = providerWith({
    retry: { delaysSeconds: exponentialOver(4 * 3_600, 8, 2) },
    disable: { unit: 'retry', threshold: 8, consecutive: true },
  });

  test('as one delivery has them', async () => {
    const world = await begin(shopLike);
    world.answer('500');
    const { delivery, offsets } = await world.deliver();
    expect(delivery).toMatchObject({ status: 'failed', attempts: 9 });
    expect(offsets).toHaveLength(9);
    expect(Math.abs(offsets.at(-1)! - 4 * HOUR)).toBeLessThan(10 * SECOND);
    expect(await world.endpoint()).toMatchObject({
      status: 'disabled',
      disabledReason: '8 failed retries in a row',
      pausedUntil: null,
    });
    expect((await world.deliver()).delivery.status).toBe('discarded');
  });

  test('and seven do not', async () => {
    const world = await begin(shopLike);
    world.answer('500,500,500,500,500,500,500,500,200');
    expect((await world.deliver()).delivery).toMatchObject({ status: 'succeeded', attempts: 9 });
    expect((await world.endpoint()).status).toBe('active');
  });
});

describe('a schedule over a day, and five days of nothing but failures disable', () => {
  const standardLike = providerWith({
    retry: {
      delaysSeconds: [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000],
      hints: { statuses: [429, 503], atMostSeconds: 86_400 },
      goneStatuses: [410],
    },
    disable: { unit: 'time', seconds: 5 * 86_400 },
  });
  const OFFSETS = [0, 5, 305, 2_105, 9_305, 27_305, 63_305, 99_305].map((seconds) => seconds * SECOND);

  test('at the first failure so long after the first one', async () => {
    const world = await begin(standardLike);
    world.answer('500');
    const first = await world.deliver();
    expect(first).toMatchObject({ delivery: { status: 'failed' }, offsets: OFFSETS });
    for (let day = 2; day < 6; day += 1) {
      const { delivery, offsets } = await world.deliver();
      if (delivery.status !== 'failed' || offsets.length < 8) break;
      expect(await world.endpoint()).toMatchObject({ status: 'active', failingSince: START });
    }
    const { status, disabledReason, disabledAt } = await world.endpoint();
    expect([status, disabledReason]).toEqual(['disabled', 'nothing but failures since 2026-01-01T12:00:00Z']);
    expect(disabledAt! - START).toBeGreaterThanOrEqual(5 * DAY);
    expect(disabledAt! - START).toBeLessThan(6 * DAY);
    expect((await world.deliver()).delivery.status).toBe('discarded');
  });

  test('to the millisecond, however little was sent meanwhile', async () => {
    const world = await begin(providerWith({ disable: { unit: 'time', seconds: 432_000 } }));
    world.answer('500');
    await world.deliver();
    world.pass(5 * DAY - 1);
    await world.deliver();
    expect((await world.endpoint()).status).toBe('active');
    world.pass(1);
    await world.deliver();
    expect((await world.endpoint()).status).toBe('disabled');
  });

  test('not where something was acknowledged between', async () => {
    const world = await begin(standardLike);
    world.answer('500');
    await world.deliver();
    world.pass(3 * DAY);
    world.answer('500,200');
    await world.deliver();
    expect((await world.endpoint()).failingSince).toBeNull();
    world.pass(4 * DAY);
    world.answer('500');
    const again = world.clock.now();
    await world.deliver();
    expect(await world.endpoint()).toMatchObject({ status: 'active', failingSince: again });
  });

  test('an endpoint that is enabled again begins anew', async () => {
    const world = await begin(providerWith({ disable: { unit: 'time', seconds: 60 } }));
    world.answer('500');
    await world.deliver();
    world.pass(MINUTE);
    await world.deliver();
    const { id, status } = await world.endpoint();
    expect(status).toBe('disabled');
    const acme = providerWith({});
    await world.store.endpoints.update(id, (endpoint) => enableEndpoint(acme, endpoint, world.clock.now()));
    expect((await world.endpoint()).failingSince).toBeNull();
    expect((await world.deliver()).delivery.status).toBe('failed');
    expect((await world.endpoint()).status).toBe('active');
  });

  test('410 disables at once', async () => {
    const world = await begin(standardLike);
    world.answer('410');
    expect((await world.deliver()).offsets).toEqual([0]);
    expect((await world.endpoint()).disabledReason).toBe('the endpoint answered 410');
  });

  test('429 waits as long as its Retry-After asks for, and no longer than a day', async () => {
    const world = await begin(standardLike);
    world.answer('429,200', [['Retry-After', '120']]);
    expect((await world.deliver()).offsets).toEqual([0, 2 * MINUTE]);
    world.answer('429,200', [['Retry-After', '999999']]);
    expect((await world.deliver()).offsets).toEqual([0, DAY]);
    world.answer('500,200', [['Retry-After', '120']]);
    expect((await world.deliver()).offsets).toEqual([0, 5 * SECOND]);
  });
});

describe('no retries at all', () => {
  const headers = [
    { name: 'X-Delivery', value: { from: 'deliveryUuid' } },
    { name: 'X-Request', value: { from: 'attemptUuid' } },
    { name: 'X-Attempt', value: { from: 'attemptNumber' } },
    { name: 'X-Retry', value: { from: 'retryNumber' } },
  ] as const;

  test('is one attempt, and one by hand has the same delivery in its header', async () => {
    const world = await begin(providerWith({ headers }));
    world.answer('500');
    const { delivery, offsets } = await world.deliver();
    expect([delivery.status, offsets]).toEqual(['failed', [0]]);
    await world.store.deliveries.retry(delivery.id, world.clock.now(), 'hand');
    world.engine.wake();
    await world.engine.idle();
    await world.deliver();
    const all = (name: string) => world.sent.map((request) => headerValue(request.headers, name));
    const [first, byHand, another] = all('X-Delivery');
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    expect(byHand).toBe(first);
    expect(another).not.toBe(first);
    expect(new Set(all('X-Request')).size).toBe(3);
    expect(all('X-Attempt')).toEqual(['1', '2', '1']);
    expect(all('X-Retry')).toEqual([undefined, '1', undefined]);
  });
});

describe('a provider that says in its headers why it comes again', () => {
  const slackLike = providerWith({
    headers: [
      { name: 'X-Slack-Retry-Num', value: { from: 'retryNumber' } },
      { name: 'X-Slack-Retry-Reason', value: { from: 'retryReason' } },
    ],
    retry: {
      delaysSeconds: [1, 60, 300],
      noRetryHeader: { name: 'X-Slack-No-Retry', value: '1' },
      reasons: {
        timeout: 'http_timeout',
        refused: 'connection_failed',
        tls: 'ssl_error',
        status: 'http_error',
      },
    },
  });

  test.each([
    ['500', 'http_error'],
    ['timeout', 'http_timeout'],
    ['refused', 'connection_failed'],
    ['tls', 'ssl_error'],
  ])('says for %s: %s', async (outcome, reason) => {
    const world = await begin(slackLike);
    world.answer(`${outcome},${outcome},200`);
    await world.deliver();
    const told = world.sent.map(({ headers }) => [
      headerValue(headers, 'X-Slack-Retry-Num'),
      headerValue(headers, 'X-Slack-Retry-Reason'),
    ]);
    expect(told).toEqual([
      [undefined, undefined],
      ['1', reason],
      ['2', reason],
    ]);
  });

  test('says each time what the attempt just before came to', async () => {
    const world = await begin(slackLike);
    world.answer('500,timeout,refused,200');
    await world.deliver();
    expect(world.sent.map(({ headers }) => headerValue(headers, 'X-Slack-Retry-Reason'))).toEqual([
      undefined,
      'http_error',
      'http_timeout',
      'connection_failed',
    ]);
  });

  test('comes no more where the answer asks for that', async () => {
    const world = await begin(slackLike);
    world.answer('500', [['X-Slack-No-Retry', '1']]);
    expect(await world.deliver()).toMatchObject({ delivery: { status: 'failed' }, offsets: [0] });
    world.answer('500', [['X-Slack-No-Retry', '0']]);
    expect((await world.deliver()).offsets).toHaveLength(4);
  });
});

describe('pauses that grow', () => {
  const gitLike = providerWith({
    disable: {
      unit: 'delivery',
      threshold: 4,
      consecutive: true,
      pause: { firstSeconds: 60, factor: 2, atMostSeconds: 86_400, permanentStatuses: [[400, 499]] },
    },
  });

  /** An app that fails four times, which is paused for the first time. */
  async function paused(clock?: EngineClock): Promise<World> {
    const world = await begin(gitLike, clock);
    world.answer('500');
    for (let count = 0; count < 3; count += 1) await world.deliver();
    expect((await world.endpoint()).status).toBe('active');
    await world.deliver();
    return world;
  }

  test('begin with the fourth failure in a row; what comes meanwhile is never sent', async () => {
    const world = await paused();
    expect(await world.endpoint()).toMatchObject({
      status: 'disabled',
      disabledReason: '4 failed deliveries in a row; paused until 2026-01-01T12:01:00Z',
      disabledAt: START,
      pausedUntil: START + MINUTE,
      pauses: 1,
    });
    world.pass(MINUTE - 1);
    expect((await world.deliver()).delivery).toMatchObject({
      status: 'discarded',
      reason: 'the endpoint is disabled: 4 failed deliveries in a row; paused until 2026-01-01T12:01:00Z',
    });
    expect(world.sent).toHaveLength(4);
    // Nothing waits for the end of a pause, so time that jumps to what is due does not jump there.
    expect(world.clock.now()).toBe(START + MINUTE - 1);
  });

  test('end by themselves, and one more failure begins the next, twice as long, up to a day', async () => {
    const world = await paused();
    const minutes: number[] = [];
    for (let count = 0; count < 13; count += 1) {
      const { pausedUntil, status } = await world.endpoint();
      expect(status).toBe('disabled');
      minutes.push((pausedUntil! - world.clock.now()) / MINUTE);
      world.clock.advanceTo!(pausedUntil!);
      expect((await world.deliver()).delivery).toMatchObject({ status: 'failed', attempts: 1 });
    }
    expect(minutes).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 1_440, 1_440]);
  });

  test('are forgotten with a success', async () => {
    const world = await paused();
    world.pass(MINUTE);
    await world.deliver();
    world.pass(2 * MINUTE);
    world.answer('200');
    expect((await world.deliver()).delivery.status).toBe('succeeded');
    expect(await world.endpoint()).toMatchObject({
      status: 'active',
      disabledReason: null,
      disabledAt: null,
      pausedUntil: null,
      failures: 0,
      pauses: 0,
    });
    world.answer('500');
    for (let count = 0; count < 3; count += 1) await world.deliver();
    expect((await world.endpoint()).status).toBe('active');
    await world.deliver();
    expect((await world.endpoint()).pausedUntil).toBe(world.clock.now() + MINUTE);
  });

  test('are none where the answer says that the request is at fault: that is for good', async () => {
    const world = await begin(gitLike);
    world.answer('404');
    for (let count = 0; count < 4; count += 1) await world.deliver();
    expect(await world.endpoint()).toMatchObject({
      status: 'disabled',
      disabledReason: '4 failed deliveries in a row',
      pausedUntil: null,
    });
    world.pass(365 * DAY);
    expect((await world.deliver()).delivery.status).toBe('discarded');
    expect((await world.endpoint()).status).toBe('disabled');
  });

  test('end on the engine’s clock with nothing published, and what was discarded can be retried by hand', async () => {
    const clock = manualClock(START);
    const world = await paused(clock);
    const { delivery } = await world.deliver();
    expect(delivery.status).toBe('discarded');
    expect(await world.store.deliveries.retry(delivery.id, clock.now(), 'hand')).toBe('endpoint-not-active');
    clock.advanceTo(START + MINUTE);
    world.engine.wake();
    await world.engine.idle();
    expect(await world.endpoint()).toMatchObject({
      status: 'active',
      pausedUntil: null,
      pauses: 1,
      failures: 4,
    });
    world.answer('200');
    expect(await world.store.deliveries.retry(delivery.id, clock.now(), 'hand')).toBe('due');
    world.engine.wake();
    await world.engine.idle();
    expect((await world.deliveryOf(delivery.id)).delivery.status).toBe('succeeded');
    expect((await world.endpoint()).pauses).toBe(0);
  });

  test('end for a retry by hand without any engine', async () => {
    const world = await paused();
    const { delivery } = await world.deliver();
    await world.engine.stop();
    const { retry } = world.store.deliveries;
    expect(await retry(delivery.id, START + MINUTE - 1, 'hand')).toBe('endpoint-not-active');
    expect(await retry(delivery.id, START + MINUTE, 'hand')).toBe('due');
  });

  test('cancel what waits, as any disabling does', async () => {
    const world = await begin(
      providerWith({
        retry: { delaysSeconds: [3_600] },
        disable: {
          unit: 'attempt',
          threshold: 2,
          consecutive: true,
          pause: { firstSeconds: 60, factor: 1, atMostSeconds: 60 },
        },
      }),
      manualClock(START),
    );
    world.answer('500');
    const waiting = await world.deliver();
    expect(waiting.delivery.status).toBe('pending');
    await world.deliver();
    expect((await world.deliveryOf(waiting.delivery.id)).delivery.status).toBe('canceled');
    const disabled = world.events.filter(({ type }) => type === 'endpoint-disabled');
    expect(disabled).toMatchObject([
      { reason: '2 failed attempts in a row; paused until 2026-01-01T12:01:00Z', canceled: 1 },
    ]);
  });
});

describe('which failures are tried again', () => {
  const attemptsAfter = async (about: Partial<ProviderProfile>, script: string): Promise<number> => {
    const world = await begin(providerWith(about));
    world.answer(script);
    return (await world.deliver()).offsets.length;
  };

  test.each([
    ['500', 3],
    ['599', 3],
    ['404', 1],
    ['429', 1],
    ['301', 1],
    ['timeout', 1],
    ['500,404', 2],
  ])('only 5xx: %s is %i attempts', async (script, attempts) => {
    const retry = { delaysSeconds: every(60, 2), retryStatuses: [[500, 599]], failures: 'none' } as const;
    expect(await attemptsAfter({ retry }, script)).toBe(attempts);
  });

  test.each([
    ['406', 1],
    ['405', 3],
    ['500,406', 2],
  ])('all but 406: %s is %i attempts', async (script, attempts) => {
    const retry = { delaysSeconds: [600, 600], finalStatuses: [406] };
    expect(await attemptsAfter({ retry }, script)).toBe(attempts);
  });

  test.each([
    ['refused', 2],
    ['tls', 2],
    ['dns', 2],
    ['timeout', 1],
    ['reset', 1],
    ['500', 1],
  ])('only what came to no connection: %s is %i attempts', async (script, attempts) => {
    const retry = { delaysSeconds: [1], retryStatuses: [], failures: 'connection' } as const;
    expect(await attemptsAfter({ retry }, script)).toBe(attempts);
  });
});

describe('providers that are not built in', () => {
  const scripted = createScriptedSender(parseOutcomes('200'));

  async function deliverBy(about: Partial<EngineOptions>, provider: string | Provider): Promise<Delivery> {
    const store = await openForTest({ path: ':memory:' });
    const engine = await createEngine({ store, sender: scripted, clock: virtualClock(START), ...about });
    onTestFinished(() => engine.stop());
    await engine.createEndpoint(provider, { url: 'https://app.test/' });
    const { deliveries } = await engine.publish(provider, 'thing.made', { data: Buffer.from('{}') });
    await engine.idle();
    return (await store.deliveries.get(deliveries[0]!.id))!;
  }

  test('are delivered by name from a set of one’s own, and as they are handed over without one', async () => {
    const acme = providerWith({});
    expect((await deliverBy({ providers: createProviders([acme]) }, 'acme')).status).toBe('succeeded');
    expect((await deliverBy({}, acme)).status).toBe('succeeded');
  });

  test('are unknown elsewhere: what one engine was handed is nothing to another', async () => {
    await deliverBy({}, providerWith({}));
    await expect(deliverBy({}, 'acme')).rejects.toMatchObject({ code: 'ERR_UNKNOWN_PROVIDER' });
    await expect(deliverBy({ providers: createProviders([]) }, 'iverton')).rejects.toMatchObject({
      code: 'ERR_UNKNOWN_PROVIDER',
    });
  });
});

test('a private key that was made for an endpoint signs what is delivered to it', async () => {
  const provider = providerWith({
    signature: {
      kind: 'asymmetric',
      algorithm: 'ed25519',
      publicKey: 'raw-hex',
      signature: { header: 'X-Signature-Ed25519' },
      forms: [{ prefix: '', encoding: 'hex' }],
    },
  });
  const world = await begin(provider);
  const { delivery } = await world.deliver();
  expect(delivery.status).toBe('succeeded');
  const [request] = world.sent;
  const signature = Buffer.from(headerValue(request!.headers, 'X-Signature-Ed25519')!, 'hex');
  const key = createPublicKey((await world.endpoint()).secret as string);
  expect(verify(null, request!.body, key, signature)).toBe(true);
});

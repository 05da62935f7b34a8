import type { ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  manualClock as steppedClock,
  realClock,
  scaledClock,
  virtualClock,
  type ManualClock,
} from '../../../src/engine/clock.ts';
import {
  createEngine,
  type Engine,
  type EngineEvent,
  type EngineOptions,
} from '../../../src/engine/engine.ts';
import { createScriptedSender, parseOutcomes } from '../../../src/engine/scripted-sender.ts';
import type { Sender } from '../../../src/engine/sender.ts';
import { createUndiciSender } from '../../../src/engine/undici-sender.ts';
import { StoreError } from '../../../src/errors.ts';
import { systemClock } from '../../../src/model/clock.ts';
import type { Endpoint } from '../../../src/model/endpoint.ts';
import { headerValue } from '../../../src/model/request.ts';
import type { Delivery } from '../../../src/model/delivery.ts';
import type { Store } from '../../../src/store/store.ts';
import { newDatabasePath, openForTest } from '../../support/database.ts';
import { endpointWith } from '../../support/endpoints.ts';
import { startServer, type Received } from '../../support/http.ts';
import { manualClock } from '../../support/manual-clock.ts';

const START = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface World {
  readonly engine: Engine;
  readonly store: Store;
  readonly events: readonly EngineEvent[];
  endpoint(settings?: Partial<Endpoint>): Promise<Endpoint>;
  deliveries(): Promise<readonly Delivery[]>;
  /** The times of a delivery's attempts, in milliseconds after the start. */
  offsets(deliveryId: string): Promise<readonly number[]>;
}

let number = 0;

/** An engine on a virtual clock, unless told otherwise, that is stopped when the test is done. */
async function begin(options: Partial<EngineOptions> & { store?: Store } = {}): Promise<World> {
  const store = options.store ?? (await openForTest({ path: ':memory:' }));
  const events: EngineEvent[] = [];
  const engine = await createEngine({
    clock: virtualClock(START),
    ...options,
    store,
    sender: options.sender ?? (await undici()),
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  onTestFinished(() => engine.stop());
  return {
    engine,
    store,
    events,
    endpoint: async (settings = {}) => {
      number += 1;
      const endpoint = endpointWith({ id: `ep_${number}`, url: 'http://127.0.0.1:9/', ...settings });
      await store.endpoints.add(endpoint);
      return endpoint;
    },
    deliveries: async () => (await store.deliveries.list({}, { limit: 10_000 })).deliveries.toReversed(),
    offsets: async (id) => (await store.attempts.ofDelivery(id)).map(({ startedAt }) => startedAt - START),
  };
}

async function undici(): Promise<Sender> {
  const sender = await createUndiciSender({ connectionsPerOrigin: null });
  onTestFinished(() => sender.close());
  return sender;
}

function scripted(outcomes: string): Sender {
  return createScriptedSender(parseOutcomes(outcomes));
}

function answering(status: number): (request: Received, response: ServerResponse) => void {
  return (_request, response) => void response.writeHead(status).end();
}

describe('on the virtual clock, over real HTTP,', () => {
  test.each([
    ['deiterate', [0, 1 * MINUTE, 6 * MINUTE, 36 * MINUTE], 'active'],
    ['filedgr', [0, 2_000, 6_000, 14_000, 30_000], 'active'],
    ['taskplatform', [0, 1 * MINUTE, 6 * MINUTE, 36 * MINUTE], 'disabled'],
    ['compliancely', [0, 3 * MINUTE, 9 * MINUTE], 'active'],
    [
      'iverton',
      [0, 1 * MINUTE, 6 * MINUTE, 36 * MINUTE, 2 * HOUR + 36 * MINUTE, 26 * HOUR + 36 * MINUTE],
      'disabled',
    ],
  ])('%s follows its whole schedule, with the same bytes each time', async (provider, offsets, status) => {
    const server = await startServer(answering(500));
    const world = await begin();
    const { id: endpointId } = await world.endpoint({ provider, url: server.url });
    const { deliveries } = await world.engine.publish(provider, undefined, {
      data: Buffer.from('{"id": "evt_1",  "n": 1.0}'),
    });
    await world.engine.idle();
    expect(await world.offsets(deliveries[0]!.id)).toEqual(offsets);
    expect(await world.deliveries()).toMatchObject([{ status: 'failed', attempts: offsets.length }]);
    expect(server.received.map(({ body }) => body.toString())).toEqual(
      offsets.map(() => '{"id": "evt_1",  "n": 1.0}'),
    );
    expect((await world.store.endpoints.get(endpointId))!.status).toBe(status);
    const attempts = await world.store.attempts.ofDelivery(deliveries[0]!.id);
    expect(attempts.map((attempt) => attempt.number)).toEqual(offsets.map((_, index) => index + 1));
    expect(new Set(attempts.map(({ messageId }) => messageId)).size).toBe(1);
    expect(attempts.every(({ scheduledAt, startedAt }) => scheduledAt === startedAt)).toBe(true);
  });

  test('the time that a header tells is that of the attempt', async () => {
    const server = await startServer(answering(500));
    const world = await begin();
    await world.endpoint({ provider: 'taskplatform', url: server.url });
    await world.engine.publish('taskplatform', 'task.created');
    await world.engine.idle();
    const told = server.received.map(({ headers }) => Number(headerValue(headers, 'X-Webhook-Timestamp')));
    expect(told.map((seconds) => seconds * 1_000 - START)).toEqual([0, MINUTE, 6 * MINUTE, 36 * MINUTE]);
  });

  test('a time-out takes as long as the deadline is, in virtual time', async () => {
    const server = await startServer(() => {});
    const world = await begin();
    await world.endpoint({ url: server.url, timeoutMs: 40, delaysMs: [1_000] });
    const { deliveries } = await world.engine.publish('deiterate', 'risk.created');
    await world.engine.idle();
    expect(await world.offsets(deliveries[0]!.id)).toEqual([0, 1_040]);
    expect(world.engine.clock.now()).toBe(START + 1_080);
    const [first] = await world.store.attempts.ofDelivery(deliveries[0]!.id);
    expect(first).toMatchObject({ durationMs: 40, error: { code: 'timeout' } });
  });

  test('a redirect is a failure, and is not followed', async () => {
    const server = await startServer((_request, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const world = await begin();
    await world.endpoint({ url: server.url, delaysMs: [] });
    await world.engine.publish('deiterate', 'risk.created');
    await world.engine.idle();
    expect(await world.deliveries()).toMatchObject([{ status: 'failed' }]);
    expect(server.received.map(({ path }) => path)).toEqual(['/']);
  });
});

describe('a disable rule', () => {
  test('ends with the success that comes before it is met', async () => {
    const world = await begin({ sender: scripted('500,500,500,500,500,200') });
    const { id } = await world.endpoint({ provider: 'iverton' });
    await world.engine.publish('iverton', 'deal.won');
    await world.engine.idle();
    expect(await world.deliveries()).toMatchObject([{ status: 'succeeded', attempts: 6 }]);
    expect((await world.store.endpoints.get(id))!.status).toBe('active');
  });

  test('cancels what waits, and what comes later is discarded', async () => {
    const clock = steppedClock(START);
    const world = await begin({ clock, sender: scripted('500') });
    const { id } = await world.endpoint({ provider: 'taskplatform' });
    await world.engine.publish('taskplatform', 'task.created');
    await step(world, clock, START);
    clock.advanceTo(START + MINUTE / 2);
    // Its own third retry would come half a minute after that of the first.
    await world.engine.publish('taskplatform', 'task.updated');
    for (const minutes of [0.5, 1, 1.5, 6, 6.5, 36]) await step(world, clock, START + minutes * MINUTE);
    await world.engine.publish('taskplatform', 'task.deleted');
    await step(world, clock, START + HOUR);
    expect(await world.deliveries()).toMatchObject([
      { status: 'failed', attempts: 4, finishedAt: START + 36 * MINUTE },
      { status: 'canceled', attempts: 3, finishedAt: START + 36 * MINUTE },
      { status: 'discarded', attempts: 0 },
    ]);
    const disabledReason = '3 failed retries in a row';
    expect(await world.store.endpoints.get(id)).toMatchObject({ status: 'disabled', disabledReason });
    expect(world.events.filter(({ type }) => type === 'endpoint-disabled')).toEqual([
      { type: 'endpoint-disabled', endpointId: id, reason: disabledReason, canceled: 1 },
    ]);
  });
});

describe('a dead endpoint', () => {
  /** Holds what goes to dead endpoints until their deadline is said to have come, and answers the rest at once. */
  function hanging() {
    const held: (() => void)[] = [];
    const begun: string[] = [];
    let most = 0;
    const timeout = { kind: 'failure', error: { code: 'timeout', message: 'too late' } } as const;
    const ok = scripted('200');
    const sender: Sender = {
      send: (request, options) => {
        begun.push(request.url);
        if (!request.url.includes('dead')) return ok.send(request, options);
        return new Promise((resolve) => {
          const end = (): void => {
            options.signal?.removeEventListener('abort', end);
            resolve(timeout);
          };
          options.signal?.addEventListener('abort', end);
          held.push(end);
          most = Math.max(most, held.length);
        });
      },
      close: async () => {},
    };
    return {
      sender,
      held,
      begun,
      most: () => most,
      /** The deadlines of all that is held. */
      expire: () => held.splice(0).forEach((end) => end()),
    };
  }

  const CONCURRENCY = 8;
  const DEAD = 20;

  async function amongDead() {
    const network = hanging();
    const world = await begin({
      clock: realClock(systemClock),
      sender: network.sender,
      concurrency: CONCURRENCY,
      endpointConcurrency: 4,
    });
    for (let index = 0; index < DEAD; index += 1) {
      await world.endpoint({ url: `http://dead/${index}`, eventTypes: ['risk.created'] });
    }
    await world.endpoint({ url: 'http://alive/', eventTypes: ['asset.created'] });
    for (let index = 0; index < 5; index += 1) await world.engine.publish('deiterate', 'risk.created');
    await until(() => network.held.length === CONCURRENCY);
    return { network, world };
  }

  test('never has the others wait for more than their turn, nor takes more slots than there are', async () => {
    const { network, world } = await amongDead();
    await world.engine.publish('deiterate', 'asset.created');
    // One slot after the other becomes free: by then it was everyone's turn.
    for (let turns = 0; !network.begun.includes('http://alive/'); turns += 1) {
      expect(turns).toBeLessThanOrEqual(DEAD + 1);
      network.held.shift()!();
      await until(() => network.held.length === CONCURRENCY || network.begun.includes('http://alive/'));
    }
    expect(network.most()).toBe(CONCURRENCY);
  });

  test('that has hung before leaves slots for those that answer', async () => {
    const { network, world } = await amongDead();
    // Until each is known.
    while (new Set(network.begun).size < DEAD) {
      network.expire();
      await until(() => network.held.length >= CONCURRENCY - 2);
    }
    network.expire();
    const left = CONCURRENCY - 2;
    await until(() => network.held.length === left);
    for (let index = 0; index < 20; index += 1) await world.engine.publish('deiterate', 'asset.created');
    await until(() => network.begun.filter((url) => url === 'http://alive/').length === 20);
    expect(network.held).toHaveLength(left);
    expect(network.most()).toBe(CONCURRENCY);
  });

  test('has no more requests at a time than an endpoint may have', async () => {
    let open = 0;
    let most = 0;
    const waiting: ServerResponse[] = [];
    const server = await startServer((_request, response) => {
      open += 1;
      most = Math.max(most, open);
      waiting.push(response);
      // Answers when as many wait as ever will.
      if (waiting.length < 3 && server.received.length < 30) return;
      for (const one of waiting.splice(0)) {
        open -= 1;
        one.end();
      }
    });
    const world = await begin({ endpointConcurrency: 3 });
    await world.endpoint({ url: server.url });
    await Promise.all(Array.from({ length: 30 }, () => world.engine.publish('deiterate', 'risk.created')));
    await world.engine.idle();
    expect(most).toBe(3);
    expect(server.received).toHaveLength(30);
  });
});

describe('stopping', () => {
  test('waits for what is under way', async () => {
    let release = (): void => {};
    const server = await startServer((_request, response) => (release = () => void response.end()));
    const world = await begin();
    await world.endpoint({ url: server.url, timeoutMs: 60_000 });
    await world.engine.publish('deiterate', 'risk.created');
    await until(() => server.received.length === 1);
    const stopped = world.engine.stop({ drainMs: 60_000 });
    release();
    await stopped;
    expect(await world.deliveries()).toMatchObject([{ status: 'succeeded', interruptions: 0 }]);
  });

  test('cuts what takes too long, which is due again at once', async () => {
    const server = await startServer(() => {});
    const store = await openForTest({ path: newDatabasePath() });
    const world = await begin({ store });
    await world.endpoint({ url: server.url, timeoutMs: 60_000 });
    await world.engine.publish('deiterate', 'risk.created');
    await until(() => server.received.length === 1);
    await world.engine.stop();
    expect(await world.deliveries()).toMatchObject([
      { status: 'pending', interruptions: 1, attempts: 0, nextAttemptAt: START },
    ]);
    expect(await store.engines.list()).toEqual([]);
    const next = await begin({ store, sender: scripted('200') });
    await next.engine.idle();
    expect(await next.deliveries()).toMatchObject([{ status: 'succeeded', attempts: 1 }]);
  });

  test('twice, and with nothing to do, is fine', async () => {
    const { engine } = await begin();
    await engine.stop();
    await engine.stop({ drainMs: 10 });
    await engine.idle();
  });
});

describe('clocks', () => {
  test('a manual one makes what a step makes due, and nothing besides', async () => {
    const clock = steppedClock(START);
    const world = await begin({ clock, sender: scripted('500') });
    await world.endpoint();
    const { deliveries } = await world.engine.publish('deiterate', 'risk.created');
    const { id } = deliveries[0]!;
    await world.engine.idle();
    expect(await world.offsets(id)).toEqual([0]);
    expect(world.engine.nextDueAt()).toBe(START + MINUTE);
    clock.advanceBy(MINUTE - 1);
    world.engine.wake();
    await world.engine.idle();
    expect(await world.offsets(id)).toEqual([0]);
    clock.advanceBy(1);
    world.engine.wake();
    await world.engine.idle();
    expect(await world.offsets(id)).toEqual([0, MINUTE]);
    clock.advanceBy(HOUR);
    world.engine.wake();
    await world.engine.idle();
    expect(await world.offsets(id)).toEqual([0, MINUTE, HOUR + MINUTE]);
  });

  test('one that runs faster keeps the order and the waits, and is never early', async () => {
    const clock = scaledClock(systemClock, 3_600, START);
    const world = await begin({ clock, sender: scripted('500') });
    await world.endpoint();
    const { deliveries } = await world.engine.publish('deiterate', 'risk.created');
    await world.engine.idle();
    const offsets = await world.offsets(deliveries[0]!.id);
    expect(offsets).toHaveLength(4);
    const waits = offsets.slice(1).map((offset, index) => offset - offsets[index]!);
    [1, 5, 30].forEach((minutes, index) => expect(waits[index]).toBeGreaterThanOrEqual(minutes * MINUTE));
  });

  test('idle ends when nothing waits, not before', async () => {
    const world = await begin({ sender: scripted('500,500,200') });
    await world.endpoint({ delaysMs: [5, 5, 5] });
    await world.engine.publish('deiterate', 'risk.created');
    await world.engine.idle();
    expect(await world.deliveries()).toMatchObject([{ status: 'succeeded', attempts: 3 }]);
  });
});

describe('a store that fails', () => {
  test('for a while loses no outcome, and makes no attempt twice', async () => {
    const store = await openForTest({ path: ':memory:' });
    const real = manualClock();
    let failures = 3;
    const failing: Store = {
      ...store,
      deliveries: {
        ...store.deliveries,
        settle: async (...settlement) => {
          failures -= 1;
          if (failures >= 0) throw new StoreError('ERR_STORE_FULL', 'the disk is full');
          return store.deliveries.settle(...settlement);
        },
      },
    };
    const server = await startServer();
    const world = await begin({ store: failing, real });
    await world.endpoint({ url: server.url });
    await world.engine.publish('deiterate', 'risk.created');
    await advancing(real, world.engine.idle());
    expect(world.events.map(({ type }) => type)).toEqual(['problem', 'problem', 'problem', 'attempt']);
    expect(server.received).toHaveLength(1);
    expect(await world.deliveries()).toMatchObject([{ status: 'succeeded', attempts: 1 }]);
  });

  test('to find work is asked again', async () => {
    const store = await openForTest({ path: ':memory:' });
    const real = manualClock();
    let failures = 2;
    const failing: Store = {
      ...store,
      deliveries: {
        ...store.deliveries,
        claim: async (request) => {
          failures -= 1;
          if (failures >= 0) throw new StoreError('ERR_STORE_BUSY', 'the database is locked');
          return store.deliveries.claim(request);
        },
      },
    };
    const world = await begin({ store: failing, real, sender: scripted('200') });
    await world.endpoint();
    await world.engine.publish('deiterate', 'risk.created');
    await advancing(real, world.engine.idle());
    expect(world.events.map(({ type }) => type)).toEqual(['problem', 'problem', 'attempt']);
  });
});

describe('what cannot be sent', () => {
  test('for want of its provider fails for good, and holds up nothing', async () => {
    const world = await begin({ sender: scripted('200') });
    const { id } = await world.endpoint();
    await world.endpoint();
    await world.store.deliveries.publish(
      { id: 'evt_1', isOwnId: false, provider: 'deiterate', eventType: null, createdAt: START, batch: null },
      (endpoints) =>
        endpoints.map((endpoint) => ({
          endpointId: endpoint.id,
          id: `dlv_${endpoint.id}`,
          body: Buffer.from('{}'),
          discarded: null,
          trigger: 'scheduled',
          dueAt: START,
        })),
    );
    await world.store.endpoints.update(id, (endpoint) => ({ ...endpoint, secret: '' }));
    world.engine.wake();
    await world.engine.idle();
    expect(await world.deliveries()).toMatchObject([
      { endpointId: id, status: 'failed', attempts: 1 },
      { status: 'succeeded' },
    ]);
    const [attempt] = await world.store.attempts.ofDelivery(`dlv_${id}`);
    expect(attempt!.error).toEqual({ code: 'network', message: 'will not sign with an empty secret' });
  });

  test('because a sender fails where it must not, is tried again as anything else', async () => {
    let sent = 0;
    const sender: Sender = {
      send: async () => {
        sent += 1;
        throw new Error('a bug');
      },
      close: async () => {},
    };
    const world = await begin({ sender });
    await world.endpoint({ delaysMs: [10] });
    const { deliveries } = await world.engine.publish('deiterate', 'risk.created');
    await world.engine.idle();
    expect(sent).toBe(2);
    expect(await world.offsets(deliveries[0]!.id)).toEqual([0, 10]);
    expect(await world.deliveries()).toMatchObject([{ status: 'failed', attempts: 2 }]);
  });
});

describe('by hand', () => {
  test('a retry is made at once, and the schedule goes on where it was', async () => {
    const clock = steppedClock(START);
    const world = await begin({ clock, sender: scripted('500') });
    await world.endpoint();
    const { deliveries } = await world.engine.publish('deiterate', 'risk.created');
    const { id } = deliveries[0]!;
    await world.engine.idle();
    clock.advanceBy(10_000);
    expect(await world.store.deliveries.retry(id, clock.now(), 'by hand')).toBe('due');
    world.engine.wake();
    await world.engine.idle();
    expect(await world.offsets(id)).toEqual([0, 10_000]);
    expect(await world.deliveries()).toMatchObject([
      { status: 'pending', trigger: 'scheduled', nextAttemptAt: START + MINUTE },
    ]);
    const triggers = (await world.store.attempts.ofDelivery(id)).map(({ trigger }) => trigger);
    expect(triggers).toEqual(['scheduled', 'manual']);
  });

  test('a test goes to an endpoint that is disabled, once, and counts for nothing', async () => {
    const world = await begin({ sender: scripted('500,200') });
    const endpoint = await world.endpoint({
      provider: 'taskplatform',
      status: 'disabled',
      disabledReason: 'x',
      failures: 2,
    });
    await world.engine.publish('taskplatform', 'task.created', { test: endpoint });
    await world.engine.idle();
    expect(await world.deliveries()).toMatchObject([{ status: 'failed', trigger: 'test', attempts: 1 }]);
    expect(await world.store.endpoints.get(endpoint.id)).toMatchObject({ failures: 2, testedAt: null });
    await world.engine.publish('taskplatform', 'task.created', { test: endpoint });
    await world.engine.idle();
    expect(await world.store.endpoints.get(endpoint.id)).toMatchObject({ failures: 2, testedAt: START });
  });

  test('what waits for an endpoint that is switched off is canceled', async () => {
    const world = await begin({ clock: steppedClock(START), sender: scripted('500') });
    const { id } = await world.endpoint();
    await world.engine.publish('deiterate', 'risk.created');
    await world.engine.idle();
    await world.store.endpoints.update(id, (endpoint) => ({ ...endpoint, status: 'inactive' }));
    await world.engine.publish('deiterate', 'risk.created');
    await world.engine.idle();
    expect((await world.deliveries()).map(({ status }) => status)).toEqual(['canceled', 'discarded']);
  });

  test('an endpoint that is switched off while it is sent to gets no retry', async () => {
    let answer = (): void => {};
    const server = await startServer(
      (_request, response) => (answer = () => void response.writeHead(500).end()),
    );
    const world = await begin();
    const { id } = await world.endpoint({ url: server.url });
    await world.engine.publish('deiterate', 'risk.created');
    await until(() => server.received.length === 1);
    await world.store.endpoints.update(id, (endpoint) => ({ ...endpoint, status: 'inactive' }));
    answer();
    await world.engine.idle();
    expect(await world.deliveries()).toMatchObject([{ status: 'canceled', attempts: 1 }]);
  });
});

describe('an engine that was stopped for longer than a lease', () => {
  test('finds its claims taken, changes nothing, and goes on with what comes', async () => {
    const path = newDatabasePath();
    const server = await startServer();
    const stale = manualClock(START);
    const running = manualClock(START);
    let answer = (): void => {};
    let sent = 0;
    const held: Sender = {
      send: () =>
        new Promise((resolve) => {
          sent += 1;
          answer = () => resolve({ kind: 'failure', error: { code: 'reset', message: 'too late' } });
        }),
      close: async () => {},
    };
    const process = (host: string) => ({ host, pid: 1, startedAt: 1, isAlive: () => true });
    const first = await begin({
      store: await openForTest({ path }),
      clock: realClock(stale),
      real: stale,
      sender: held,
      processes: process('first'),
    });
    await first.endpoint({ url: server.url });
    await first.engine.publish('deiterate', 'risk.created');
    await until(async () => (await first.deliveries())[0]?.status === 'sending');
    const second = await begin({
      store: await openForTest({ path }),
      clock: realClock(running),
      real: running,
      processes: process('second'),
    });
    const delivered = until(() => second.events.some(({ type }) => type === 'attempt'));
    await advancing(running, delivered);
    expect(running.now() - START).toBeGreaterThanOrEqual(30_000);
    answer();
    await until(() => first.events.some(({ type }) => type === 'attempt'));
    expect(first.events).toMatchObject([{ type: 'attempt', status: null, nextAttemptAt: null }]);
    expect(await first.deliveries()).toMatchObject([{ status: 'succeeded', attempts: 1, interruptions: 1 }]);
    await second.engine.stop();
    await first.engine.publish('deiterate', 'asset.created');
    await advancing(
      stale,
      until(() => sent === 2),
    );
    expect((await first.store.engines.list()).map(({ host }) => host)).toEqual(['first']);
    answer();
  });
});

/** Moves a manual clock on, and waits until all is done that is due then. */
async function step({ engine }: World, clock: ManualClock, at: number): Promise<void> {
  clock.advanceTo(at);
  engine.wake();
  await engine.idle();
}

/** Lets real time of a test's own pass until something has happened. */
async function advancing(clock: ReturnType<typeof manualClock>, happened: Promise<unknown>): Promise<void> {
  let isOver = false;
  void happened.then(() => (isOver = true));
  while (!isOver) await clock.advance(250);
}

/** Looks again and again, between turns of the event loop. */
async function until(isMet: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isMet())) await new Promise((resolve) => setImmediate(resolve));
}

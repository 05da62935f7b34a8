import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { newDatabasePath } from '../support/database.ts';
import { endpointWith } from '../support/endpoints.ts';
import { startEngineProcess, type EngineProcess } from '../support/engine-process.ts';
import { startServer } from '../support/http.ts';

const EVENTS = 500;
/** At a time, of each engine: more requests than that are open only when both are at work. */
const AT_A_TIME = 4;

test('two engines at work share it, and send nothing twice', async () => {
  const { path, store, receiver } = await begin();
  const both = startBoth(path);
  await receiver.open(2 * AT_A_TIME);
  receiver.answer();
  await receiver.settled(EVENTS);
  for (const engine of both) engine.kill('SIGTERM');
  for (const engine of both) expect(await engine.ended).toEqual({ code: 0, signal: null, stderr: '' });

  const shares = both.map(({ lines }) => lines.filter((line) => 'attempt' in line).length);
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(AT_A_TIME);
  const deliveries = await allOf(store);
  expect(deliveries).toHaveLength(EVENTS);
  for (const { id, eventId, status, interruptions, attempts } of deliveries) {
    const numbers = (await store.attempts.ofDelivery(id)).map(({ number }) => number);
    expect({ status, interruptions, attempts, numbers }).toEqual({
      status: 'succeeded',
      interruptions: 0,
      attempts: receiver.requestsOf(eventId),
      numbers: numbers.map((_, index) => index + 1),
    });
    expect(numbers).toHaveLength(attempts);
  }
  expect(shares[0]! + shares[1]!).toBe(deliveries.reduce((sum, { attempts }) => sum + attempts, 0));
}, 120_000);

test('what an engine had under way when it was killed, its neighbour takes over', async () => {
  const { path, store, receiver } = await begin();
  const [killed, neighbour] = startBoth(path);
  await receiver.open(2 * AT_A_TIME);
  await killed.said('accepted', EVENTS);
  killed.kill('SIGKILL');
  await killed.ended;
  expect(await neighbour.said('takenOver')).toEqual({ takenOver: AT_A_TIME });
  receiver.answer();
  await receiver.settled(EVENTS);
  neighbour.kill('SIGTERM');
  expect(await neighbour.ended).toEqual({ code: 0, signal: null, stderr: '' });

  const deliveries = await allOf(store);
  expect(deliveries.map(({ status }) => status)).toEqual(Array(EVENTS).fill('succeeded'));
  const interrupted = deliveries.filter(({ interruptions }) => interruptions > 0);
  expect(interrupted).toHaveLength(AT_A_TIME);
  for (const { eventId, attempts, interruptions } of deliveries) {
    expect(receiver.requestsOf(eventId)).toBe(attempts + interruptions);
  }
}, 120_000);

test.each([
  { title: 'a virtual clock excludes the real one', first: true, second: false },
  { title: 'the real clock excludes a virtual one', first: false, second: true },
  { title: 'a virtual clock excludes another', first: true, second: true },
])('$title', async ({ first, second }) => {
  const path = newDatabasePath();
  const engine = startEngineProcess({ path, virtual: first });
  await engine.said('ready');
  const refused = startEngineProcess({ path, virtual: second });
  expect(await refused.said('refused')).toEqual({ refused: 'ERR_ENGINE_RUNNING' });
  engine.kill('SIGKILL');
  await engine.ended;
  // One that is dead excludes nobody.
  const next = startEngineProcess({ path, virtual: second, finish: true });
  expect(await next.ended).toEqual({ code: 0, signal: null, stderr: '' });
});

/** The first publishes; both tell what they do. */
function startBoth(path: string): [EngineProcess, EngineProcess] {
  const orders = { path, tell: true, engine: { endpointConcurrency: AT_A_TIME, beatMs: 50 } };
  return [startEngineProcess({ ...orders, publish: EVENTS }), startEngineProcess(orders)];
}

async function begin(): Promise<{ path: string; store: Store; receiver: HoldingReceiver }> {
  const receiver = await startHoldingReceiver();
  const path = newDatabasePath();
  const store = await openStore({ path });
  onTestFinished(() => store.close());
  await store.endpoints.add(
    endpointWith({ id: 'ep_1', url: receiver.url, delaysMs: [1, 1, 1], timeoutMs: 60_000 }),
  );
  return { path, store, receiver };
}

async function allOf(store: Store) {
  return (await store.deliveries.list({}, { limit: 10_000 })).deliveries;
}

interface HoldingReceiver {
  readonly url: string;
  /** Resolves when so many requests wait for an answer at a time. */
  open(number: number): Promise<void>;
  /** Answers whatever waits and whatever comes: every third event at first with an error. */
  answer(): void;
  /** Resolves when so many events have been acknowledged. */
  settled(events: number): Promise<void>;
  requestsOf(eventId: string): number;
}

/** A receiver that answers nothing until it is told to. */
async function startHoldingReceiver(): Promise<HoldingReceiver> {
  const held = new Map<ServerResponse, string>();
  const requests = new Map<string, number>();
  const acknowledged = new Set<string>();
  let watchers: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];
  let isHolding = true;
  const server = await startServer(({ body }, response) => {
    const { id } = JSON.parse(body.toString()) as { id: string };
    requests.set(id, (requests.get(id) ?? 0) + 1);
    held.set(response, id);
    response.once('close', () => held.delete(response));
    if (isHolding) look();
    else answerHeld();
  });

  function answerHeld(): void {
    for (const [response, id] of held) {
      const number = [...requests.keys()].indexOf(id);
      const fails = number % 3 === 0 && requests.get(id) === 1;
      held.delete(response);
      response.writeHead(fails ? 500 : 200).end();
      if (!fails) acknowledged.add(id);
    }
    look();
  }

  function look(): void {
    watchers = watchers.filter(({ isMet, resolve }) => !isMet() || resolve());
  }

  function until(isMet: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      watchers.push({ isMet, resolve });
      look();
    });
  }

  return {
    url: server.url,
    open: (number) => until(() => held.size >= number),
    answer: () => {
      isHolding = false;
      answerHeld();
    },
    settled: (events) => until(() => acknowledged.size >= events),
    requestsOf: (eventId) => requests.get(eventId) ?? 0,
  };
}

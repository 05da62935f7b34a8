import { expect, test } from 'vitest';
import { manualClock } from '../../../src/engine/clock.ts';
import { WebhookError } from '../../../src/errors.ts';
import { publishRoutes } from '../../../src/inspector/publish.ts';
import { signal } from '../../support/delivering.ts';
import { newEndpoint, NOON } from '../../support/deliveries.ts';
import { startServer } from '../../support/http.ts';
import { calling, createTools, WRONG } from '../../support/inspecting.ts';
import { manualClock as steppedClock } from '../../support/manual-clock.ts';

async function begin(url: string, options?: Parameters<typeof createTools>[0]) {
  const tools = await createTools(options);
  const endpoint = newEndpoint({ url });
  await tools.store.endpoints.add(endpoint);
  return { tools, endpoint, call: calling(publishRoutes(tools)) };
}

const DEAL = { provider: 'iverton', type: 'deal.won' };

test.each(['all', 'own'] as const)(
  'is answered with first outcomes, by an engine of %s',
  async (delivers) => {
    const server = await startServer((request, response) => {
      response.writeHead(request.path === '/down' ? 500 : 200).end();
    });
    const { tools, endpoint, call } = await begin(`${server.url}/up`, { delivers });
    const down = newEndpoint({ url: `${server.url}/down` });
    const off = newEndpoint({ status: 'inactive', disabledReason: 'switched off by hand' });
    const other = newEndpoint({ eventTypes: ['contact.*'] });
    for (const one of [down, off, other]) await tools.store.endpoints.add(one);
    const { event, deliveries } = await call('POST', '/api/publish', DEAL);
    expect(event).toEqual({ id: expect.any(String), type: 'deal.won' });
    expect(deliveries).toMatchObject([
      { endpointId: endpoint.id, eventId: event.id, status: 'succeeded', attempts: 1 },
      { endpointId: down.id, status: 'pending', attempts: 1, nextAttemptAt: expect.any(String) },
      { endpointId: off.id, status: 'discarded', attempts: 0 },
    ]);
    expect(deliveries).toHaveLength(3);
    expect((await tools.store.deliveries.count(tools.deliverer.batch)).succeeded).toBe(1);
  },
);

test('on a manual clock what is due is made, and no time passes', async () => {
  const server = await startServer((_request, response) => response.writeHead(500).end());
  const { tools, call } = await begin(server.url, { engineClock: manualClock(NOON) });
  const { deliveries } = await call('POST', '/api/publish', DEAL);
  const now = new Date(NOON).toISOString();
  expect(deliveries).toMatchObject([{ createdAt: now, status: 'pending', attempts: 1 }]);
  expect(tools.engine!.clock.now()).toBe(NOON);
});

test('sends the very body that is given, of any type', async () => {
  const server = await startServer();
  const { call } = await begin(server.url);
  const body = '{ "event": "deal.unheard",\n "n": 1.0, "name": "grüße" }';
  const { event } = await call('POST', '/api/publish', { ...DEAL, type: 'deal.unheard', body });
  expect(event.type).toBe('deal.unheard');
  expect(server.received.map((request) => request.body.toString())).toEqual([body]);
});

test('is answered at once where nobody subscribes', async () => {
  const { call } = await begin('http://127.0.0.1:9/', { clock: steppedClock() });
  const { deliveries } = await call('POST', '/api/publish', { provider: 'filedgr', type: 'vault.created' });
  expect(deliveries).toEqual([]);
});

test('is answered after 5 s where an endpoint takes longer, or another process does not deliver', async () => {
  const arrived = signal();
  const server = await startServer(() => arrived.happen());
  for (const engineClock of [undefined, null]) {
    const clock = steppedClock(NOON);
    const { call } = await begin(server.url, {
      clock,
      ...(engineClock === null ? { engineClock } : {}),
    });
    let answered = false;
    const answer = call('POST', '/api/publish', DEAL).finally(() => (answered = true));
    // Two wait: the look for outcomes, and the limit.
    await clock.untilSleeping(2);
    if (engineClock === undefined) await arrived.happened;
    while (clock.now() < NOON + 4_800) {
      await clock.untilSleeping(2);
      await clock.advance(200);
      expect(answered).toBe(false);
    }
    await clock.untilSleeping(2);
    await clock.advance(200);
    const { deliveries } = await answer;
    expect(deliveries).toMatchObject([{ status: engineClock === null ? 'pending' : 'sending', attempts: 0 }]);
    // Nobody goes on looking.
    expect(clock.due).toEqual([]);
  }
});

test('is answered at once when the page has gone', async () => {
  const gone = new AbortController();
  const clock = steppedClock(NOON);
  const { call, tools } = await begin('http://127.0.0.1:9/', { clock, engineClock: null });
  const answer = call('POST', '/api/publish', DEAL, { gone: gone.signal });
  await clock.untilSleeping(2);
  gone.abort();
  expect((await answer).deliveries).toMatchObject([{ status: 'pending' }]);
  expect(clock.due).toEqual([]);
  expect((await tools.store.deliveries.list({}, { limit: 10 })).deliveries).toHaveLength(1);
});

test.each([
  {},
  { provider: 'iverton' },
  { type: 'deal.won' },
  { ...DEAL, type: '' },
  { ...DEAL, type: 'deal.wn' },
  { ...DEAL, provider: 'nobody' },
  ...WRONG.text.flatMap((value) => [
    { ...DEAL, provider: value },
    { ...DEAL, type: value },
    { ...DEAL, body: value },
  ]),
  [],
])('refuses %j, and publishes nothing', async (json) => {
  const { tools, call } = await begin('http://127.0.0.1:9/', { engineClock: null });
  await expect(call('POST', '/api/publish', json)).rejects.toBeInstanceOf(WebhookError);
  expect((await tools.store.deliveries.list({}, { limit: 1 })).deliveries).toEqual([]);
});

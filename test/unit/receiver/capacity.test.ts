import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Header } from '../../../src/model/request.ts';
import { plainAnswer } from '../../../src/receiver/answer.ts';
import { startReceiver, type ReceiverEvent, type ReceiverOptions } from '../../../src/receiver/receiver.ts';
import { openForTest } from '../../support/database.ts';
import { eventLog } from '../../support/event-log.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { openRaw, chunked, wire } from '../../support/raw-http.ts';

const HOST: Header = ['Host', 'x'];
const KILOBYTE = 1_000;
/** What heads take of it is little. */
const LIMITS = { maxHeldBytes: 100 * KILOBYTE, maxHeldRequests: 4 };

/** A receiver that answers a request to `/held` only when it is told to. */
async function receive(options: Partial<ReceiverOptions> = {}) {
  const { captures } = await openForTest({ path: ':memory:' });
  const events = eventLog<ReceiverEvent>();
  const held: (() => void)[] = [];
  const reached = eventLog<string>();
  const server = await startReceiver({
    host: '127.0.0.1',
    port: 0,
    providers: [],
    provider: null,
    secretsFor: () => [],
    maxBodyBytes: 1_000 * KILOBYTE,
    requestTimeoutMs: 60_000,
    ...LIMITS,
    captures,
    answer: async ({ path }) => {
      reached.push(path);
      if (path === '/held') await new Promise<void>((resolve) => held.push(resolve));
      return plainAnswer(200);
    },
    strict: false,
    enforceIp: false,
    clock: { now: () => Date.now(), sleep: async (_ms, signal) => aborted(signal) },
    randomBytes: (size) => randomBytes(size),
    onEvent: events.push,
    ...options,
  });
  const letGo = (): void => held.splice(0).forEach((go) => go());
  onTestFinished(() => {
    letGo();
    return server.destroy();
  });

  /** A connection over which so many bytes were announced, and so many of them sent. */
  async function begin(target: string, declared: number, sent = declared, more: readonly Header[] = []) {
    const connection = await openRaw(server.url);
    onTestFinished(() => void connection.socket.destroy());
    const headers: Header[] = [HOST, ['Content-Length', String(declared)], ...more];
    connection.socket.write(wire({ target, headers, rest: Buffer.alloc(sent, 'x') }));
    return connection;
  }
  const post = async (target: string, size: number) => (await begin(target, size)).response();
  /** One whose answer is waited for. */
  async function hold(size: number) {
    const connection = await begin('/held', size);
    await reached.next();
    return connection;
  }
  const refusals = () => events.all.flatMap((event) => (event.type === 'refused' ? [event.refused] : []));
  return {
    server,
    captures,
    events,
    begin,
    post,
    hold,
    letGo,
    refusals,
  };
}

/** A wait that only an abort ends. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}

const valueOf = (headers: readonly Header[], name: string) =>
  headers.find(([key]) => key.toLowerCase() === name)?.[1];

test('what does not fit is answered 503 with Retry-After, and told; what is held is kept; then there is room again', async () => {
  const { captures, hold, post, letGo, refusals } = await receive();
  const first = await hold(60 * KILOBYTE);
  const refused = await post('/more', 60 * KILOBYTE);
  expect([
    refused.status,
    valueOf(refused.headers, 'retry-after'),
    valueOf(refused.headers, 'connection'),
  ]).toEqual([503, '1', 'close']);
  expect(refusals()).toEqual([
    { status: 503, method: 'POST', path: '/more', message: expect.stringContaining('held in memory') },
  ]);
  expect((await post('/small', 10 * KILOBYTE)).status).toBe(200);
  letGo();
  expect((await first.response()).status).toBe(200);
  expect((await post('/more', 60 * KILOBYTE)).status).toBe(200);
  const { captures: kept } = await captures.list({}, { limit: 10 });
  expect(kept.map(({ path }) => path)).toEqual(['/more', '/small', '/held']);
});

test('a body that is larger than all that may be held is taken where it is alone', async () => {
  const { post, hold, letGo } = await receive();
  expect((await post('/large', 900 * KILOBYTE)).status).toBe(200);
  const first = await hold(1);
  expect((await post('/large', 900 * KILOBYTE)).status).toBe(503);
  letGo();
  await first.response();
});

test('requests are counted too', async () => {
  const { hold, post, letGo } = await receive();
  for (let count = 0; count < LIMITS.maxHeldRequests; count += 1) await hold(0);
  expect((await post('/more', 0)).status).toBe(503);
  letGo();
});

test('it is decided at the head: of a body that does not fit nothing is awaited', async () => {
  const { begin, hold } = await receive();
  await hold(60 * KILOBYTE);
  const connection = await begin('/more', 60 * KILOBYTE, 0);
  expect((await connection.response()).status).toBe(503);
});

test('the sender can go on writing, and is then left in peace', async () => {
  const { begin, hold } = await receive();
  await hold(60 * KILOBYTE);
  const connection = await begin('/more', 900 * KILOBYTE, 0);
  expect((await connection.response()).status).toBe(503);
  connection.socket.write(Buffer.alloc(900 * KILOBYTE, 'x'));
  await connection.closed;
  expect(connection.socket.errored).toBeNull();
});

test('Expect: 100-continue is answered 503 at once, and its connection closed; where there is room it is invited', async () => {
  const { begin, hold, letGo } = await receive();
  const first = await hold(60 * KILOBYTE);
  const uninvited = await begin('/more', 60 * KILOBYTE, 0, [['Expect', '100-continue']]);
  expect((await uninvited.response()).status).toBe(503);
  await uninvited.closed;
  letGo();
  await first.response();
  const invited = await begin('/more', 60 * KILOBYTE, 0, [['Expect', '100-continue']]);
  expect((await invited.response()).status).toBe(100);
});

test('a body of no declared length is refused when it meets the limit', async () => {
  const { server, hold } = await receive();
  await hold(60 * KILOBYTE);
  const connection = await openRaw(server.url);
  connection.socket.write(
    wire({
      headers: [HOST, ['Transfer-Encoding', 'chunked']],
      rest: chunked(Buffer.alloc(60 * KILOBYTE), [1_000]),
    }),
  );
  const refused = await connection.response();
  expect([refused.status, valueOf(refused.headers, 'retry-after')]).toEqual([503, '1']);
  await connection.closed;
});

test('senders who announce much and send little keep nobody out', async () => {
  const { begin, post, events } = await receive({ maxHeldRequests: 100 });
  for (let liar = 0; liar < 7; liar += 1) await begin('/liar', 90 * KILOBYTE, 10);
  expect((await post('/honest', 90 * KILOBYTE)).status).toBe(200);
  expect((await events.next()).type).toBe('capture');
});

test('senders who leave give back what they held', async () => {
  const { begin, post, events } = await receive();
  const leaving = await begin('/leaving', 90 * KILOBYTE, 80 * KILOBYTE);
  // Its bytes are there when a later one of little size has been answered and a large one is refused.
  while ((await post('/probe', 30 * KILOBYTE)).status !== 503);
  leaving.socket.resetAndDestroy();
  for (;;) {
    const event = await events.next();
    if (event.type === 'refused' && event.refused.status === null) break;
  }
  expect((await post('/honest', 90 * KILOBYTE)).status).toBe(200);
});

test.each([
  [413, 2_000 * KILOBYTE, 1],
  [503, 60 * KILOBYTE, 1],
  [503, 60 * KILOBYTE, 30 * KILOBYTE],
])(
  'a sender that is answered %i and leaves in the middle of its body leaves no connection behind',
  async (status, declared, sent) => {
    const { begin, hold } = await receive();
    await hold(60 * KILOBYTE);
    const leaving = await begin('/leaving', declared, sent);
    expect((await leaving.response()).status).toBe(status);
    leaving.socket.end();
    await leaving.closed;
  },
);

describe('a flood of refusals', () => {
  test('is told of once a second, with how many there were', async () => {
    const clock = manualClock();
    const { hold, post, letGo, refusals, server } = await receive({ clock });
    await hold(60 * KILOBYTE);
    for (let count = 0; count < 5; count += 1) await post(`/more/${count}`, 60 * KILOBYTE);
    expect(refusals()).toMatchObject([{ path: '/more/0' }]);
    await clock.advance(1_000);
    expect(refusals()).toMatchObject([
      { path: '/more/0' },
      { status: 503, count: 4, method: null, path: null },
    ]);
    await post('/last', 60 * KILOBYTE);
    letGo();
    await server.destroy();
    expect(refusals()).toMatchObject([{}, {}, { path: '/last' }]);
  });
});

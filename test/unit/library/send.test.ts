import { describe, expect, test } from 'vitest';
import { replay, scaledClock, send, systemClock } from '../../../src/index.ts';
import { startServer } from '../../support/http.ts';
import { openReceiver, SECRET } from './open-receiver.ts';

describe('sending', () => {
  test('takes a URL, a port, and a receiver', async () => {
    const receiver = await openReceiver({ secret: SECRET });
    for (const to of [
      receiver,
      receiver.port,
      receiver.url,
      new URL('/x', receiver.url),
      `:${receiver.port}/y`,
    ]) {
      const attempt = await send('iverton', 'deal.won', { to, secret: SECRET });
      expect(attempt).toMatchObject({ ok: true, number: 1, trigger: 'manual', eventType: 'deal.won' });
    }
    expect(receiver.captures.map(({ path }) => path)).toEqual(['/', '/', '/', '/x', '/y']);
    expect(receiver.captures.every(({ verdict }) => verdict?.ok === true)).toBe(true);
  });

  test("says what the app answered, by the provider's own rule", async () => {
    const app = await startServer((_request, response) =>
      response.writeHead(201, { 'X-App': 'yes' }).end('made'),
    );
    const answered = await send('deiterate', 'risk.created', { to: app, secret: SECRET });
    // de.iterate takes 200 alone.
    expect(answered).toMatchObject({ ok: false, response: { status: 201 }, error: null });
    expect(Buffer.from(answered.response!.body).toString()).toBe('made');
    expect(answered.response!.headers).toContainEqual(['X-App', 'yes']);
    await app.close();
    const refused = await send('iverton', 'deal.won', { to: app, secret: SECRET });
    expect(refused).toMatchObject({ ok: false, response: null, error: { code: 'refused' } });
  });

  test('ends with its time or its signal', async () => {
    const receiver = await openReceiver({ respond: 'delay:1h' });
    const late = await send('iverton', 'deal.won', { to: receiver, secret: SECRET, timeoutMs: 20 });
    expect(late.error!.code).toBe('timeout');
    const stop = new AbortController();
    const stopped = send('iverton', 'deal.won', { to: receiver, secret: SECRET, signal: stop.signal });
    await receiver.waitFor('deal.won', { count: 2 });
    stop.abort();
    expect((await stopped).error!.code).toBe('aborted');
  });

  test.each([false, true])('tells the id that a header gives, with retries: %j', async (retry) => {
    const receiver = await openReceiver({ secret: SECRET });
    const headers = { 'X-Shopify-Event-Id': 'evt_mine' };
    const attempt = await send('shopify', 'orders/create', { to: receiver, secret: SECRET, headers, retry });
    expect(attempt).toMatchObject({ ok: true, messageId: 'evt_mine' });
    expect(receiver.captures[0]!.eventId).toBe('evt_mine');
  });

  test.each([false, true])('sends nothing that cannot be made, with retries: %j', async (retry) => {
    const receiver = await openReceiver();
    for (const [provider, type, options] of [
      ['telegram', 'message', { secret: 'a\r\nX-Evil: 1' }],
      ['iverton', 'deal.won', { break: 'timestamp' }],
      ['iverton', 'deal.won', { now: Number.NaN }],
    ] as const) {
      const refused = send(provider, type, { to: receiver, secret: SECRET, retry, ...options });
      await expect(refused).rejects.toMatchObject({ name: 'UsageError', code: 'ERR_USAGE' });
    }
    expect(receiver.captures).toEqual([]);
  });

  test('tries again as the provider does, with the same id and bytes, on a clock that jumps', async () => {
    const receiver = await openReceiver({ secret: SECRET, respond: '500,500,200' });
    const now = Date.UTC(2026, 2, 1);
    const attempt = await send('iverton', 'deal.won', { to: receiver, secret: SECRET, retry: true, now });
    expect(attempt).toMatchObject({ ok: true, number: 3, startedAt: now + 6 * 60_000 });
    expect(new Set(receiver.captures.map(({ body }) => Buffer.from(body).toString())).size).toBe(1);
    expect(receiver.captures[0]!.eventId).toBe(attempt.messageId);
    receiver.respondWith(500);
    const given = await send('iverton', 'deal.won', {
      to: receiver,
      secret: SECRET,
      retry: true,
      break: 'signature',
      clock: scaledClock(systemClock, 1_000_000, now),
    });
    expect(given).toMatchObject({ ok: false, number: 6 });
    expect(receiver.captures.at(-1)!.verdict).toMatchObject({ reason: 'no-match' });
    await expect(
      send('iverton', 'deal.won', { to: receiver, secret: SECRET, clock: systemClock as never }),
    ).rejects.toThrow('clock is for retries');
  });

  test('sends many at a time', async () => {
    const receiver = await openReceiver({ secret: SECRET });
    const attempts = await Promise.all(
      Array.from({ length: 100 }, () => send('iverton', 'deal.won', { to: receiver, secret: SECRET })),
    );
    expect(attempts.filter(({ ok }) => ok)).toHaveLength(100);
    expect(new Set(receiver.captures.map(({ eventId }) => eventId))).toEqual(
      new Set(attempts.map(({ messageId }) => messageId)),
    );
  });
});

describe('replaying', () => {
  test('sends the same bytes, or signs what was changed anew', async () => {
    const receiver = await openReceiver({ secret: SECRET });
    await send('iverton', 'deal.won', { to: receiver, secret: SECRET });
    const [first] = receiver.captures;
    expect(await replay(first!, { to: receiver })).toMatchObject({ ok: true, trigger: 'replay' });
    const set = { 'data.amount': 7 };
    await replay(first!, { to: receiver, set });
    await replay(first!, { to: receiver, set, resign: true, secret: SECRET, headers: { 'X-Own': '1' } });
    const [, same, spoilt, mended] = receiver.captures;
    expect(same!.body).toEqual(first!.body);
    expect(same!.duplicateOf).toBe(first!.id);
    expect(spoilt!.verdict!.reason).toBe('no-match');
    expect(mended!.verdict!.reason).toBe('valid');
    expect(mended!.json()).toMatchObject({ data: { amount: 7 } });
    expect(mended!.headers).toContainEqual(['X-Own', '1']);
  });

  test('signs only what it knows, with a secret', async () => {
    const receiver = await openReceiver();
    await fetch(receiver.url, { method: 'POST', body: '{"a":1}' });
    const [plain] = receiver.captures;
    const to = receiver;
    expect((await replay(plain!, { to })).ok).toBe(true);
    await expect(replay(plain!, { to, resign: true, secret: SECRET })).rejects.toThrow('nobody knows whose');
    await expect(replay(plain!, { to, resign: true, provider: 'iverton' })).rejects.toMatchObject({
      code: 'ERR_NO_SECRET',
    });
    await replay(plain!, { to: `${to.url}/iverton`, resign: true, provider: 'iverton', secret: SECRET });
    expect(receiver.captures.at(-1)!.headers.map(([name]) => name)).toContain('X-Iverton-Signature');
  });
});

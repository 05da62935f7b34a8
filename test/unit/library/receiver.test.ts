import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createReceiver, send, type Provider } from '../../../src/index.ts';
import { iverton } from '../../../src/providers/iverton.ts';
import { openStore } from '../../../src/store/open.ts';
import { newDatabasePath } from '../../support/database.ts';
import { thrownBy } from '../../support/thrown.ts';
import { openReceiver, SECRET } from './open-receiver.ts';

describe('a receiver', () => {
  test('has a capture before its sender has an answer, byte for byte', async () => {
    const receiver = await openReceiver({ secret: SECRET });
    receiver.respondWith((capture) => (receiver.captures.includes(capture) ? 200 : 500));
    const body = '{"type":"deal.won", "data":{"amount":1.50}}';
    const attempt = await send('iverton', 'deal.won', { to: receiver, secret: SECRET, data: body });
    expect(attempt).toMatchObject({ ok: true, response: { status: 200 } });
    const [capture] = receiver.captures;
    expect(receiver.captures).toHaveLength(1);
    expect(capture).toMatchObject({
      provider: 'iverton',
      eventType: 'deal.won',
      method: 'POST',
      path: '/',
      verdict: { ok: true, reason: 'valid' },
    });
    expect(capture!.text()).toBe(body);
    expect(capture!.json()).toEqual({ type: 'deal.won', data: { amount: 1.5 } });
    expect(await receiver.waitFor({ status: 200 })).toBe(capture);
    expect(capture!.response).toMatchObject({ status: 200 });
  });

  test('says what is no JSON, and decodes what is encoded', async () => {
    const receiver = await openReceiver();
    await fetch(receiver.url, { method: 'POST', body: 'plain' });
    await fetch(receiver.url, { method: 'POST' });
    const large = JSON.stringify({ text: Array.from({ length: 50_000 }, (_, index) => index * 7919).join() });
    await fetch(receiver.url, {
      method: 'POST',
      headers: { 'Content-Encoding': 'gzip' },
      body: gzipSync(large),
    });
    const [plain, empty, encoded] = receiver.captures;
    expect(thrownBy(() => plain!.json())).toMatchObject({
      code: 'ERR_NOT_JSON',
      message: expect.stringMatching(/^the body of POST \/ \(cap_\w+\) is not JSON: .*plain/),
      hint: 'look at it with text()',
    });
    expect(thrownBy(() => empty!.json())).toMatchObject({ message: expect.stringMatching(/it is empty$/) });
    expect(encoded!.text()).toBe(large);
  });

  test('gives a capture on as a Request', async () => {
    const receiver = await openReceiver();
    await fetch(`${receiver.url}/hooks?a=1`, { method: 'PUT', headers: { 'X-Own': 'yes' }, body: 'b' });
    const request = receiver.captures[0]!.request('https://app.example');
    expect([request.method, request.url, request.headers.get('x-own'), await request.text()]).toEqual([
      'PUT',
      'https://app.example/hooks?a=1',
      'yes',
      'b',
    ]);
  });

  test('takes a provider, secrets by provider, and several during a rotation', async () => {
    const receiver = await openReceiver({
      provider: 'iverton',
      secret: ['old', 'new'],
      secrets: { filedgr: 'other' },
    });
    await send('iverton', 'deal.won', { to: receiver, secret: 'new' });
    await send('filedgr', 'vault.created', { to: `${receiver.url}/filedgr/x`, secret: 'other' });
    await send('filedgr', 'vault.created', { to: `${receiver.url}/filedgr/x`, secret: 'new' });
    await fetch(receiver.url, { method: 'POST', body: '{}' });
    expect(receiver.captures.map(({ provider, verdict }) => [provider, verdict?.reason])).toEqual([
      ['iverton', 'valid'],
      ['filedgr', 'valid'],
      ['filedgr', 'no-match'],
      ['iverton', 'missing-header'],
    ]);
  });

  test("takes a provider of one's own", async () => {
    const acme: Provider = { ...iverton, id: 'acme', name: 'Acme' };
    const receiver = await openReceiver({ provider: acme, secret: SECRET });
    const { ok } = await send(acme, 'deal.won', { to: receiver, secret: SECRET, data: { type: 'deal.won' } });
    expect(ok).toBe(true);
    expect(receiver.captures[0]).toMatchObject({ provider: 'acme', verdict: { ok: true } });
    await expect(send(acme, 'deal.won', { to: receiver, secret: SECRET })).rejects.toMatchObject({
      code: 'ERR_NO_PAYLOAD',
      hint: 'give the event type an example, or a body of your own (data, --data)',
    });
  });

  test('answers 401 where it is strict', async () => {
    const receiver = await openReceiver({ secret: SECRET, verify: 'strict' });
    const { response } = await send('iverton', 'deal.won', { to: receiver, secret: 'another' });
    expect(response!.status).toBe(401);
    await expect(createReceiver({ verify: 'strict' })).rejects.toMatchObject({ code: 'ERR_NO_SECRET' });
    await expect(createReceiver({ secret: '' })).rejects.toMatchObject({ code: 'ERR_EMPTY_SECRET' });
    await expect(createReceiver({ provider: 'ivertn' })).rejects.toMatchObject({
      code: 'ERR_UNKNOWN_PROVIDER',
    });
  });

  test('forgets, and says of an event that came before that it is new', async () => {
    const receiver = await openReceiver();
    const twice = { to: receiver, secret: SECRET, keepIds: true };
    await send('iverton', 'deal.won', twice);
    await send('iverton', 'deal.won', twice);
    const { captures } = receiver;
    expect(captures[1]!.duplicateOf).toBe(captures[0]!.id);
    receiver.respondWith(500);
    receiver.reset();
    expect(captures).toEqual([]);
    expect((await send('iverton', 'deal.won', twice)).response!.status).toBe(200);
    expect(captures.map(({ duplicateOf }) => duplicateOf)).toEqual([null]);
  });

  test('keeps what comes in a file, as listen does', async () => {
    const path = newDatabasePath();
    const receiver = await openReceiver({ database: path });
    await send('iverton', 'deal.won', { to: receiver, secret: SECRET });
    await receiver.close();
    const store = await openStore({ path });
    const kept = await store.captures.latest();
    await store.close();
    expect(kept).toMatchObject({ id: receiver.captures[0]!.id, response: { status: 200 } });
  });

  test('has an answer under way reach its sender when it is closed', async () => {
    const receiver = await openReceiver({ respond: 'delay:50ms' });
    const sent = send('iverton', 'deal.won', { to: receiver, secret: SECRET });
    await receiver.waitFor('deal.won');
    await receiver.close();
    expect((await sent).response!.status).toBe(200);
    await expect(fetch(receiver.url)).rejects.toThrow();
    await receiver.close();
  });

  test('cuts an answer that does not come', async () => {
    const receiver = await openReceiver({ respond: () => new Promise<number>(() => {}) });
    const sent = send('iverton', 'deal.won', { to: receiver, secret: SECRET, timeoutMs: 60_000 });
    await receiver.waitFor('deal.won');
    await receiver.close();
    expect((await sent).error!.code).toBe('reset');
  });

  test('closes at the end of its scope', async () => {
    const receiver = await createReceiver();
    await receiver[Symbol.asyncDispose]();
    await expect(fetch(receiver.url)).rejects.toThrow();
  });

  test('keeps to itself among 200 in one process', async () => {
    const receivers = await Promise.all(Array.from({ length: 200 }, () => openReceiver({ secret: SECRET })));
    expect(new Set(receivers.map(({ port }) => port)).size).toBe(200);
    const seen = receivers.map(({ waitFor }, index) =>
      waitFor({ type: 'deal.won', body: { data: { amount: index } } }, { timeoutMs: 60_000 }),
    );
    await Promise.all(
      receivers.map((to, index) =>
        send('iverton', 'deal.won', { to, secret: SECRET, set: { 'data.amount': index } }),
      ),
    );
    expect((await Promise.all(seen)).map(({ verdict }) => verdict?.ok)).toEqual(receivers.map(() => true));
    expect(receivers.map(({ captures }) => captures.length)).toEqual(receivers.map(() => 1));
    await Promise.all(receivers.map(({ close }) => close()));
  });
});

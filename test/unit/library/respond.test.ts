import { describe, expect, test } from 'vitest';
import { send, type Reply, type ReceivedCapture } from '../../../src/index.ts';
import { startServer } from '../../support/http.ts';
import { openReceiver, SECRET } from './open-receiver.ts';

const ask = (to: { readonly url: string }, path = '/') =>
  fetch(to.url + path, { method: 'POST', body: '{"a":1}' });

describe('answers', () => {
  test.each<[string, Reply<ReceivedCapture>, number, string, string | null]>([
    ['a status', 503, 503, '', null],
    ['an object', { body: { ok: true } }, 200, '{"ok":true}', 'application/json'],
    ['text', { status: 422, body: 'no' }, 422, 'no', 'text/plain; charset=utf-8'],
    ['bytes', { body: Buffer.from('b'), headers: { 'Content-Type': 'x/y' } }, 200, 'b', 'x/y'],
    ['a Response', Response.json({ a: 1 }, { status: 201 }), 201, '{"a":1}', 'application/json'],
    ['nothing', { status: 204 }, 204, '', null],
    ['a function', (capture) => ({ body: capture.text() }), 200, '{"a":1}', 'text/plain; charset=utf-8'],
    ['one that waits', async (capture) => (capture.path === '/' ? 418 : 200), 418, '', null],
  ])('with %s, again and again', async (_name, reply, status, text, type) => {
    const receiver = await openReceiver({ respond: 500 });
    receiver.respondWith(reply);
    for (let time = 0; time < 2; time += 1) {
      const response = await ask(receiver);
      expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
        status,
        text,
        type,
      ]);
    }
  });

  test('by a script, whose last step repeats', async () => {
    const receiver = await openReceiver({ respond: '500,503+delay:1ms,200' });
    const statuses: number[] = [];
    for (let time = 0; time < 4; time += 1) statuses.push((await ask(receiver)).status);
    expect(statuses).toEqual([500, 503, 200, 200]);
    receiver.respondWith('drop');
    await expect(ask(receiver)).rejects.toThrow();
    receiver.respondWith(Response.error());
    await expect(ask(receiver)).rejects.toThrow();
  });

  test.each([99, 'often', '200,x', { status: 700 }, null, { headers: { 'a b': 'c' } }])(
    'not with %j',
    async (reply) => {
      const receiver = await openReceiver();
      expect(() => receiver.respondWith(reply as never)).toThrow(/is not an? |cannot be sent/);
      expect(() => receiver.respondWith(reply as never)).not.toThrow('--respond');
      expect((await ask(receiver)).status).toBe(200);
    },
  );

  test('500 where a function throws, which closing tells', async () => {
    const receiver = await openReceiver();
    const oops = new Error('oops');
    receiver.respondWith(({ path }) => {
      if (path === '/throws') throw oops;
      return Promise.reject(new Error('later'));
    });
    const response = await ask(receiver, '/throws');
    expect([response.status, await response.text()]).toEqual([
      500,
      'webhook-cli: the answer threw: Error: oops\n',
    ]);
    expect((await ask(receiver)).status).toBe(500);
    expect(receiver.errors).toHaveLength(2);
    await expect(receiver.waitFor('deal.won', { timeoutMs: 1 })).rejects.toThrow(
      'an answer threw: Error: oops',
    );
    receiver.reset();
    expect((await ask(receiver)).status).toBe(200);
    await expect(receiver.close()).rejects.toMatchObject({
      code: 'ERR_ANSWER',
      message: 'a function given to respondWith threw: Error: oops',
      cause: oops,
    });
    await expect(fetch(receiver.url)).rejects.toThrow();
  });

  test('500 where a function answers nothing that could be sent', async () => {
    const receiver = await openReceiver({ respond: () => undefined as never });
    expect((await ask(receiver)).status).toBe(500);
    await expect(receiver.close()).rejects.toThrow('undefined is not an answer');
  });

  test('as an app does', async () => {
    const app = await startServer((_request, response) =>
      response.writeHead(422, { 'X-App': 'yes' }).end('no'),
    );
    const receiver = await openReceiver({ secret: SECRET });
    receiver.forwardTo(`${app.url}/hooks`);
    const attempt = await send('iverton', 'deal.won', { to: receiver, secret: SECRET });
    expect(attempt).toMatchObject({ ok: false, response: { status: 422 } });
    expect(Buffer.from(attempt.response!.body).toString()).toBe('no');
    expect(app.received[0]!.path).toBe('/hooks');
    expect(app.received[0]!.body).toEqual(Buffer.from(receiver.captures[0]!.body));
    expect(() => receiver.forwardTo('ftp://x')).toThrow('is not a URL to send to (forwardTo)');
    receiver.forwardTo(app.port);
    await ask(receiver, '/elsewhere');
    expect(app.received[1]!.path).toBe('/elsewhere');
  });
});

import { createHmac } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/model/clock.ts';
import type { Handshake } from '../../../src/providers/handshake.ts';
import { plainAnswer } from '../../../src/receiver/answer.ts';
import { forwardTo } from '../../../src/receiver/forward.ts';
import { startReceiver, type ReceiverEvent, type ReceiverOptions } from '../../../src/receiver/receiver.ts';
import { openForTest } from '../../support/database.ts';
import { eventLog } from '../../support/event-log.ts';
import { startPlainReceiver } from '../../support/receiver.ts';
import { providerWith, RECORDS } from '../handshake/records.ts';

const acme = providerWith(...Object.values(RECORDS));

/** A receiver of Acme's requests that answers handshakes, but for what is changed of it. */
async function receive(options: Partial<ReceiverOptions> = {}) {
  const { captures } = await openForTest({ path: ':memory:' });
  const events = eventLog<ReceiverEvent>();
  const server = await startReceiver({
    host: '127.0.0.1',
    port: 0,
    providers: [acme],
    provider: acme,
    secretsFor: () => ['s'],
    maxBodyBytes: 1_000_000,
    requestTimeoutMs: 60_000,
    captures,
    answer: async () => plainAnswer(202, 'thanks\n'),
    handshakes: { answers: () => true, verifyToken: 't' },
    strict: false,
    enforceIp: false,
    clock: systemClock,
    randomBytes: (size) => Buffer.from(crypto.getRandomValues(new Uint8Array(size))),
    onEvent: events.push,
    ...options,
  });
  onTestFinished(async () => {
    await server.close();
    await server.destroy();
  });
  const send = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(server.url + path, init);
    const event = await events.next();
    if (event.type !== 'capture') throw new Error(`not a capture: ${event.type}`);
    return { status: response.status, text: await response.text(), headers: response.headers, ...event };
  };
  return { captures, events, send };
}

function signed(json: unknown, secret: string): RequestInit {
  const body = JSON.stringify(json);
  const time = Math.floor(Date.now() / 1_000);
  const mac = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Acme-Signature': `t=${time},v1=${mac}` },
    body,
  };
}

const URL_VERIFICATION = { type: 'url_verification', challenge: 'abc' };
const SUBSCRIBE = '/?hub.mode=subscribe&hub.verify_token=t&hub.challenge=77';

test('a handshake is answered, kept and told; everything else is answered as always', async () => {
  const { captures, send } = await receive();
  const asked = await send('/', signed(URL_VERIFICATION, 's'));
  expect(asked).toMatchObject({
    status: 200,
    text: 'abc',
    handshake: 'url_verification',
    remarks: ["answered Acme's url_verification"],
    capture: { provider: 'acme', verdict: { reason: 'valid' }, response: { status: 200 } },
  });
  expect(asked.headers.get('content-length')).toBe('3');
  expect(await captures.get(asked.capture.id)).toMatchObject({ provider: 'acme', eventType: null });
  expect(await send('/', signed({ type: 'deal.won' }, 's'))).toMatchObject({
    status: 202,
    handshake: null,
    remarks: [],
  });
});

test('one that is wrongly signed is refused, whether or not bad signatures are', async () => {
  for (const strict of [false, true]) {
    const { send } = await receive({ strict });
    expect(await send('/', signed(URL_VERIFICATION, 'other'))).toMatchObject({
      status: 401,
      text: '',
      handshake: 'url_verification',
      remarks: ["refused Acme's url_verification"],
      capture: { verdict: { reason: 'no-match' } },
    });
  }
});

test('one that its provider never signs needs no signature where others do, and has no verdict', async () => {
  for (const answers of [true, false]) {
    const { send } = await receive({
      strict: true,
      handshakes: { answers: () => answers, verifyToken: 't' },
    });
    const asked = await send(SUBSCRIBE);
    expect(asked).toMatchObject({
      handshake: 'hub.challenge',
      capture: { verdict: null, duplicateOf: null },
    });
    expect([asked.status, asked.text]).toEqual(answers ? [200, '77'] : [202, 'thanks\n']);
    // Twice the same is no delivery that came twice.
    expect((await send(SUBSCRIBE)).capture.duplicateOf).toBeNull();
    expect((await send('/?hub.mode=subscribe')).status).toBe(401);
    const anothers = await send(SUBSCRIBE.replace('token=t', 'token=x'));
    expect(anothers.status).toBe(answers ? 403 : 202);
  }
});

test('addresses that are none of the provider come before handshakes', async () => {
  const guarded = { ...acme, ipRanges: { value: ['192.0.2.0/24'], assumed: null } };
  const { send } = await receive({ provider: guarded, providers: [guarded], enforceIp: true });
  expect((await send(SUBSCRIBE)).status).toBe(403);
});

test('a secret that is handed over verifies from then on, unless one was given', async () => {
  const { events, send } = await receive({ secretsFor: () => [] });
  const handOver = { method: 'POST', body: JSON.stringify({ verification_token: 'secret_1' }) };
  expect(await send('/', signed({ type: 'deal.won' }, 'secret_1'))).toMatchObject({
    capture: { verdict: null },
  });
  const { capture } = await send('/', handOver);
  expect(await events.next()).toEqual({
    type: 'secret',
    captureId: capture.id,
    provider: acme,
    handshake: 'verification',
    secret: 'secret_1',
    isUsed: true,
  });
  expect(await send('/', signed({ type: 'deal.won' }, 'secret_1'))).toMatchObject({
    capture: { verdict: { ok: true } },
  });

  const given = await receive();
  await given.send('/', handOver);
  expect(await given.events.next()).toMatchObject({ type: 'secret', isUsed: false });
  expect(await given.send('/', signed({ type: 'deal.won' }, 'secret_1'))).toMatchObject({
    capture: { verdict: { ok: false } },
  });
});

test('a sender that nothing else names is named by its handshake; of two that are alike neither is', async () => {
  const other = { ...acme, id: 'other', name: 'Other' };
  const alone = await receive({ provider: null });
  expect(await alone.send(SUBSCRIBE)).toMatchObject({ text: '77', capture: { provider: 'acme' } });
  const two = await receive({ provider: null, providers: [acme, other] });
  expect(await two.send(SUBSCRIBE)).toMatchObject({
    text: '77',
    remarks: ["answered Acme or Other's hub.challenge"],
    capture: { provider: null },
  });
});

test("an app's own answer goes through, and what is wrong with it is said", async () => {
  const app = await startPlainReceiver();
  const forward = forwardTo({ target: new URL(`http://127.0.0.1:${app.port}/`), timeoutMs: 10_000 });
  onTestFinished(async () => {
    forward.close();
    await app.close();
  });
  const { send } = await receive({ answer: forward, handshakes: { answers: () => false, verifyToken: 't' } });
  app.answer = (_request, response) => void response.end('"77"');
  expect(await send(SUBSCRIBE)).toMatchObject({
    text: '"77"',
    remarks: [expect.stringMatching(/^the app's answer to Acme's hub.challenge will not do: .*in quotes/)],
  });
  app.answer = (_request, response) => void response.end('77');
  expect(await send(SUBSCRIBE)).toMatchObject({ text: '77', remarks: [] });
  expect(await send(SUBSCRIBE.replace('token=t', 'token=x'))).toMatchObject({
    remarks: [expect.stringMatching(/^the app answers .* with 200, though its verify token is another one/)],
  });
});

test('a provider without handshakes is asked for none', async () => {
  const plain: { readonly handshakes: readonly Handshake[] } = { handshakes: [] };
  const { send } = await receive({ provider: { ...acme, ...plain }, providers: [] });
  expect(await send(SUBSCRIBE)).toMatchObject({ status: 202, handshake: null });
  const asked = await send('/', { method: 'OPTIONS', headers: { 'WebHook-Request-Origin': 'example.com' } });
  expect(asked).toMatchObject({
    status: 200,
    handshake: 'CloudEvents validation',
    capture: { provider: 'acme' },
  });
  expect(asked.headers.get('webhook-allowed-origin')).toBe('example.com');
});

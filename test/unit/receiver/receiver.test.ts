import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../../src/errors.ts';
import { systemClock } from '../../../src/model/clock.ts';
import { plainAnswer, type Answer } from '../../../src/receiver/answer.ts';
import { LEAST_BYTES, MOST_BYTES_A_SECOND } from '../../../src/receiver/diagnoser.ts';
import { startReceiver, type ReceiverEvent, type ReceiverOptions } from '../../../src/receiver/receiver.ts';
import { loadProviders } from '../../../src/providers/index.ts';
import type { CaptureStore } from '../../../src/store/store.ts';
import { openForTest } from '../../support/database.ts';
import { eventLog } from '../../support/event-log.ts';
import { sendTo } from '../../support/receiver.ts';

/** A receiver over a real store, but for what is changed of it. */
async function receive(
  changes: (captures: CaptureStore) => Partial<CaptureStore>,
  options: Partial<ReceiverOptions> = {},
) {
  const { captures } = await openForTest({ path: ':memory:' });
  const events = eventLog<ReceiverEvent>();
  const server = await startReceiver({
    host: '127.0.0.1',
    port: 0,
    providers: [],
    provider: null,
    secretsFor: () => [],
    maxBodyBytes: 1_000,
    requestTimeoutMs: 60_000,
    captures: { ...captures, ...changes(captures) },
    answer: async () => plainAnswer(202, 'thanks\n'),
    strict: false,
    enforceIp: false,
    clock: systemClock,
    randomBytes: (size) => Buffer.alloc(size, 7),
    onEvent: events.push,
    ...options,
  });
  onTestFinished(async () => {
    await server.close();
    await server.destroy();
  });
  const send = (about: Parameters<typeof sendTo>[2] = {}) =>
    sendTo(server.port, 'localhost', { body: Buffer.from('hello'), ...about });
  return { captures, events, send };
}

describe('a store that fails', () => {
  const failure = new StoreError('ERR_STORE_IO', 'the disk is out of order');
  const fail = async (): Promise<never> => Promise.reject(failure);

  test('to record an answer: the capture is kept and answered, and it is said that it is', async () => {
    const { captures, events, send } = await receive(() => ({ recordResponse: fail }));
    expect(await send()).toEqual({ status: 202, body: Buffer.from('thanks\n') });
    const told = [await events.next(), await events.next()];
    expect(told).toContainEqual({ type: 'error', error: failure, status: 202, kept: true });
    const [capture] = told.flatMap((event) => (event.type === 'capture' ? [event.capture] : []));
    expect(capture).toMatchObject({ response: { status: 202 } });
    expect(await captures.get(capture!.id)).toMatchObject({ body: Buffer.from('hello'), response: null });
    expect((await send()).status).toBe(202);
  });

  test('to keep a request: it is not acknowledged, and it is said that it is not kept', async () => {
    const { captures, events, send } = await receive(() => ({ add: fail }));
    expect((await send()).status).toBe(503);
    expect(await events.next()).toEqual({ type: 'error', error: failure, status: 503, kept: false });
    expect(await captures.latest()).toBeNull();
    expect(events.all).toHaveLength(1);
  });
});

describe('a signature that does not verify', () => {
  const path = '/iverton';
  const headers = ['X-Iverton-Signature', `sha256=${'0'.repeat(64)}`];

  test('is diagnosed, and is answered before', async () => {
    const providers = await loadProviders();
    const order: string[] = [];
    const { events, send } = await receive(() => ({}), {
      // Diagnosing asks for the providers' secrets once the answer is out.
      providers,
      secretsFor: (id) => {
        order.push(id);
        return ['whsec_x'];
      },
      answer: async () => {
        order.push('answer');
        return {
          ...plainAnswer(403),
          remarks: (verdict) => [`the verdict is ${verdict?.reason}`],
        } as Answer;
      },
    });
    expect((await send({ path, headers })).status).toBe(403);
    expect(await events.next()).toMatchObject({
      remarks: ['the verdict is no-match'],
      diagnosis: [{ cause: 'secret-wrong', confidence: 'possible' }],
    });
    expect(order.slice(0, 2)).toEqual(['iverton', 'answer']);
    expect(order.length).toBeGreaterThan(2);
  });

  test('in a flood is answered as ever, and not each is diagnosed', async () => {
    const { events, send } = await receive(() => ({}), {
      providers: await loadProviders(),
      secretsFor: () => ['whsec_x'],
      clock: { now: () => 1_000_000, sleep: async () => {} },
      randomBytes: (size) => randomBytes(size),
    });
    const answers = await Promise.all(Array.from({ length: 100 }, () => send({ path, headers })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const told = await Promise.all(answers.map(() => events.next()));
    const diagnosed = told.filter((event) => event.type === 'capture' && event.diagnosis.length > 0);
    expect(diagnosed).toHaveLength(MOST_BYTES_A_SECOND / LEAST_BYTES);
  });
});

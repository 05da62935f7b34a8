import { describe, expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../../src/errors.ts';
import { systemClock } from '../../../src/model/clock.ts';
import { plainAnswer } from '../../../src/receiver/answer.ts';
import { startReceiver, type ReceiverEvent } from '../../../src/receiver/receiver.ts';
import type { CaptureStore } from '../../../src/store/store.ts';
import { openForTest } from '../../support/database.ts';
import { eventLog } from '../../support/event-log.ts';
import { sendTo } from '../../support/receiver.ts';

/** A receiver over a real store, but for what is changed of it. */
async function receive(changes: (captures: CaptureStore) => Partial<CaptureStore>) {
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
  });
  onTestFinished(async () => {
    await server.close();
    await server.destroy();
  });
  return { captures, events, send: () => sendTo(server.port, 'localhost', { body: Buffer.from('hello') }) };
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

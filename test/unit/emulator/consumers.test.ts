import { createHmac, timingSafeEqual } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../src/engine/clock.ts';
import { headerValue } from '../../../src/model/request.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { emulate } from '../../support/emulating.ts';
import { startServer, type RecordingServer } from '../../support/http.ts';

const SECRET = 'whsec_of-a-consumer';

/** What an app makes of a delivery: a status and a text. What it throws becomes a 500, as in web frameworks. */
type Handler = (body: Buffer, header: (name: string) => string) => readonly [status: number, text: string];

interface Consumer extends RecordingServer {
  /** What the handler threw. */
  readonly thrown: readonly unknown[];
  readonly answers: readonly string[];
}

async function startConsumer(handle: Handler): Promise<Consumer> {
  const thrown: unknown[] = [];
  const answers: string[] = [];
  const answer = (body: Buffer, header: (name: string) => string): readonly [number, string] => {
    try {
      return handle(body, header);
    } catch (error) {
      thrown.push(error);
      return [500, 'Internal Server Error'];
    }
  };
  const server = await startServer(({ headers, body }, response) => {
    // Absent headers are undefined at run time, as in the samples.
    const [status, text] = answer(body, (name) => headerValue(headers, name)!);
    answers.push(text);
    response.writeHead(status).end(text);
  });
  return Object.assign(server, { thrown, answers });
}

function hmac(payload: Buffer | string, secret: string): string {
  return createHmac('sha256', secret).update(payload).digest('hex');
}

/** De.iterate and the task platform compare the texts of two bare digests. */
function sameText(payload: Buffer | string, signature: string, secret: string): boolean {
  return timingSafeEqual(Buffer.from(signature), Buffer.from(hmac(payload, secret)));
}

/** Filedgr compares the bytes that two digests in hex stand for. */
function sameBytes(payload: Buffer | string, signature: string, secret: string): boolean {
  return timingSafeEqual(Buffer.from(signature, 'hex'), Buffer.from(hmac(payload, secret), 'hex'));
}

/** Iverton compares texts with the prefix. */
function samePrefixed(payload: Buffer | string, signature: string, secret: string): boolean {
  return timingSafeEqual(Buffer.from(signature), Buffer.from(`sha256=${hmac(payload, secret)}`));
}

const accepted = (isValid: boolean): readonly [number, string] =>
  isValid ? [200, 'OK'] : [401, 'Invalid signature'];

const deiterate =
  (secret: string): Handler =>
  (body, header) =>
    accepted(sameText(body.toString(), header('x-deiterate-signature'), secret));

const filedgr =
  (secret: string): Handler =>
  (body, header) => {
    const signature = header('x-filedgr-signature');
    if (!signature) return [401, JSON.stringify({ error: 'Missing signature header' })];
    if (!sameBytes(body, signature, secret)) return [401, JSON.stringify({ error: 'Invalid signature' })];
    const event = JSON.parse(body.toString());
    const isValid =
      Object.keys(event).sort().join() === 'data,eventId,eventType,timestamp' &&
      [event.eventType, event.eventId].every((value) => typeof value === 'string' && value !== '') &&
      !Number.isNaN(Date.parse(event.timestamp)) &&
      typeof event.data === 'object' &&
      header('x-filedgr-event-type') === event.eventType &&
      header('x-filedgr-event-id') === event.eventId;
    return isValid ? [200, 'OK'] : [400, JSON.stringify({ error: 'Invalid webhook payload' })];
  };

const taskplatform =
  (secret: string): Handler =>
  (body, header) => {
    const parsed: unknown = JSON.parse(body.toString());
    return accepted(sameText(JSON.stringify(parsed), header('x-webhook-signature'), secret));
  };

const iverton =
  (secret: string): Handler =>
  (body, header) =>
    accepted(samePrefixed(body, header('x-iverton-signature'), secret));

const compliancely =
  (secret: string): Handler =>
  (body, header) =>
    accepted(sameBytes(body, header('compliancely-signature'), secret));

const COLLECTION: Readonly<Record<string, string>> = { filedgr: '/filedgr/webhooks' };

/** Delivers events of a provider to a consumer, one after another, and resolves with how each of them ended. */
async function deliver(
  provider: string,
  consumer: Consumer,
  options: Parameters<typeof emulate>[0] = {},
): Promise<Readonly<Record<string, string>>> {
  const { call, engine, store } = await emulate({ clock: virtualClock(Date.UTC(2026, 0, 1)), ...options });
  const { events } = await loadProvider(provider);
  const created = await call('POST', COLLECTION[provider] ?? `/${provider}/v1/webhooks`, {
    url: consumer.url,
    events: ['*'],
    secret: SECRET,
  });
  expect(created.status).toBe(201);
  const ends: Record<string, string> = {};
  for (const { name } of events) {
    const { json } = await call('POST', `/${provider}/_emit/${name}`);
    await engine.idle();
    const delivery = await store.deliveries.get(json.deliveries[0].id);
    ends[name] = delivery!.status;
    if (delivery!.status !== 'succeeded') break;
  }
  return ends;
}

describe('the samples accept every event type', () => {
  test.each([
    ['deiterate', deiterate, 16],
    ['filedgr', filedgr, 7],
    ['iverton', iverton, 22],
    ['compliancely', compliancely, 3],
  ] as const)('%s', async (provider, handler, count) => {
    const consumer = await startConsumer(handler(SECRET));
    const ends = await deliver(provider, consumer);
    expect(Object.keys(ends)).toHaveLength(count);
    expect(new Set(Object.values(ends))).toEqual(new Set(['succeeded']));
    expect(new Set(consumer.answers)).toEqual(new Set(['OK']));
    expect(consumer.received).toHaveLength(count);
  });

  test('with another secret they refuse', async () => {
    for (const [provider, handler] of [
      ['deiterate', deiterate],
      ['filedgr', filedgr],
      ['iverton', iverton],
      ['compliancely', compliancely],
    ] as const) {
      const consumer = await startConsumer(handler('another secret'));
      expect(Object.values(await deliver(provider, consumer))).toEqual(['failed']);
      expect(consumer.thrown).toEqual([]);
      expect(consumer.answers[0]).toContain('Invalid signature');
    }
  });
});

describe('the samples that cannot accept what their provider sends', () => {
  test("the task platform's compares a bare digest with sha256=<hex>, and throws", async () => {
    const consumer = await startConsumer(taskplatform(SECRET));
    expect(await deliver('taskplatform', consumer)).toEqual({ 'task.created': 'failed' });
    // The first attempt and three retries.
    expect(consumer.thrown).toHaveLength(4);
    for (const error of consumer.thrown) {
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({ code: 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH' });
    }
    expect(headerValue(consumer.received[0]!.headers, 'X-Webhook-Signature')).toMatch(
      /^sha256=[0-9a-f]{64}$/,
    );
  });

  test('with the prefix taken off it accepts every event type, body parsed and written again or not', async () => {
    const consumer = await startConsumer((body, header) =>
      taskplatform(SECRET)(body, (name) => header(name).replace('sha256=', '')),
    );
    const ends = await deliver('taskplatform', consumer);
    expect(Object.keys(ends)).toHaveLength(15);
    expect(new Set(Object.values(ends))).toEqual(new Set(['succeeded']));
    for (const { body } of consumer.received) {
      expect(JSON.stringify(JSON.parse(body.toString()))).toBe(body.toString());
    }
  });

  test('sent a bare digest, as an engine can be told to, it accepts as it is', async () => {
    const consumer = await startConsumer(taskplatform(SECRET));
    const rendering = { form: { prefix: '', encoding: 'hex' } } as const;
    const ends = await deliver('taskplatform', consumer, { rendering });
    expect(new Set(Object.values(ends))).toEqual(new Set(['succeeded']));
    expect(consumer.thrown).toEqual([]);
  });

  test("Iverton's hands a parsed body to the digest, and throws", async () => {
    const consumer = await startConsumer((body, header) => {
      const parsed = JSON.parse(body.toString()) as Buffer;
      return accepted(samePrefixed(parsed, header('x-iverton-signature'), SECRET));
    });
    expect(await deliver('iverton', consumer)).toEqual({ 'contact.created': 'failed' });
    expect(consumer.thrown).toHaveLength(6);
    for (const error of consumer.thrown) {
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    }
  });

  test("de.iterate's throws at a digest with a prefix, Filedgr's too", async () => {
    const rendering = { form: { prefix: 'sha256=', encoding: 'hex' } } as const;
    for (const [provider, handler] of [
      ['deiterate', deiterate],
      ['filedgr', filedgr],
    ] as const) {
      const consumer = await startConsumer(handler(SECRET));
      expect(Object.values(await deliver(provider, consumer, { rendering }))).toEqual(['failed']);
      for (const error of consumer.thrown) expect(error).toBeInstanceOf(RangeError);
      expect(consumer.thrown.length).toBeGreaterThan(0);
    }
  });

  test("Iverton's throws at a bare digest", async () => {
    const consumer = await startConsumer(iverton(SECRET));
    const rendering = { form: { prefix: '', encoding: 'hex' } } as const;
    expect(Object.values(await deliver('iverton', consumer, { rendering }))).toEqual(['failed']);
    expect(consumer.thrown[0]).toBeInstanceOf(RangeError);
  });
});

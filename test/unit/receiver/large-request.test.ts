import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import { jsonLinePieces, jsonLine } from '../../../src/cli/render/json.ts';
import { listenJson } from '../../../src/cli/render/listen.ts';
import { systemClock } from '../../../src/model/clock.ts';
import { loadProviders } from '../../../src/providers/index.ts';
import { plainAnswer } from '../../../src/receiver/answer.ts';
import { startReceiver, type ReceiverEvent } from '../../../src/receiver/receiver.ts';
import { newDatabasePath, openForTest } from '../../support/database.ts';
import { eventLog } from '../../support/event-log.ts';
import { noise } from '../../support/noise.ts';
import { sendTo } from '../../support/receiver.ts';

const SIZE = 10_000_000;

/** The sizes of what is made meanwhile that is nearly as large as the body, by what makes it. */
function watchAllocations() {
  const large: [string, number][] = [];
  const watch = (name: string, size: number): void => {
    if (size >= SIZE / 2) large.push([name, size]);
  };
  for (const maker of ['alloc', 'allocUnsafe', 'allocUnsafeSlow'] as const) {
    const real = Buffer[maker];
    vi.spyOn(Buffer, maker).mockImplementation((size: number) => {
      watch(maker, size);
      return real(size);
    });
  }
  const concat = Buffer.concat;
  vi.spyOn(Buffer, 'concat').mockImplementation((list, total) => {
    const whole = concat(list, total);
    watch('concat', whole.length);
    return whole;
  });
  const toText = Buffer.prototype.toString;
  vi.spyOn(Buffer.prototype, 'toString').mockImplementation(function (this: Buffer, ...args) {
    const text = toText.apply(this, args);
    watch('toString', text.length);
    return text;
  });
  const decode = TextDecoder.prototype.decode;
  vi.spyOn(TextDecoder.prototype, 'decode').mockImplementation(function (
    this: InstanceType<typeof TextDecoder>,
    ...args
  ) {
    const text = decode.apply(this, args);
    watch('decode', text.length);
    return text;
  });
  onTestFinished(() => void vi.restoreAllMocks());
  return { large, stop: () => vi.restoreAllMocks() };
}

test.each([
  ['JSON', Buffer.from(`{"type":"deal.won","id":"evt_1","data":["${'x'.repeat(SIZE - 50)}"]}`)],
  ['bytes', noise(SIZE, 'bytes')],
])('ten megabytes of %s: one room of their size, from the socket to the printed line', async (name, body) => {
  const providers = await loadProviders();
  const { captures } = await openForTest({ path: newDatabasePath() });
  const events = eventLog<ReceiverEvent>();
  const server = await startReceiver({
    host: '127.0.0.1',
    port: 0,
    providers,
    provider: null,
    secretsFor: () => ['whsec_x'],
    maxBodyBytes: 25_000_000,
    requestTimeoutMs: 60_000,
    captures,
    answer: async () => plainAnswer(200),
    strict: false,
    enforceIp: false,
    clock: systemClock,
    randomBytes: (size) => randomBytes(size),
    onEvent: events.push,
  });
  onTestFinished(() => server.destroy());
  const { large, stop } = watchAllocations();
  const headers = ['X-Iverton-Signature', `sha256=${'0'.repeat(64)}`];
  expect((await sendTo(server.port, 'localhost', { path: '/iverton', body, headers })).status).toBe(200);
  const event = await events.next();
  if (event.type !== 'capture') throw new Error(event.type);
  let longest = 0;
  for (const piece of jsonLinePieces(listenJson(event))) longest = Math.max(longest, piece.length);
  stop();
  expect(large).toEqual([['allocUnsafeSlow', body.length]]);
  expect(longest).toBeLessThan(SIZE / 10);
  expect(event.capture.eventType).toBe(name === 'JSON' ? 'deal.won' : null);
  expect([...jsonLinePieces(listenJson(event))].join('')).toBe(jsonLine(listenJson(event)));
  expect(body.equals(event.capture.body)).toBe(true);
});

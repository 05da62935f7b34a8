import { onTestFinished, describe, expect, test } from 'vitest';
import {
  createEngine,
  createScriptedSender,
  manualClock,
  parseOutcomes,
  virtualClock,
  type EngineSettings,
} from '../../../src/index.ts';
import { openForTest } from '../../support/database.ts';
import { openReceiver, SECRET } from './open-receiver.ts';

const START = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;

async function openEngine(settings: EngineSettings = {}) {
  const engine = await createEngine(settings);
  onTestFinished(() => engine.stop());
  return engine;
}

describe('an engine', () => {
  test('needs nothing to deliver, and leaves nothing open', async () => {
    const receiver = await openReceiver({ secret: SECRET });
    const engine = await openEngine();
    await engine.createEndpoint('iverton', { url: receiver.url, secret: SECRET });
    const { deliveries } = await engine.publish('iverton', 'deal.won');
    expect((await receiver.waitFor('deal.won')).verdict!.ok).toBe(true);
    await engine.idle();
    expect(await engine.store.deliveries.get(deliveries[0]!.id)).toMatchObject({ status: 'succeeded' });
    await engine.stop();
    await engine[Symbol.asyncDispose]();
    await expect(engine.store.endpoints.list()).rejects.toThrow();
  });

  test('leaves open what was given to it', async () => {
    const store = await openForTest({ path: ':memory:' });
    let isClosed = false;
    const sender = createScriptedSender(parseOutcomes('200'));
    const watched = { ...sender, close: async () => void (isClosed = true) };
    const engine = await openEngine({ store, sender: watched, clock: virtualClock(START) });
    await engine.createEndpoint('iverton', { url: 'http://app.example/', secret: SECRET });
    await engine.publish('iverton', 'deal.won');
    await engine.idle();
    await engine.stop();
    expect(isClosed).toBe(false);
    expect((await store.deliveries.list({}, { limit: 10 })).deliveries).toMatchObject([
      { status: 'succeeded' },
    ]);
  });

  test('goes on by steps, each retry at its own time', async () => {
    const starts: number[] = [];
    const engine = await openEngine({
      clock: manualClock(START),
      sender: createScriptedSender(parseOutcomes('500')),
      onEvent: (event) => {
        if (event.type === 'attempt') starts.push((event.attempt.startedAt - START) / MINUTE);
      },
    });
    await engine.createEndpoint('iverton', { url: 'http://app.example/', secret: SECRET });
    await engine.publish('iverton', 'deal.won');
    await engine.advance(0);
    expect(starts).toEqual([0]);
    await engine.advance('59s');
    expect(starts).toEqual([0]);
    await engine.advance(1_000);
    expect(starts).toEqual([0, 1]);
    // From due time to due time, not at the end of the step.
    await engine.advance('3h');
    expect(starts).toEqual([0, 1, 6, 36, 156]);
    expect(engine.clock.now()).toBe(START + 181 * MINUTE);
    await engine.advance('7d');
    expect(starts).toEqual([0, 1, 6, 36, 156, 1_596]);
  });

  test('ends a step when it is stopped in it', async () => {
    const engine = await openEngine({
      clock: manualClock(START),
      sender: createScriptedSender(parseOutcomes('500')),
    });
    await engine.createEndpoint('iverton', { url: 'http://app.example/', secret: SECRET });
    await engine.publish('iverton', 'deal.won');
    await engine.advance(0);
    const step = engine.advance('7d');
    await engine.stop();
    await step;
  });

  test.each([
    [virtualClock(START), '5m', 'only a manual clock is moved by hand, and this one is virtual'],
    [manualClock(START), '5 minutes', '"5 minutes" is not a duration (advance)'],
    [manualClock(START), -1, 'time cannot be moved by -1 ms'],
    [manualClock(START), Number.POSITIVE_INFINITY, 'time cannot be moved by Infinity ms'],
  ])('refuses a step of %o', async (clock, by, message) => {
    const engine = await openEngine({ clock });
    await expect(engine.advance(by)).rejects.toThrow(message);
  });
});

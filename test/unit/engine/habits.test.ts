import { describe, expect, onTestFinished, test } from 'vitest';
import { virtualClock } from '../../../src/engine/clock.ts';
import { createEngine } from '../../../src/engine/engine.ts';
import { generateSecret } from '../../../src/engine/endpoints.ts';
import { createScriptedSender, parseOutcomes } from '../../../src/engine/scripted-sender.ts';
import { isAmong } from '../../../src/providers/habits.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { openForTest } from '../../support/database.ts';

const START = Date.UTC(2026, 0, 1, 12);

interface Life {
  /** Seconds after the first attempt. */
  readonly offsets: readonly number[];
  readonly disabled: string | null;
}

/** The life of one delivery of a provider, to an app that answers by a script, as an engine makes it. */
async function lifeOf(id: string, script: string): Promise<Life> {
  const provider = builtIn.get(id);
  const store = await openForTest({ path: ':memory:' });
  const sender = createScriptedSender(parseOutcomes(script));
  const engine = await createEngine({ store, sender, clock: virtualClock(START) });
  onTestFinished(() => engine.stop());
  const { id: endpointId } = await engine.createEndpoint(id, {
    url: 'https://app.test/webhooks',
    secret: generateSecret(provider, (size) => Buffer.alloc(size, 7)),
  });
  const { deliveries } = await engine.publish(provider, provider.events[0]!.name);
  await engine.idle();
  const attempts = await store.attempts.ofDelivery(deliveries[0]!.id);
  // Nothing but what the script says: no request that could not be made.
  for (const { error } of attempts) expect(error?.code).not.toBe('network');
  return {
    offsets: attempts.map(({ startedAt }) => (startedAt - START) / 1_000),
    disabled: (await store.endpoints.get(endpointId))!.disabledReason,
  };
}

describe.each(builtIn.ids)('%s', (id) => {
  const { delaysSeconds, jitter = 0, retryStatuses, finalStatuses = [] } = builtIn.get(id).retry.value;

  test('makes one attempt for an app that answers', async () => {
    const [[status]] = builtIn.get(id).success.value as [readonly [number, number]];
    expect(await lifeOf(id, String(status))).toEqual({ offsets: [0], disabled: null });
  });

  test('follows its schedule for one that does not', async () => {
    const isRetried =
      !isAmong(finalStatuses, 500) && (retryStatuses === undefined || isAmong(retryStatuses, 500));
    const { offsets } = await lifeOf(id, '500');
    const waits = offsets.slice(1).map((offset, index) => offset - offsets[index]!);
    expect(waits).toHaveLength(isRetried ? delaysSeconds.length : 0);
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(delaysSeconds[index]! - 0.002);
      expect(wait).toBeLessThanOrEqual(delaysSeconds[index]! * (1 + jitter) + 0.002);
    }
  });
});

const H = 3_600;
const STANDARD = [0, 5, 305, 2_105, 9_305, 27_305, 63_305, 99_305];

describe('what providers document', () => {
  test.each<[string, string, readonly number[], string | null]>([
    ['bitbucket', '404', [0], null],
    ['github', '500', [0], null],
    ['gitlab', '500', [0], null],
    ['linear', '500', [0, 60, 3_660, 25_260], null],
    ['mailgun', '406', [0], null],
    ['mailgun', '500', [0, 600, 1_200, 2_100, 3_900, 7_500, 14_700, 29_100], null],
    ['standard-webhooks', '410', [0], 'the endpoint answered 410'],
    ['svix', '500', STANDARD, null],
    ['twilio', '500', [0], null],
    ['typeform', '404', [0], 'the endpoint answered 404'],
    ['typeform', '410', [0], 'the endpoint answered 410'],
    ['woocommerce', '500', [0], null],
  ])('%s after %s: attempts at %j s, disabled: %s', async (id, script, offsets, disabled) => {
    expect(await lifeOf(id, script)).toEqual({ offsets, disabled });
  });

  test.each<[string, number, number]>([
    ['bitbucket', 3, Infinity],
    ['paddle', 61, 72 * H],
    ['shopify', 9, 4 * H],
    ['slack', 4, Infinity],
  ])('%s after 500: %i attempts within %i s', async (id, count, seconds) => {
    const { offsets } = await lifeOf(id, '500');
    expect(offsets).toHaveLength(count);
    expect(offsets.at(-1)).toBeLessThanOrEqual(seconds * 1.001);
  });

  test('shopify gives a subscription up after eight failures in a row', async () => {
    expect((await lifeOf('shopify', '500')).disabled).toBe('8 failed retries in a row');
  });
});

import { describe, expect, test } from 'vitest';
import { makeAttempt } from '../../../src/engine/attempt.ts';
import type { Outcome, Sender } from '../../../src/engine/sender.ts';
import { manualClock } from '../../support/manual-clock.ts';

const request = {
  method: 'POST',
  url: 'http://x/',
  headers: [['X-A', '1']] as const,
  body: Buffer.from('abc'),
};
const context = {
  number: 2,
  trigger: 'replay' as const,
  provider: 'iverton',
  eventType: 'deal.won',
  messageId: 'evt_1',
  success: [[200, 200] as const],
};

/** An attempt whose outcome takes 1.5 s. */
async function attempt(outcome: Outcome) {
  const clock = manualClock();
  const sender: Sender = {
    send: async () => {
      await clock.advance(1_500);
      return outcome;
    },
    close: async () => {},
  };
  const startedAt = clock.now();
  return { made: await makeAttempt(request, context, { sender, clock }, { timeoutMs: 1 }), startedAt };
}

function answered(status: number): Outcome {
  return { kind: 'response', response: { status, headers: [], body: Buffer.from('said'), truncated: false } };
}

describe('an attempt', () => {
  test('tells what was sent, when, how long it took and what came back', async () => {
    const outcome = answered(200);
    const { made, startedAt } = await attempt(outcome);
    const { success: _, ...told } = context;
    expect(made).toEqual({
      ...told,
      scheduledAt: startedAt,
      startedAt,
      durationMs: 1_500,
      ok: true,
      request: { method: 'POST', url: 'http://x/', headers: [['X-A', '1']], bodySize: 3 },
      response: (outcome as Extract<Outcome, { kind: 'response' }>).response,
      error: null,
    });
  });

  test.each([201, 302, 500])('is no success where the rule does not name %i', async (status) => {
    expect((await attempt(answered(status))).made).toMatchObject({ ok: false, response: { status } });
  });

  test('is no success without an answer', async () => {
    const error = { code: 'refused', message: 'connection refused' } as const;
    expect((await attempt({ kind: 'failure', error })).made).toMatchObject({
      ok: false,
      response: null,
      error,
    });
  });
});

import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import type { RawRequest } from '../../../src/model/request.ts';
import type { Answer } from '../../../src/receiver/answer.ts';
import { parseRespondScript, scriptedAnswers } from '../../../src/receiver/respond.ts';
import { manualClock } from '../../support/manual-clock.ts';

const request: RawRequest = { method: 'POST', path: '/', headers: [], body: Buffer.alloc(0) };
const never = new AbortController().signal;

describe('a script', () => {
  test.each([
    ['200', [{ status: 200, delayMs: 0 }]],
    ['500,500,200', [500, 500, 200].map((status) => ({ status, delayMs: 0 }))],
    ['delay:2s', [{ status: 200, delayMs: 2_000 }]],
    ['drop', [{ status: null, delayMs: 0 }]],
    ['503+delay:1.5s', [{ status: 503, delayMs: 1_500 }]],
    ['delay:250ms+drop', [{ status: null, delayMs: 250 }]],
    [
      ' 599 , delay:1m + 204 ',
      [
        { status: 599, delayMs: 0 },
        { status: 204, delayMs: 60_000 },
      ],
    ],
  ])('%s', (script, steps) => {
    expect(parseRespondScript(script)).toEqual(steps);
  });

  test.each([
    '',
    ',',
    '200,',
    '100',
    '199',
    '600',
    '2000',
    'ok',
    'delay',
    'delay:',
    'delay:2',
    'delay:-1s',
    '200 500',
  ])('“%s” is a usage error that says how to write one', (script) => {
    const parse = (): unknown => parseRespondScript(script);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(/--respond/);
    expect(parse).toThrow(expect.objectContaining({ hint: expect.stringMatching(/\d/) }));
  });
});

describe('scripted answers', () => {
  const statusesOf = async (script: string, count: number): Promise<(number | null)[]> => {
    const answer = scriptedAnswers(parseRespondScript(script), manualClock());
    const statuses: (number | null)[] = [];
    for (let asked = 0; asked < count; asked += 1) statuses.push(statusOf(await answer(request, never)));
    return statuses;
  };

  test('come one a request, and the last one repeats', async () => {
    expect(await statusesOf('500,drop,204', 5)).toEqual([500, null, 204, 204, 204]);
  });

  test('a step is taken when the request arrives, not when it is answered', async () => {
    const clock = manualClock();
    const answer = scriptedAnswers(parseRespondScript('503+delay:1h,200'), clock);
    const slow = answer(request, never);
    expect(statusOf(await answer(request, never))).toBe(200);
    await clock.advance(3_600_000);
    expect(statusOf(await slow)).toBe(503);
  });

  test('a delay is waited for, and no longer', async () => {
    const clock = manualClock();
    let answered: Answer | null = null;
    void scriptedAnswers(parseRespondScript('drop+delay:2s'), clock)(request, never).then(
      (answer) => (answered = answer),
    );
    await clock.advance(1_999);
    expect(answered).toBe(null);
    await clock.advance(1);
    expect(answered).toEqual({ kind: 'drop' });
  });

  test('a sender that leaves ends the wait', async () => {
    const clock = manualClock();
    const gone = new AbortController();
    const answer = scriptedAnswers(parseRespondScript('delay:1h'), clock)(request, gone.signal);
    await clock.untilSleeping();
    gone.abort();
    await answer;
    expect(clock.due).toEqual([]);
  });

  test.each([
    ['200', [['Content-Length', '0']]],
    ['500', [['Content-Length', '0']]],
    ['204', []],
    ['304', []],
  ])('%s tells its length only where it may', async (script, headers) => {
    const answer = await scriptedAnswers(parseRespondScript(script), manualClock())(request, never);
    expect(answer).toMatchObject({ kind: 'response', headers });
  });
});

function statusOf(answer: Answer): number | null {
  return answer.kind === 'drop' ? null : answer.status;
}

import { describe, expect, test } from 'vitest';
import { createScriptedSender, parseOutcomes, REFUSED } from '../../../src/engine/scripted-sender.ts';
import type { Outcome, Sender } from '../../../src/engine/sender.ts';
import { UsageError } from '../../../src/errors.ts';
import { thrownBy } from '../../support/thrown.ts';

const short = (outcome: Outcome): number | string =>
  outcome.kind === 'response' ? outcome.response.status : outcome.error.code;

const send = (sender: Sender, url: string): Promise<Outcome> =>
  sender.send({ method: 'POST', url, headers: [], body: new Uint8Array() }, { timeoutMs: 1 });

describe('a script of responses', () => {
  test.each<[string, readonly (number | string)[]]>([
    ['500', [500]],
    ['500,timeout,refused,200', [500, 'timeout', 'refused', 200]],
    [' 500 , Timeout,\tRESET', [500, 'timeout', 'reset']],
    ['dns,tls', ['dns', 'tls']],
    ['200,301,410,429,599', [200, 301, 410, 429, 599]],
  ])('%j is %j', (text, outcomes) => {
    expect(parseOutcomes(text).map(short)).toEqual(outcomes);
  });

  test.each([
    ['', ''],
    ['500,', ''],
    ['199', '199'],
    ['600', '600'],
    ['0500', '0500'],
    ['5xx', '5xx'],
    ['200,slow,500', 'slow'],
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
    ['500 200', '500 200'],
    ['-500', '-500'],
  ])('%j is none: %j is no response', (text, culprit) => {
    const error = thrownBy(() => parseOutcomes(text));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: `"${culprit}" is no response (--responses)`,
      hint: expect.stringContaining('timeout, refused, reset, dns, tls'),
    });
  });

  test('every answer has an empty body and every failure a sentence', () => {
    for (const outcome of parseOutcomes('204,timeout,refused,reset,dns,tls')) {
      if (outcome.kind === 'response') {
        expect(outcome.response).toEqual({
          status: 204,
          headers: [],
          body: new Uint8Array(),
          truncated: false,
        });
      } else expect(outcome.error.message).toMatch(/\w+ \w+/);
    }
    expect(short(REFUSED)).toBe('refused');
  });
});

describe('a scripted sender', () => {
  test('answers one request after the other, and all that follow as the last', async () => {
    const sender = createScriptedSender(parseOutcomes('500,timeout,200'));
    const outcomes: (number | string)[] = [];
    for (let request = 0; request < 5; request += 1) outcomes.push(short(await send(sender, 'http://a/')));
    expect(outcomes).toEqual([500, 'timeout', 200, 200, 200]);
    await sender.close();
  });

  test('begins the script anew for each URL', async () => {
    const sender = createScriptedSender(parseOutcomes('500,200'));
    const outcomes: (number | string)[] = [];
    for (const url of ['http://a/', 'http://b/', 'http://a/', 'http://b/']) {
      outcomes.push(short(await send(sender, url)));
    }
    expect(outcomes).toEqual([500, 500, 200, 200]);
  });
});
